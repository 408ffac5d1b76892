"""Keep what somebody typed and what cannot stand in the ticket yet."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import delete

from hotline.audit import service as audit
from hotline.db import db
from hotline.tickets import queries, rules
from hotline.tickets.models import Draft, Ticket

Typed = Mapping[str, Sequence[str]]
"""Name of a control to its texts."""


def keep_drafts(ticket: Ticket, typed: Mapping[str, Typed], *, by_id: int, now: datetime) -> None:
    """Keep what was typed into these parts, in place of what this person typed there before."""
    known = queries.drafts_of(ticket.id, by_id)
    changed = []
    for part, controls in typed.items():
        fresh = {name: [_storable(text) for text in texts] for name, texts in controls.items()}
        row = known.get(part) or Draft(ticket_id=ticket.id, person_id=by_id, part=part)
        if row.typed != fresh:
            row.typed, row.typed_at = fresh, now
            db.session.add(row)
            changed.append(part)
    if changed:
        about = rules.subject(ticket.number)
        audit.write("ticket.drafted", about, by_id=by_id, now=now, fields=sorted(changed))
    db.session.flush()


def drop_drafts(ticket: Ticket, parts: Collection[str], *, by_id: int) -> None:
    """Forget what this person typed into these parts: it is saved, or not wanted any more."""
    mine = (Draft.ticket_id == ticket.id, Draft.person_id == by_id, Draft.part.in_(parts))
    db.session.execute(delete(Draft).where(*mine))


def _storable(text: str) -> str:
    """The text without what no database keeps: zero bytes and halves of letters."""
    return text.replace("\0", "").encode("utf-8", "ignore").decode("utf-8")

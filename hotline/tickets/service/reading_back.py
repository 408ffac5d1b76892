"""Note what was read back to the caller."""

from datetime import datetime

from hotline.audit import service as audit
from hotline.db import db
from hotline.errors import N_, Invalid, Missing, Problem
from hotline.tickets import queries, rules
from hotline.tickets.models import ReadBack, Ticket
from hotline.timeline import service as timeline
from hotline.timeline.rules import Event


def read_back(
    ticket: Ticket, item: str, *, digest: str, said_at: datetime, by_id: int, now: datetime
) -> ReadBack:
    """The caller heard an item and said that it is right; reading the same again changes nothing.

    ``digest`` is of what was on the screen: when the value is another one by now, it has to be
    read back again. Raises Missing for an unknown item, Invalid for ``digest``.
    """
    _check(item)
    if not rules.DIGEST.fullmatch(digest):
        raise Invalid({"digest": Problem(N_("There is no such choice."))})
    was_done = _is_done(ticket)
    kept = db.session.get(ReadBack, (ticket.id, item), with_for_update=True)
    if kept is not None and kept.digest == digest:
        return kept
    kept = kept or ReadBack(ticket_id=ticket.id, item=item)
    kept.digest, kept.said_at, kept.said_by_id = digest, said_at, by_id
    db.session.add(kept)
    db.session.flush()
    about = rules.subject(ticket.number)
    audit.write("ticket.read_back", about, by_id=by_id, now=now, item=item)
    if not was_done and _is_done(ticket):
        timeline.write(ticket.id, Event.READ_BACK, at=said_at, by_id=by_id)
    return kept


def not_read_back(ticket: Ticket, item: str, *, by_id: int, now: datetime) -> None:
    """It was not read back after all. Raises Missing for an unknown item."""
    _check(item)
    kept = db.session.get(ReadBack, (ticket.id, item))
    if kept is None:
        return
    db.session.delete(kept)
    db.session.flush()
    about = rules.subject(ticket.number)
    audit.write("ticket.not_read_back", about, by_id=by_id, now=now, item=item)


def _check(item: str) -> None:
    if item not in rules.READ_BACK:
        raise Missing()


def _is_done(ticket: Ticket) -> bool:
    return all(one.stands for one in queries.read_back_of(ticket))

"""Tell the caller the number, the promise and where to look."""

from datetime import datetime

from sqlalchemy import select

from hotline import policy
from hotline.audit import service as audit
from hotline.db import db
from hotline.notices import queries as notices
from hotline.notices.rules import CALLER, Channel, Kind
from hotline.notices.service import Planned, tell_all
from hotline.tickets.models import Ticket
from hotline.tickets.rules import ENDED, Status
from hotline.tickets.rules.reaching import ReachingPolicy, reach
from hotline.timeline import service as timeline
from hotline.timeline.rules import Event


def tell_caller(
    ticket: Ticket, *, now: datetime, by_id: int | None = None, again: bool = False
) -> list[str]:
    """Have the caller told by every safe way; the channels that are used for it now.

    Each channel is used once. ``again`` uses it once more, for example after the promise was
    moved; what has not gone out yet says the new promise by itself. Nothing is sent for a drill
    or for a ticket that has ended, and [] also means that no safe way is known.
    """
    if ticket.drill or Status(ticket.status) in ENDED:
        return []
    ways = reach(ticket, policy.get(ReachingPolicy))
    if not ways:
        return []
    about = f"ticket:{ticket.number}"
    if again:  # Two people who press the button at once send one message.
        db.session.refresh(ticket, ["version"], with_for_update=True)
    known = notices.channels(about, Kind.RECEIVED, open_only=again)
    used = [Channel(way) for way in ways if way not in known]
    facts = {"number": ticket.number}
    planned = [Planned(Kind.RECEIVED, now, facts, audience=CALLER, channel=way) for way in used]
    tell_all(about, planned, now=now)
    if used:
        told = [str(way) for way in used]
        audit.write("ticket.telling_caller", about, by_id=by_id, now=now, channels=told)
    return [str(way) for way in used]


def note_caller_told(number: str, channel: str, *, now: datetime) -> None:
    """Write into the story that the message to the caller has gone out by ``channel``."""
    ticket_id = db.session.scalars(select(Ticket.id).where(Ticket.number == number)).one()
    timeline.write(ticket_id, Event.CALLER_TOLD, at=now, by_id=None, facts={"channel": channel})

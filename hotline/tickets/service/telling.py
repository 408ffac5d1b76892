"""Tell the caller the number, the promise and where to look."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select

from hotline import policy
from hotline.audit import service as audit
from hotline.db import db
from hotline.notices import queries as notices
from hotline.notices.rules import CALLER, Channel, Kind
from hotline.notices.service import Planned, tell_all, tell_first
from hotline.tickets import queries
from hotline.tickets.models import Ticket
from hotline.tickets.rules import ENDED, Status
from hotline.tickets.rules.reaching import ReachingPolicy, reach
from hotline.tickets.service.holding import hold
from hotline.timeline import service as timeline
from hotline.timeline.rules import Event

TELL_AFTER = timedelta(minutes=5)


def tell_caller(
    ticket: Ticket, *, now: datetime, by_id: int | None = None, again: bool = False
) -> list[str]:
    """Have the caller told by every safe way; the channels that are used for it now.

    Each channel is used once. ``again`` uses it once more, for example after the promise was
    moved; what has not gone out yet says the new promise by itself. Nothing is sent for a drill
    or for a ticket that has ended, and [] also means that no safe way is known.
    """
    ticket.tell_at = None
    ways = ways_to(ticket)
    if not ways:
        return []
    about = f"ticket:{ticket.number}"
    if again:  # Two people who press the button at once send one message.
        db.session.refresh(ticket, ["version"], with_for_update=True)
    known = notices.channels(about, Kind.RECEIVED, open_only=again)
    used = [Channel(way) for way in ways if way not in known]
    tell_all(about, _received(ticket, used, now=now), now=now)
    return _noted(about, used, by_id=by_id, now=now)


def tell_caller_first(ticket: Ticket, *, by_id: int | None, now: datetime) -> None:
    """Have the caller of a new ticket told by every safe way: nobody can have been told yet."""
    about = f"ticket:{ticket.number}"
    ways = [Channel(way) for way in ways_to(ticket)]
    tell_first(about, _received(ticket, ways, now=now), now=now)
    _noted(about, ways, by_id=by_id, now=now)


def _received(ticket: Ticket, ways: Sequence[Channel], *, now: datetime) -> list[Planned]:
    facts = {"number": ticket.number}
    return [Planned(Kind.RECEIVED, now, facts, audience=CALLER, channel=way) for way in ways]


def _noted(about: str, ways: Sequence[Channel], *, by_id: int | None, now: datetime) -> list[str]:
    told = [str(way) for way in ways]
    if told:
        audit.write("ticket.telling_caller", about, by_id=by_id, now=now, channels=told)
    return told


def tell_soon(ticket: Ticket, before: Mapping[str, str], *, now: datetime) -> None:
    """Have the caller told five minutes after the last change of how to reach them.

    ``before``: the ways as they were before this save. Whoever types a number digit by digit
    has not given it yet, and whoever corrects it has sent nothing to the first one.
    """
    ways = ways_to(ticket)
    known = notices.channels(f"ticket:{ticket.number}", Kind.RECEIVED) if ways else ()
    if all(Channel(way) in known for way in ways):
        ticket.tell_at = None
    elif ticket.tell_at is None or ways != before:
        ticket.tell_at = now + TELL_AFTER


def tell_when_due(ticket_id: int, *, now: datetime) -> list[str]:
    """Tell the caller of a ticket whose time has come; [] when somebody was quicker."""
    ticket = db.session.scalars(select(Ticket).where(Ticket.id == ticket_id)).one()
    hold(ticket)
    is_due = ticket.tell_at is not None and ticket.tell_at <= now
    return tell_caller(ticket, now=now) if is_due else []


def told_by(ticket: Ticket) -> list[str]:
    """The channels by which the caller was or will be told."""
    return sorted(str(one) for one in notices.channels(f"ticket:{ticket.number}", Kind.RECEIVED))


def ways_to(ticket: Ticket) -> Mapping[str, str]:
    """Channel to address of every safe way to write to the caller; none for a drill or after
    the end."""
    if ticket.drill or Status(ticket.status) in ENDED:
        return {}
    # The company is asked about only where there is something to write to at all.
    known = policy.get(ReachingPolicy)
    return reach(ticket, known) and reach(queries.contacts_of(ticket), known)


def note_caller_told(number: str, channel: str, *, now: datetime) -> None:
    """Write into the story that the message to the caller has gone out by ``channel``."""
    ticket_id = db.session.scalars(select(Ticket.id).where(Ticket.number == number)).one()
    timeline.write(ticket_id, Event.CALLER_TOLD, at=now, by_id=None, facts={"channel": channel})

"""Tell the member's people and the caller that there is something for them, by safe ways alone."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from hotline.notices import queries as notices
from hotline.notices.rules import CALLER, Channel, Kind, Status
from hotline.notices.service import Planned, tell_all
from hotline.people.models import Person
from hotline.tickets import queries
from hotline.tickets.models import Ticket
from hotline.tickets.service.telling import ways_to

TOGETHER = timedelta(minutes=5)
"""What happens within this is told once."""

UNSENT = (Status.WAITING, Status.FAILED)


def tell_member(
    ticket: Ticket,
    subject: str,
    kind: Kind,
    *,
    due_at: datetime,
    now: datetime,
    facts: Mapping[str, object] | None = None,
) -> int:
    """Tell every account that sees the ticket, and the caller; in how many ways it is told.

    A company's own mail is left out where it is not safe, and in a drill nobody is told. 0 means
    that nobody can be told in writing. ``facts``: what the link needs besides the number.
    """
    if ticket.drill:
        return 0
    told = {"number": ticket.number, **(facts or {})}
    accounts = accounts_to_tell(ticket)
    planned = [Planned(kind, due_at, told, person_id=one.id) for one in accounts]
    known = {one.email.lower() for one in accounts}
    planned += [
        Planned(kind, due_at, told, audience=CALLER, channel=Channel(way))
        for way, address in ways_to(ticket).items()
        if address.lower() not in known
    ]
    tell_all(subject, planned, now=now)
    return len(planned)


def accounts_to_tell(ticket: Ticket) -> list[Person]:
    """The accounts that see the ticket and whose mail an attacker does not read."""
    number = ticket.member_number
    return [
        one
        for one in queries.readers_of(ticket)
        if not (number and queries.channels_unsafe(number, but_for=one.email))
    ]


def together(subject: str, kind: Kind, *, now: datetime) -> datetime:
    """When to tell ``kind`` about ``subject``: now, and what follows soon after it, once more.

    The first message is told at once; all that follow within five minutes are one notice at the
    end of them, and what has not gone out yet is enough for all.
    """
    last = notices.last_of(subject, kind)
    if last is None:
        return now
    due_at, status = last
    if due_at > now or status in UNSENT:
        return due_at
    return max(now, due_at + TOGETHER)

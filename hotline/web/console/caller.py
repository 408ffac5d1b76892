"""Who rings: the companies, tickets and earlier calls behind a number, looked up once for all."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from hotline.calls import queries as calls
from hotline.calls.models import Call
from hotline.calls.queries import Ringing
from hotline.members import queries as members
from hotline.members.queries import Place
from hotline.members.rules import Entitlement, entitlement
from hotline.people import queries as people
from hotline.tickets import queries as tickets
from hotline.tickets.models import Ticket
from hotline.web.console.moments import Moments

TICKETS, CALLS = 3, 3
"""So many of each stand beside one number."""


@dataclass(frozen=True)
class Company:
    """A company that has the number: whose phone it is there, and what the company may ask for."""

    number: str
    name: str
    places: tuple[str, ...]
    entitled: Entitlement


@dataclass(frozen=True)
class Open:
    """A ticket of this company or number that goes on."""

    id: int
    number: str
    severity: str
    assessed: bool
    drill: bool
    site: str
    case_types: tuple[str, ...]
    status: str
    received_at: datetime


@dataclass(frozen=True)
class Earlier:
    """An earlier call from or to the number, and the name of who took it ("" for nobody).

    It is told by several requests: what it says of the call was read with it.
    """

    call_id: int
    received_at: datetime
    direction: str
    status: str
    is_told: bool
    answered_at: datetime | None
    ended_at: datetime | None
    seconds: int | None
    by: str


@dataclass(frozen=True)
class Caller:
    """All that is known of who rings; nothing for a number that was withheld."""

    companies: tuple[Company, ...] = ()
    tickets: tuple[Open, ...] = ()
    """The gravest first, drills last."""
    more_tickets: int = 0
    unsafe: bool = False
    """Whether the company's own mail and phones may be read, as an open ticket says."""
    safe_phone: str = ""
    earlier: tuple[Earlier, ...] = ()


NOBODY = Caller()


_known: Moments[Caller] = Moments()


def behind(ringing: Sequence[Ringing], *, now: datetime) -> dict[int, Caller]:
    """By id of the call: who rings. Seven statements at most, however many ring."""
    keys = {call.from_key for call in ringing if call.from_key}
    found = _known.get_all(keys, lambda missing: _look_up(missing, now=now))
    return {call.id: _before(call, found.get(call.from_key, NOBODY)) for call in ringing}


def _before(call: Ringing, who: Caller) -> Caller:
    """As many tickets as are shown, but for the one that a key of the menu opened a moment ago."""
    known = tuple(
        one
        for one in who.tickets
        if (one.id, one.received_at) != (call.ticket_id, call.received_at)
    )
    return replace(who, tickets=known[:TICKETS], more_tickets=max(len(known) - TICKETS, 0))


def _look_up(keys: Collection[str], *, now: datetime) -> dict[str, Caller]:
    places = members.places_of_phones(keys)
    entitled = {
        one.number: entitlement(one, now)
        for one in members.with_policies({place.number for place in places})
    }
    going_on = tickets.going_on({place.number for place in places}, keys)
    earlier = _earlier(keys)
    return {
        key: _caller(
            _companies([one for one in places if one.key == key], entitled),
            going_on,
            key,
            earlier.get(key, []),
        )
        for key in keys
    }


def _companies(places: Sequence[Place], entitled: Mapping[str, Entitlement]) -> tuple[Company, ...]:
    names: dict[str, list[str]] = {}
    for place in places:
        told = names.setdefault(place.number, [])
        told.extend(one for one in (place.contact or place.site,) if one and one not in told)
    called = {place.number: place.name for place in places}
    return tuple(
        Company(number, called[number], tuple(told), entitled[number])
        for number, told in names.items()
        if number in entitled
    )


def _caller(
    companies: tuple[Company, ...],
    going_on: Sequence[Ticket],
    key: str,
    earlier: Sequence[Earlier],
) -> Caller:
    numbers = {one.number for one in companies}
    own = [
        one
        for one in going_on
        if one.member_number in numbers or key in (one.phone_key, one.callback_key, one.safe_key)
    ]
    unsafe = [one for one in own if one.company_channels_unsafe]
    return Caller(
        companies=companies,
        tickets=tuple(_open(one) for one in sorted(own, key=_gravest_first)),
        unsafe=bool(unsafe),
        safe_phone=next((one.safe_phone for one in unsafe if one.safe_phone), ""),
        earlier=tuple(earlier),
    )


def _gravest_first(ticket: Ticket) -> tuple[bool, str]:
    return ticket.drill, ticket.severity


def _open(ticket: Ticket) -> Open:
    return Open(
        id=ticket.id,
        number=ticket.number,
        severity=ticket.severity,
        assessed=ticket.assessed,
        drill=ticket.drill,
        site=ticket.site,
        case_types=tuple(ticket.case_types),
        status=ticket.status,
        received_at=ticket.received_at,
    )


def _earlier(keys: Collection[str]) -> dict[str, list[Earlier]]:
    rows = calls.earlier_from(keys, limit=(CALLS + 1) * 25)
    names = people.names([row.answered_by_id for row in rows])
    found: dict[str, list[Earlier]] = {}
    for row in rows:
        found.setdefault(row.from_key, []).append(earlier_of(row, names))
    return found


def earlier_of(row: Call, names: Mapping[int | None, str]) -> Earlier:
    """An earlier call as it is shown; ``names`` are those of who answered."""
    spoken = row.answered_at is not None and row.ended_at is not None
    seconds = int((row.ended_at - row.answered_at).total_seconds()) if spoken else None  # type: ignore[operator]  # neither is None
    return Earlier(
        call_id=row.id,
        received_at=row.received_at,
        direction=row.direction,
        status=row.status,
        is_told=row.is_told,
        answered_at=row.answered_at,
        ended_at=row.ended_at,
        seconds=seconds,
        by=names.get(row.answered_by_id, ""),
    )

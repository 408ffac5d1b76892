"""Read tickets; who may see which is part of every query."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, false, func, or_, select, true, tuple_
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.elements import ColumnElement

from hotline.db import db
from hotline.errors import Missing
from hotline.followups import queries as followups
from hotline.followups.models import Followup
from hotline.followups.rules import OPEN as OWED
from hotline.followups.rules import Status as Promise
from hotline.people.models import Person
from hotline.people.rules import READERS, Role
from hotline.searchkeys import phone_key
from hotline.tickets.models import Ticket, TicketCaseType
from hotline.tickets.rules import parse_number
from hotline.timeline.rules import Audience

PHONE_DIGITS = 4
"""So many last digits of a phone number are enough to search for it."""


NOBODY = 0
"""As ``Wanted.coordinator_id``: tickets for which nobody is responsible."""


@dataclass(frozen=True)
class Wanted:
    """Which tickets: by what they are, whose they are, when they came, after the last one seen.

    ``received_from`` belongs to the wanted time, ``received_before`` does not.
    """

    status: str | None = None
    case_type: str | None = None
    line: str | None = None
    q: str | None = None
    due_before: datetime | None = None
    after: tuple[datetime, int] | None = None
    severity: str | None = None
    drill: bool | None = None
    coordinator_id: int | None = None
    received_from: datetime | None = None
    received_before: datetime | None = None


def seen_by(viewer: Person) -> ColumnElement[bool]:
    """The one scoping rule: the desk sees every ticket, a member those of its own company."""
    if viewer.roles & READERS:
        return true()
    if Role.MEMBER in viewer.roles and viewer.member_number:
        return Ticket.member_number == viewer.member_number
    return false()


def audience_of(viewer: Person) -> Audience:
    """Which lines of a story this person may read."""
    return Audience.STAFF if viewer.roles & READERS else Audience.MEMBER


def by_number(text: str, viewer: Person) -> Ticket:
    """The ticket with this number (spaces, dashes and fullwidth digits are fine).

    Raises Missing alike when there is none and when ``viewer`` may not know of it.
    """
    number = parse_number(text)
    query = select(Ticket).where(Ticket.number == number, seen_by(viewer))
    found = db.session.scalar(query) if number else None
    if found is None:
        raise Missing()
    return found


def newest(wanted: Wanted, viewer: Person, limit: int) -> list[Ticket]:
    """At most ``limit`` tickets that match, the newest call first."""
    query = _matching(wanted, viewer).order_by(Ticket.received_at.desc(), Ticket.id.desc())
    if wanted.after:
        query = query.where(tuple_(Ticket.received_at, Ticket.id) < tuple_(*wanted.after))
    return list(db.session.scalars(query.limit(limit)))


def newest_of_all(limit: int) -> list[Ticket]:
    """At most ``limit`` tickets for the operator of this machine, the newest call first."""
    query = select(Ticket).order_by(Ticket.received_at.desc(), Ticket.id.desc())
    return list(db.session.scalars(query.limit(limit)))


def _matching(wanted: Wanted, viewer: Person) -> Select[Ticket]:
    query = select(Ticket).where(seen_by(viewer), *_facts(wanted))
    if wanted.case_type:
        query = query.where(Ticket.types.any(TicketCaseType.case_type == wanted.case_type))
    if wanted.due_before:
        owed = and_(Followup.ticket_id == Ticket.id, Followup.status.in_(OWED))
        query = query.where(select(1).where(owed, Followup.due_at < wanted.due_before).exists())
    if wanted.q:
        query = query.where(_text(wanted.q))
    return query


def _facts(wanted: Wanted) -> list[ColumnElement[bool]]:
    """What is asked of the ticket's own columns; None asks nothing."""
    equal: tuple[tuple[InstrumentedAttribute[Any], object], ...] = (
        (Ticket.status, wanted.status),
        (Ticket.line, wanted.line),
        (Ticket.severity, wanted.severity),
        (Ticket.drill, wanted.drill),
    )
    found = [column == value for column, value in equal if value is not None]
    if wanted.coordinator_id is not None:
        found.append(Ticket.coordinator_id == (wanted.coordinator_id or None))
    if wanted.received_from is not None:
        found.append(Ticket.received_at >= wanted.received_from)
    if wanted.received_before is not None:
        found.append(Ticket.received_at < wanted.received_before)
    return found


def _text(q: str) -> ColumnElement[bool]:
    """A number, the end of a phone number, or part of company, caller's name or summary."""
    number = parse_number(q)
    if number:
        return Ticket.number == number
    part = f"%{_escaped(q)}%"
    columns = (Ticket.company, Ticket.caller_name, Ticket.summary)
    found = [column.ilike(part, escape="\\") for column in columns]
    digits = phone_key(q)
    if len(digits) >= PHONE_DIGITS:
        found.append(Ticket.phone_key.like(f"%{digits}"))
    return or_(*found)


def _escaped(q: str) -> str:
    return q.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


@dataclass(frozen=True)
class Owed:
    """A ticket with the promise owed next on it; None when nothing is owed."""

    ticket: Ticket
    followup: Followup | None


def by_urgency(
    wanted: Wanted, viewer: Person, limit: int, *, after: tuple[datetime, int] | None = None
) -> list[Owed]:
    """At most ``limit`` tickets with a promise owed, the one that turns late first at the top.

    ``after`` is (take_up_by, follow-up id) of the last one seen. A promise somebody took up
    stands where it is due.
    """
    query = (
        _matching(wanted, viewer)
        .join(Followup, and_(Followup.ticket_id == Ticket.id, Followup.status.in_(OWED)))
        .add_columns(Followup)
        .order_by(Followup.take_up_by, Followup.id)
    )
    if after:
        query = query.where(tuple_(Followup.take_up_by, Followup.id) > tuple_(*after))
    return [Owed(ticket, followup) for ticket, followup in db.session.execute(query.limit(limit))]


def with_nothing_owed(
    wanted: Wanted, viewer: Person, limit: int, *, after: tuple[datetime, int] | None = None
) -> list[Owed]:
    """At most ``limit`` tickets without a promise owed, the newest call first."""
    owed = select(1).where(Followup.ticket_id == Ticket.id, Followup.status.in_(OWED)).exists()
    query = _matching(wanted, viewer).where(~owed)
    query = query.order_by(Ticket.received_at.desc(), Ticket.id.desc())
    if after:
        query = query.where(tuple_(Ticket.received_at, Ticket.id) < tuple_(*after))
    return [Owed(ticket, None) for ticket in db.session.scalars(query.limit(limit))]


def late(viewer: Person, limit: int, *, now: datetime) -> list[Owed]:
    """At most ``limit`` tickets whose promise nobody took up in time, the latest first."""
    query = select(Ticket, Followup).join(Followup, Followup.ticket_id == Ticket.id)
    query = query.where(*_is_late(now), seen_by(viewer))
    found = db.session.execute(query.order_by(Followup.take_up_by, Followup.id).limit(limit))
    return [Owed(ticket, followup) for ticket, followup in found]


def late_count(viewer: Person, *, now: datetime) -> int:
    """How many promises are late, drills aside."""
    return db.session.scalar(counting_late(viewer, now=now)) or 0


def counting_late(viewer: Person, *, now: datetime) -> Select[int]:
    """The question behind ``late_count``, to be asked together with others."""
    query = select(func.count()).select_from(Followup)
    query = query.join(Ticket, Ticket.id == Followup.ticket_id)
    return query.where(*_is_late(now), seen_by(viewer))


def _is_late(now: datetime) -> tuple[ColumnElement[bool], ...]:
    waiting = Followup.status.in_((Promise.PENDING, Promise.ANNOUNCED))
    return (waiting, Followup.take_up_by < now, ~Ticket.drill)


@dataclass(frozen=True)
class Counted:
    """How many tickets something is owed on, of those that are alike in all of these."""

    status: str
    line: str
    severity: str
    drill: bool
    coordinator_id: int | None
    tickets: int


def owed_by(wanted: Wanted, viewer: Person) -> list[Counted]:
    """The tickets that match and on which something is owed, counted by what they are."""
    owed = select(1).where(Followup.ticket_id == Ticket.id, Followup.status.in_(OWED)).exists()
    alike = (Ticket.status, Ticket.line, Ticket.severity, Ticket.drill, Ticket.coordinator_id)
    query = _matching(wanted, viewer).where(owed).with_only_columns(*alike, func.count())
    return [Counted(*row) for row in db.session.execute(query.group_by(*alike))]


def promises(wanted: followups.Wanted, limit: int) -> list[tuple[Followup, str]]:
    """At most ``limit`` promises that match, first due first, each with its ticket's number."""
    query = followups.matching(wanted).join(Ticket, Ticket.id == Followup.ticket_id)
    found = db.session.execute(query.add_columns(Ticket.number).limit(limit))
    return [(followup, number) for followup, number in found]


def number_of(ticket_id: int) -> str:
    """The number of the ticket with this id."""
    return db.session.scalars(select(Ticket.number).where(Ticket.id == ticket_id)).one()


def numbers(ticket_ids: Collection[int | None]) -> dict[int | None, str]:
    """Id to number, for the desk: of the tickets that calls led to, in one query."""
    wanted = {ticket_id for ticket_id in ticket_ids if ticket_id is not None}
    if not wanted:
        return {}
    found = db.session.execute(select(Ticket.id, Ticket.number).where(Ticket.id.in_(wanted)))
    return {row.id: row.number for row in found}

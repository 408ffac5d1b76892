"""Lists of tickets: filtered, searched, the most urgent first; who may see which is part of it."""

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import Any

from sqlalchemy import Select, and_, case, func, or_, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.elements import ColumnElement

from hotline import fulltext
from hotline.db import db
from hotline.followups import queries as followups
from hotline.followups.models import Followup
from hotline.followups.rules import OPEN as OWED
from hotline.followups.rules import Status as Promise
from hotline.people.models import Person
from hotline.people.rules import READERS
from hotline.searchkeys import holds, phrases
from hotline.tickets import rules
from hotline.tickets.models import (
    Ticket,
    TicketCaseType,
)
from hotline.tickets.queries.seeing import seen_by
from hotline.tickets.rules import ENDED, parse_number

NOBODY = 0
"""As ``Wanted.coordinator_id``: tickets for which nobody is responsible."""


@dataclass(frozen=True)
class Wanted:
    """Which tickets: by what they are, whose they are, when they came, after the last one seen.

    ``received_from`` belongs to the wanted time, ``received_before`` does not. ``going_on`` counts
    what was joined into a ticket that goes on.
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
    going_on: bool | None = None


def newest(wanted: Wanted, viewer: Person, limit: int) -> list[Ticket]:
    """At most ``limit`` tickets that match, the newest call first."""
    query = _matching(wanted, viewer).order_by(Ticket.received_at.desc(), Ticket.id.desc())
    if wanted.after:
        query = query.where(tuple_(Ticket.received_at, Ticket.id) < tuple_(*wanted.after))
    return list(db.session.scalars(query.limit(limit)))


def of_member(number: str, viewer: Person, limit: int) -> list[Ticket]:
    """At most ``limit`` tickets of the company with this number, the newest call first."""
    query = select(Ticket).where(Ticket.member_number == number, seen_by(viewer))
    query = query.order_by(Ticket.received_at.desc(), Ticket.id.desc())
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
    if wanted.going_on is not None:
        query = query.where(_goes_on() == wanted.going_on)
    if wanted.q:
        query = query.where(_found_by(wanted.q, viewer))
    return query


def _goes_on() -> ColumnElement[bool]:
    living = select(Ticket.id).where(Ticket.status.not_in(ENDED)).scalar_subquery()
    return or_(Ticket.status.not_in(ENDED), func.coalesce(Ticket.duplicate_of_id, 0).in_(living))


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
    """A number, or words that all stand in what a ticket is found by."""
    number = parse_number(q)
    return Ticket.number == number if number else fulltext.matches(Ticket.search_text, phrases(q))


def _found_by(q: str, viewer: Person) -> ColumnElement[bool]:
    """What ``viewer`` may find by ``q``: nobody finds by words that the same person may not read.

    Otherwise a stolen member account could try out safe phones and addresses one by one.
    """
    if viewer.roles & READERS:
        return _text(q)
    columns = (Ticket.id, *(getattr(Ticket, name) for name in rules.READ_BY_MEMBERS))
    hits = db.session.execute(select(*columns).where(seen_by(viewer), _text(q)))
    wanted = [] if parse_number(q) else phrases(q)
    shown = {hit.id: rules.search_text_for_members(hit) for hit in hits}
    return Ticket.id.in_(
        [key for key, text in shown.items() if all(holds(text, group) for group in wanted)]
    )


class Rank(IntEnum):
    """How urgent a ticket is among others that were found."""

    LATE = 0
    OPEN = 1
    ENDED = 2


@dataclass(frozen=True)
class Hit:
    """A ticket that was found, and its place among the others."""

    ticket: Ticket
    rank: Rank


def search(
    q: str,
    viewer: Person,
    limit: int,
    *,
    now: datetime,
    after: tuple[int, datetime, int] | None = None,
) -> list[Hit]:
    """At most ``limit`` tickets that match ``q``: late ones first, open ones, the newest call.

    ``after`` is (rank, received_at, id) of the last one seen.
    """
    owed = select(1).where(Followup.ticket_id == Ticket.id, *_is_late(now)).exists()
    ended = Ticket.status.in_(ENDED)
    rank = case((owed, Rank.LATE.value), (ended, Rank.ENDED.value), else_=Rank.OPEN.value)
    newest_first = (Ticket.received_at.desc(), Ticket.id.desc())
    query = _matching(Wanted(q=q), viewer).add_columns(rank).order_by(rank, *newest_first)
    if after:
        older = tuple_(Ticket.received_at, Ticket.id) < tuple_(*after[1:])
        query = query.where(or_(rank > after[0], and_(rank == after[0], older)))
    found = db.session.execute(query.limit(limit))
    return [Hit(ticket, Rank(place)) for ticket, place in found]


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


def without_anybody(line: str | None, viewer: Person, limit: int) -> list[Ticket]:
    """At most ``limit`` tickets that go on and nobody is responsible for, the oldest call first.

    Drills aside; ``line`` None asks for all lines.
    """
    alone = (Ticket.coordinator_id.is_(None), Ticket.status.not_in(ENDED), ~Ticket.drill)
    query = select(Ticket).where(*alone, seen_by(viewer))
    if line is not None:
        query = query.where(Ticket.line == line)
    return list(db.session.scalars(query.order_by(Ticket.received_at, Ticket.id).limit(limit)))


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

"""Lists of tickets: filtered, the most urgent first; who may see which is part of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Integer, Select, bindparam, func, select, tuple_
from sqlalchemy.orm import lazyload
from sqlalchemy.orm.attributes import set_committed_value

from hotline.asking import Counting, among, counted
from hotline.db import UtcDateTime, db
from hotline.followups import queries as followups
from hotline.followups.models import Followup
from hotline.followups.rules import OPEN as OWED
from hotline.people.models import Person
from hotline.tickets.models import Ticket, TicketCaseType
from hotline.tickets.queries.seeing import SEES_ALL, seen_by
from hotline.tickets.queries.wanting import (
    Given,
    Wanted,
    given,
    is_late,
    is_open,
    is_owed,
    matching,
    narrowed,
    values,
)

Key = tuple[datetime, int]
"""The moment and the id of the last row seen, by which a list goes on."""


def newest(wanted: Wanted, viewer: Person, limit: int) -> list[Ticket]:
    """At most ``limit`` tickets that match, the newest call first."""
    query = narrowed(_newest(given(wanted), wanted.after is not None), wanted, viewer)
    return list(db.session.scalars(query, _page(wanted, limit, wanted.after)))


@lru_cache(maxsize=200)
def _newest(names: Given, goes_on: bool) -> Select[Ticket]:
    query = matching(names).order_by(Ticket.received_at.desc(), Ticket.id.desc())
    if goes_on:
        query = query.where(tuple_(Ticket.received_at, Ticket.id) < _AFTER)
    return query.limit(bindparam("limit"))


_AFTER = tuple_(bindparam("after_at", type_=UtcDateTime), bindparam("after_id", type_=Integer))


def _page(wanted: Wanted, limit: int, after: Key | None) -> dict[str, Any]:
    key = {"after_at": after[0], "after_id": after[1]} if after else {}
    return {**values(wanted), **key, "limit": limit}


def of_member(number: str, viewer: Person, limit: int) -> list[Ticket]:
    """At most ``limit`` tickets of the company with this number, the newest call first."""
    query = select(Ticket).where(Ticket.member_number == number, seen_by(viewer))
    query = query.order_by(Ticket.received_at.desc(), Ticket.id.desc())
    return list(db.session.scalars(query.limit(limit)))


def newest_of_all(limit: int) -> list[Ticket]:
    """At most ``limit`` tickets for the operator of this machine, the newest call first."""
    query = select(Ticket).order_by(Ticket.received_at.desc(), Ticket.id.desc())
    return list(db.session.scalars(query.limit(limit)))


@dataclass(frozen=True)
class Owed:
    """A ticket with the promise owed next on it; None when nothing is owed."""

    ticket: Ticket
    followup: Followup | None


def by_urgency(
    wanted: Wanted, viewer: Person, limit: int, *, after: Key | None = None
) -> list[Owed]:
    """At most ``limit`` tickets with a promise owed, the one that turns late first at the top.

    ``after`` is (take_up_by, follow-up id) of the last one seen. A promise somebody took up
    stands where it is due. Their case types are not loaded: see ``with_types``.
    """
    query = narrowed(_by_urgency(given(wanted), after is not None), wanted, viewer)
    found = db.session.execute(query, _page(wanted, limit, after))
    return [Owed(ticket, followup) for ticket, followup in found]


@lru_cache(maxsize=200)
def _by_urgency(names: Given, goes_on: bool) -> Select[Any]:
    query = (
        matching(names)
        .join(Followup, is_owed())
        .add_columns(Followup)
        .order_by(Followup.take_up_by, Followup.id)
        .options(lazyload(Ticket.types))
    )
    if goes_on:
        query = query.where(tuple_(Followup.take_up_by, Followup.id) > _AFTER)
    return query.limit(bindparam("limit"))


def with_nothing_owed(
    wanted: Wanted, viewer: Person, limit: int, *, after: Key | None = None
) -> list[Owed]:
    """At most ``limit`` tickets without a promise owed, the newest call first.

    Their case types are not loaded: see ``with_types``.
    """
    query = narrowed(_with_nothing_owed(given(wanted), after is not None), wanted, viewer)
    return [Owed(one, None) for one in db.session.scalars(query, _page(wanted, limit, after))]


@lru_cache(maxsize=200)
def _with_nothing_owed(names: Given, goes_on: bool) -> Select[Ticket]:
    nothing = ~select(1).where(is_owed()).exists()
    return _newest(names, goes_on).where(nothing).options(lazyload(Ticket.types))


def with_types(tickets: Sequence[Ticket]) -> None:
    """Load the case types of these tickets, as far as they are not loaded, in one statement."""
    bare = {one.id: one for one in tickets if "types" not in one.__dict__}
    of: dict[int, list[TicketCaseType]] = {ticket_id: [] for ticket_id in bare}
    for found in db.session.scalars(_TYPES, {"ids": sorted(bare)}) if bare else ():
        of[found.ticket_id].append(found)
    for ticket_id, types in of.items():
        set_committed_value(bare[ticket_id], "types", types)


_TYPES = (
    select(TicketCaseType)
    .where(TicketCaseType.ticket_id.in_(bindparam("ids", expanding=True)))
    .order_by(TicketCaseType.ticket_id, TicketCaseType.position)
)


def without_anybody(line: str | None, viewer: Person, limit: int) -> list[Ticket]:
    """At most ``limit`` tickets that go on and nobody is responsible for, the oldest call first.

    Drills aside; ``line`` None asks for all lines.
    """
    alone = (Ticket.coordinator_id.is_(None), is_open(), ~Ticket.drill)
    query = select(Ticket).where(*alone, seen_by(viewer))
    if line is not None:
        query = query.where(Ticket.line == line)
    return list(db.session.scalars(query.order_by(Ticket.received_at, Ticket.id).limit(limit)))


def late(viewer: Person, limit: int, *, now: datetime) -> list[Owed]:
    """At most ``limit`` tickets whose promise nobody took up in time, the latest first."""
    query = select(Ticket, Followup).join(Followup, Followup.ticket_id == Ticket.id)
    query = query.where(*is_late(now), seen_by(viewer))
    found = db.session.execute(query.order_by(Followup.take_up_by, Followup.id).limit(limit))
    return [Owed(ticket, followup) for ticket, followup in found]


def late_count(viewer: Person, *, now: datetime) -> int:
    """How many promises are late, drills aside; never more than ``COUNTED_TO``."""
    late = counting_late(viewer, now=now)
    return db.session.scalar(counted(late.statement), late.values) or 0


def counting_late(viewer: Person, *, now: datetime) -> Counting:
    """The question behind ``late_count``, to be asked together with others."""
    seen = seen_by(viewer)
    statement = _COUNTING_LATE if seen is SEES_ALL else _COUNTING_LATE.where(seen)
    return Counting(statement, {"now": now})


_COUNTING_LATE = (
    select(func.count())
    .select_from(Followup)
    .join(Ticket, Ticket.id == Followup.ticket_id)
    .where(*is_late(bindparam("now")))
)


@dataclass(frozen=True)
class Counted:
    """How many tickets something is owed on, of those that are alike in all of these."""

    status: str
    line: str
    severity: str
    drill: bool
    coordinator_id: int | None
    tickets: int


MOST_COUNTED = 500
"""So many promises, those that turn late first, are looked at to count by what tickets are."""


def owed_by(wanted: Wanted, viewer: Person) -> tuple[list[Counted], bool]:
    """The tickets that match and on which something is owed, counted by what they are.

    Of very many only those of the first ``MOST_COUNTED`` promises are counted; and whether there
    are so many.
    """
    query = narrowed(_owed_by(given(wanted)), wanted, viewer)
    rows = db.session.execute(query, values(wanted)).all()
    return [Counted(*row[1:]) for row in rows], bool(rows) and rows[0][0] == MOST_COUNTED


@lru_cache(maxsize=200)
def _owed_by(names: Given) -> Select[Any]:
    first = (
        select(Followup.ticket_id)
        .where(among(Followup.status, OWED))
        .order_by(Followup.take_up_by, Followup.id)
        .limit(MOST_COUNTED)
        .cte("first")
    )
    looked_at = select(func.count()).select_from(first).scalar_subquery()
    alike = (Ticket.status, Ticket.line, Ticket.severity, Ticket.drill, Ticket.coordinator_id)
    found = matching(names).where(Ticket.id.in_(select(first.c.ticket_id)))
    return found.with_only_columns(looked_at, *alike, func.count()).group_by(*alike)


def promises(wanted: followups.Wanted, limit: int) -> list[tuple[Followup, str]]:
    """At most ``limit`` promises that match, first due first, each with its ticket's number."""
    query = followups.matching(wanted).join(Ticket, Ticket.id == Followup.ticket_id)
    found = db.session.execute(query.add_columns(Ticket.number).limit(limit))
    return [(followup, number) for followup, number in found]

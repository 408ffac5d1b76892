"""Lists of tickets: filtered, searched, the most urgent first; who may see which is part of it."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import IntEnum
from typing import Any

from sqlalchemy import (
    BindParameter,
    Select,
    and_,
    bindparam,
    case,
    func,
    literal_column,
    or_,
    select,
    tuple_,
)
from sqlalchemy.orm import InstrumentedAttribute, aliased
from sqlalchemy.sql.elements import ColumnElement

from hotline import fulltext
from hotline.asking import Counting, among, counted
from hotline.db import db
from hotline.followups import queries as followups
from hotline.followups.models import Followup
from hotline.followups.rules import OPEN as OWED
from hotline.followups.rules import UNTAKEN
from hotline.people.models import Person
from hotline.people.rules import READERS
from hotline.searchkeys import holds, phrases
from hotline.tickets import rules
from hotline.tickets.models import (
    Ticket,
    TicketCaseType,
)
from hotline.tickets.queries.seeing import SEES_ALL, seen_by
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
    text: ColumnElement[bool] | None = field(default=None, compare=False)
    """What ``q`` asks of a ticket, once it was looked up: see ``looked_up``."""


def looked_up(wanted: Wanted, viewer: Person) -> Wanted:
    """The same, with its text looked up: for whoever asks for it several times."""
    return replace(wanted, text=_found_by(wanted.q, viewer)[0]) if wanted.q else wanted


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
        owed = and_(Followup.ticket_id == Ticket.id, among(Followup.status, OWED))
        query = query.where(select(1).where(owed, Followup.due_at < wanted.due_before).exists())
    if wanted.going_on is not None:
        query = query.where(_goes_on() == wanted.going_on)
    if wanted.q:
        known = wanted.text
        query = query.where(_found_by(wanted.q, viewer)[0] if known is None else known)
    return query


def _goes_on() -> ColumnElement[bool]:
    """By itself, or in the ticket it was joined into."""
    into = aliased(Ticket)
    living = select(1).where(into.id == Ticket.duplicate_of_id, into.status.not_in(ENDED))
    return or_(_is_open(), living.exists())


def _is_open() -> ColumnElement[bool]:
    """Whether a ticket goes on, as the index over these tickets says it."""
    return Ticket.status.not_in([literal_column(f"'{one}'") for one in sorted(ENDED)])


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


def _text(q: str) -> tuple[ColumnElement[bool], bool]:
    """A number, or words that all stand in what a ticket is found by; and whether in many."""
    number = parse_number(q)
    if number:
        return Ticket.number == number, False
    return fulltext.found(Ticket.search_text, phrases(q))


def _found_by(q: str, viewer: Person) -> tuple[ColumnElement[bool], bool]:
    """What ``viewer`` may find by ``q``, and whether it is common: see ``fulltext.found``.

    Nobody finds by words that the same person may not read. Otherwise a stolen member account
    could try out safe phones and addresses one by one.
    """
    text, is_common = _text(q)
    if viewer.roles & READERS:
        return text, is_common
    columns = (Ticket.id, *(getattr(Ticket, name) for name in rules.READ_BY_MEMBERS))
    hits = db.session.execute(select(*columns).where(seen_by(viewer), text))
    wanted = [] if parse_number(q) else phrases(q)
    shown = {hit.id: rules.search_text_for_members(hit) for hit in hits}
    found = [key for key, text in shown.items() if all(holds(text, group) for group in wanted)]
    return Ticket.id.in_(found), False


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
    text, is_common = _found_by(q, viewer)
    wanted = select(Ticket).where(seen_by(viewer), text)
    if is_common:
        return _walked(wanted, limit, now=now, after=after)
    rank = case(*((is_so, place.value) for place, is_so in _ranks(now).items()))
    query = wanted.add_columns(rank).order_by(rank, *NEWEST_FIRST)
    if after:
        query = query.where(or_(rank > after[0], and_(rank == after[0], _older(after))))
    found = db.session.execute(query.limit(limit))
    return [Hit(ticket, Rank(place)) for ticket, place in found]


NEWEST_FIRST = (Ticket.received_at.desc(), Ticket.id.desc())


def _ranks(now: datetime) -> dict[Rank, ColumnElement[bool]]:
    """What makes a ticket late, open or ended; of several the first counts."""
    late = select(1).where(Followup.ticket_id == Ticket.id, *_is_late(now)).exists()
    return {Rank.LATE: late, Rank.OPEN: _is_open(), Rank.ENDED: ~_is_open()}


def _older(after: tuple[int, datetime, int]) -> ColumnElement[bool]:
    return tuple_(Ticket.received_at, Ticket.id) < tuple_(*after[1:])


def _walked(
    wanted: Select[Ticket], limit: int, *, now: datetime, after: tuple[int, datetime, int] | None
) -> list[Hit]:
    """Rank by rank along the newest tickets, until there are enough: nothing is sorted."""
    ranks, found = _ranks(now), list[Hit]()
    for rank in [one for one in Rank if after is None or one >= after[0]]:
        query = wanted.where(ranks[rank]).order_by(*NEWEST_FIRST)
        if rank is not Rank.LATE:
            query = query.where(~ranks[Rank.LATE])
        if after and rank == after[0]:
            query = query.where(_older(after))
        tickets = db.session.scalars(query.limit(limit - len(found)))
        found += [Hit(ticket, rank) for ticket in tickets]
        if len(found) == limit:
            break
    return found


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
        .join(Followup, and_(Followup.ticket_id == Ticket.id, among(Followup.status, OWED)))
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
    owed = select(1).where(Followup.ticket_id == Ticket.id, among(Followup.status, OWED)).exists()
    query = _matching(wanted, viewer).where(~owed)
    query = query.order_by(Ticket.received_at.desc(), Ticket.id.desc())
    if after:
        query = query.where(tuple_(Ticket.received_at, Ticket.id) < tuple_(*after))
    return [Owed(ticket, None) for ticket in db.session.scalars(query.limit(limit))]


def without_anybody(line: str | None, viewer: Person, limit: int) -> list[Ticket]:
    """At most ``limit`` tickets that go on and nobody is responsible for, the oldest call first.

    Drills aside; ``line`` None asks for all lines.
    """
    alone = (Ticket.coordinator_id.is_(None), _is_open(), ~Ticket.drill)
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
    """How many promises are late, drills aside; never more than ``COUNTED_TO``."""
    late = counting_late(viewer, now=now)
    return db.session.scalar(counted(late.statement), late.values) or 0


def counting_late(viewer: Person, *, now: datetime) -> Counting:
    """The question behind ``late_count``, to be asked together with others."""
    seen = seen_by(viewer)
    statement = _COUNTING_LATE if seen is SEES_ALL else _COUNTING_LATE.where(seen)
    return Counting(statement, {"now": now})


def _is_late(now: datetime | BindParameter[datetime]) -> tuple[ColumnElement[bool], ...]:
    waiting = among(Followup.status, UNTAKEN)
    return (waiting, Followup.take_up_by < now, ~Ticket.drill)


_COUNTING_LATE = (
    select(func.count())
    .select_from(Followup)
    .join(Ticket, Ticket.id == Followup.ticket_id)
    .where(*_is_late(bindparam("now")))
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
    first = (
        select(Followup.ticket_id)
        .where(among(Followup.status, OWED))
        .order_by(Followup.take_up_by, Followup.id)
        .limit(MOST_COUNTED)
        .cte("first")
    )
    looked_at = select(func.count()).select_from(first).scalar_subquery()
    alike = (Ticket.status, Ticket.line, Ticket.severity, Ticket.drill, Ticket.coordinator_id)
    matching = _matching(wanted, viewer).where(Ticket.id.in_(select(first.c.ticket_id)))
    query = matching.with_only_columns(looked_at, *alike, func.count()).group_by(*alike)
    rows = db.session.execute(query).all()
    return [Counted(*row[1:]) for row in rows], bool(rows) and rows[0][0] == MOST_COUNTED


def promises(wanted: followups.Wanted, limit: int) -> list[tuple[Followup, str]]:
    """At most ``limit`` promises that match, first due first, each with its ticket's number."""
    query = followups.matching(wanted).join(Ticket, Ticket.id == Followup.ticket_id)
    found = db.session.execute(query.add_columns(Ticket.number).limit(limit))
    return [(followup, number) for followup, number in found]

"""Read tickets; who may see which is part of every query."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Any

from sqlalchemy import Select, and_, case, false, func, or_, select, true, tuple_
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.elements import ColumnElement

from hotline import fulltext, policy
from hotline.db import db
from hotline.errors import Missing
from hotline.followups import queries as followups
from hotline.followups.models import Followup
from hotline.followups.rules import OPEN as OWED
from hotline.followups.rules import Status as Promise
from hotline.members import queries as members
from hotline.people import queries as people
from hotline.people.models import Person
from hotline.people.rules import READERS, Role
from hotline.searchkeys import company_key, holds, phone_key, phrases
from hotline.tickets import rules
from hotline.tickets.models import (
    Consent,
    Draft,
    HearingAnswer,
    ReadBack,
    SaidAdvice,
    Ticket,
    TicketCaseType,
)
from hotline.tickets.rules import ENDED, FACTS, ClockStart, Intake, Reachable, Status, parse_number
from hotline.timeline.rules import Audience

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


def just_begun(by_id: int, line: str, *, since: datetime) -> Ticket | None:
    """The ticket of a call that this person took after ``since`` and has written nothing into."""
    untouched = (Ticket.changed_at.is_(None), Ticket.caller_phone == "", ~Ticket.types.any())
    query = select(Ticket).where(
        Ticket.opened_by_id == by_id, Ticket.line == line, Ticket.received_at > since, *untouched
    )
    return db.session.scalars(query.order_by(Ticket.id.desc())).first()


def behind_a_link(number: str) -> Ticket | None:
    """The ticket of a link that we signed, drills aside: the signature is the right to see it."""
    query = select(Ticket).where(Ticket.number == number, ~Ticket.drill)
    return db.session.scalar(query)


def living(ticket: Ticket) -> Ticket:
    """The ticket that goes on in its place; itself, unless it is a duplicate."""
    if ticket.duplicate_of_id is None:
        return ticket
    return db.session.get_one(Ticket, ticket.duplicate_of_id)


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
    if wanted.q:
        query = query.where(_found_by(wanted.q, viewer))
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


def joined(ticket: Ticket) -> list[Ticket]:
    """The tickets of the same incident: those it took in, and the one it goes on as."""
    same = or_(Ticket.duplicate_of_id == ticket.id, Ticket.id == ticket.duplicate_of_id)
    return list(db.session.scalars(select(Ticket).where(same).order_by(Ticket.id)))


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


@dataclass(frozen=True)
class Kept:
    """What stands beside a ticket's own row: answers by question, consents by recipient."""

    answers: dict[str, HearingAnswer]
    consents: dict[str, Consent]


def kept(ticket_id: int) -> Kept:
    """The answers and consents of one ticket."""
    answers = select(HearingAnswer).where(HearingAnswer.ticket_id == ticket_id)
    consents = select(Consent).where(Consent.ticket_id == ticket_id)
    return Kept(
        {row.question: row for row in db.session.scalars(answers)},
        {row.recipient: row for row in db.session.scalars(consents)},
    )


def as_intake(ticket: Ticket, beside: Kept) -> Intake:
    """The ticket as it would be typed; the severity is None until somebody judged."""
    facts = {name: getattr(ticket, name) for name in FACTS}
    facts["member_number"] = ticket.member_number or ""
    return Intake(
        **facts,
        case_types=tuple(ticket.case_types),
        answers={key: list(row.answer) for key, row in beside.answers.items()},
        consents={code: row.given for code, row in beside.consents.items()},
        severity=ticket.severity if ticket.assessed else None,
        severity_reason=ticket.severity_reason,
    )


def intake_of(ticket: Ticket) -> Intake:
    """What is saved now, as it would be typed."""
    return as_intake(ticket, kept(ticket.id))


def clock_starts(ticket: Ticket) -> tuple[ClockStart, ...]:
    """The moments from which limits are counted, as far as they are known."""
    beside = kept(ticket.id)
    starts = rules.clock_starts(as_intake(ticket, beside), policy.get(rules.HearingPolicy))
    heard = beside.answers
    return tuple(
        replace(
            one, heard_at=heard[one.question].answered_at,
            heard_by_id=heard[one.question].answered_by_id,
        ) if one.question in heard else one
        for one in starts
    )  # fmt: skip


def drafts_of(ticket_id: int, person_id: int) -> dict[str, Draft]:
    """What this person typed on the ticket and could not be saved, by part of the form."""
    query = select(Draft).where(Draft.ticket_id == ticket_id, Draft.person_id == person_id)
    return {draft.part: draft for draft in db.session.scalars(query)}


def to_tell(now: datetime, limit: int = 50) -> list[int]:
    """Ids of at most ``limit`` tickets whose callers are to be told by now, the first due first."""
    query = select(Ticket.id).where(Ticket.tell_at.is_not(None), Ticket.tell_at <= now)
    return list(db.session.scalars(query.order_by(Ticket.tell_at, Ticket.id).limit(limit)))


def contacts_of(ticket: Ticket) -> Reachable:
    """How its caller may be reached, by message or by telephone: see ``rules.usable``.

    The company's channels are unsafe for all its tickets when one that goes on says so.
    """
    unsafe = ticket.company_channels_unsafe or _is_said_unsafe(
        _same_incident(ticket), _goes_on_at(ticket.member_number)
    )
    own = members.own_phones(ticket.member_number) if unsafe and ticket.member_number else ()
    return rules.usable(ticket, unsafe=unsafe, own=own)


def channels_unsafe(member_number: str, *, but_for: str = "") -> bool:
    """Whether a ticket of this company that goes on says that its mail and phones are unsafe.

    ``but_for``: a mail address; False when every such ticket names it as the safe one.
    """
    named = func.lower(Ticket.safe_email) == but_for.lower() if but_for else false()
    return _is_said_unsafe(and_(_goes_on_at(member_number), ~named))


def _is_said_unsafe(*of: ColumnElement[bool]) -> bool:
    said = select(Ticket.id).where(Ticket.company_channels_unsafe, or_(*of))
    return db.session.scalar(said.limit(1)) is not None


def _same_incident(ticket: Ticket) -> ColumnElement[bool]:
    """What was joined with it: the words of either caller count for both."""
    return Ticket.duplicate_of_id == ticket.id


def _goes_on_at(member_number: str | None) -> ColumnElement[bool]:
    """Real tickets of a company that go on, or went on in another one that does."""
    if member_number is None:
        return false()
    going_on = select(Ticket.id).where(Ticket.status.not_in(ENDED))
    goes_on = or_(Ticket.status.not_in(ENDED), Ticket.duplicate_of_id.in_(going_on))
    return and_(Ticket.member_number == member_number, ~Ticket.drill, goes_on)


SAME_WITHIN = timedelta(hours=72)
"""A ticket that has ended may be the same incident when its call came within this."""

LEAST_DIGITS = 6
"""Fewer digits are an extension, and the same in every company."""

MOST_ALIKE = 20


def similar(ticket: Ticket, *, now: datetime, given: Intake | None = None) -> list[Ticket]:
    """Tickets that may be the same incident: the same company or the same phone, newest first.

    ``given`` is compared in place of what is saved. Those that go on are found however old they
    are, ended ones for 72 hours; what was joined already is not, and drills only among drills.
    """
    alike = list(_alike(given or ticket))
    if not alike:
        return []
    goes_on = Ticket.status.not_in(ENDED)
    recent = and_(Ticket.status != Status.DUPLICATE, Ticket.received_at >= now - SAME_WITHIN)
    query = (
        select(Ticket)
        .where(or_(*alike), or_(goes_on, recent))
        .where(Ticket.id != ticket.id, Ticket.drill == ticket.drill)
        .order_by(Ticket.received_at.desc(), Ticket.id.desc())
    )
    return list(db.session.scalars(query.limit(MOST_ALIKE)))


def _alike(given: Ticket | Intake) -> Iterator[ColumnElement[bool]]:
    if given.member_number:
        yield Ticket.member_number == given.member_number
    if key := company_key(given.company):
        yield Ticket.company_key == key
    typed = (given.caller_phone, given.callback_phone, given.safe_phone)
    phones = {key for key in map(phone_key, typed) if len(key) >= LEAST_DIGITS}
    if phones:
        for column in (Ticket.phone_key, Ticket.callback_key, Ticket.safe_key):
            yield column.in_(phones)


def going_on(members: Collection[str], phones: Collection[str]) -> list[Ticket]:
    """The tickets of these companies or phones (``phone_key``) that go on, the newest first."""
    keys = {key for key in phones if len(key) >= LEAST_DIGITS}
    alike = [Ticket.member_number.in_(members)] if members else []
    if keys:
        columns = (Ticket.phone_key, Ticket.callback_key, Ticket.safe_key)
        alike += [column.in_(keys) for column in columns]
    if not alike:
        return []
    query = select(Ticket).where(or_(*alike), Ticket.status.not_in(ENDED))
    query = query.order_by(Ticket.received_at.desc(), Ticket.id.desc())
    return list(db.session.scalars(query.limit(MOST_GOING_ON)))


MOST_GOING_ON = 100


@dataclass(frozen=True)
class Around:
    """What several tickets refer to: companies by number, people and other tickets by id.

    ``whole`` says whether the viewer may read everything that was written down.
    """

    companies: dict[str, str]
    people: dict[int | None, str]
    numbers: dict[int | None, str]
    whole: bool


def around(tickets: Collection[Ticket], viewer: Person) -> Around:
    """The names behind what these tickets refer to, as far as ``viewer`` may know of them."""
    led_to = {ticket.duplicate_of_id for ticket in tickets} - {None}
    numbers = select(Ticket.id, Ticket.number).where(Ticket.id.in_(led_to), seen_by(viewer))
    staff = bool(viewer.roles & READERS)
    return Around(
        members.names({ticket.member_number for ticket in tickets}),
        people.names({ticket.coordinator_id for ticket in tickets}) if staff else {},
        {row.id: row.number for row in db.session.execute(numbers)} if led_to else {},
        staff,
    )


def said_advice(ticket_id: int) -> list[SaidAdvice]:
    """What the caller was advised, in the words that were used, in the order of saying."""
    query = select(SaidAdvice).where(SaidAdvice.ticket_id == ticket_id)
    return list(db.session.scalars(query.order_by(SaidAdvice.said_at, SaidAdvice.id)))


@dataclass(frozen=True)
class ReadBackItem:
    """One thing to read back, and how it was read; ``said`` is None while it was not."""

    toread: rules.ToReadBack
    said: ReadBack | None

    @property
    def stands(self) -> bool:
        """Whether what was read back is what is known now."""
        return self.said is not None and self.said.digest == self.toread.digest

    @property
    def changed(self) -> bool:
        """Whether another value was read back."""
        return self.said is not None and not self.stands


def read_back_of(ticket: Ticket) -> list[ReadBackItem]:
    """Everything that can be read back to the caller now, in the order of reading."""
    kept = select(ReadBack).where(ReadBack.ticket_id == ticket.id)
    said = {row.item: row for row in db.session.scalars(kept)}
    owed = (one for one in followups.of_ticket(ticket.id) if one.status in OWED)
    known = rules.to_read_back(ticket, next(owed, None))
    return [ReadBackItem(one, said.get(one.item)) for one in known]

"""Who is on duty, and who is next."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast as cast_type

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    Table,
    bindparam,
    cast,
    func,
    literal,
    or_,
    select,
)

from hotline.db import UtcDateTime, db
from hotline.duty.models import Covered, HandoverNote, Page, Ring, Shift, Swap
from hotline.duty.rules import (
    DUTIES,
    WATCHED,
    WEEK,
    Known,
    LinesPolicy,
    PageStatus,
    Stretch,
    SwapStatus,
    end_of_next_shift,
    remember,
    to_tell,
)
from hotline.duty.rules import gaps as gaps_of
from hotline.errors import Missing
from hotline.notices.models import Notice
from hotline.notices.rules import OPEN as UNSENT
from hotline.notices.rules import Channel
from hotline.people import queries as people
from hotline.people.models import Person
from hotline.people.rules import Role
from hotline.policy import get

ORDER = {str(role): place for place, role in enumerate(DUTIES)}


@dataclass(frozen=True)
class Duty:
    """One shift and the person who has it."""

    shift: Shift
    person: Person


def on_duty(line: str, role: str, at: datetime) -> list[Person]:
    """Who has a shift for ``line`` in ``role`` at ``at``, the longest on duty first.

    Somebody whose account is disabled, or who lost the role since, is left out.
    """
    query = (
        select(Person)
        .join(Shift, Shift.person_id == Person.id)
        .where(
            Shift.line == line,
            Shift.role == role,
            Shift.starts_at <= at,
            Shift.ends_at > at,
            Person.disabled_at.is_(None),
        )
        .order_by(Shift.starts_at, Shift.id)
    )
    return [person for person in db.session.scalars(query).unique() if role in person.roles]


ANSWERING = (Role.OPERATOR, Role.SUPERVISOR)
"""The roles in which somebody answers the telephone, in the order of ringing."""


def answers(person: Person, line: str, at: datetime) -> bool:
    """Whether this person is on duty at ``at`` to answer the telephone of ``line``."""
    roles = [role for role in ANSWERING if role in person.roles]
    query = select(Shift.id).where(
        Shift.person_id == person.id,
        Shift.line == line,
        Shift.role.in_(roles),
        Shift.starts_at <= at,
        Shift.ends_at > at,
    )
    return db.session.scalar(query.limit(1)) is not None


def lines_answered(person: Person, at: datetime) -> frozenset[str]:
    """The lines whose telephone this person is on duty to answer at ``at``."""
    roles = [role for role in ANSWERING if role in person.roles]
    if not roles:
        return frozenset()
    wanted = {"person": person.id, "roles": roles, "at": at}
    return frozenset(db.session.connection().execute(_LINES_ANSWERED, wanted).scalars())


def _lines_answered() -> Select[str]:
    """Built once: every screen asks it several times a second."""
    shift = cast_type(Table, Shift.__table__).c
    at = bindparam("at", type_=UtcDateTime())
    return select(shift.line).where(
        shift.person_id == bindparam("person"),
        shift.role.in_(bindparam("roles", expanding=True)),
        shift.starts_at <= at,
        shift.ends_at > at,
    )


_LINES_ANSWERED = _lines_answered()


def answering(lines: Collection[str], at: datetime) -> list[tuple[str, int, str]]:
    """Line, id and name of everybody on duty to answer one of ``lines``, operators first."""
    query = (
        select(Shift.line, Person.id, Person.name, Shift.role)
        .join(Person, Person.id == Shift.person_id)
        .where(
            Shift.line.in_(lines),
            Shift.role.in_(ANSWERING),
            Shift.starts_at <= at,
            Shift.ends_at > at,
            Person.disabled_at.is_(None),
        )
        .order_by(Shift.starts_at, Shift.id)
    )
    rows = sorted(db.session.execute(query), key=lambda row: ORDER[row.role])
    return list(dict.fromkeys((row.line, row.id, row.name) for row in rows))


def current(at: datetime) -> list[Duty]:
    """Every shift that runs at ``at``: by line, role (in the order of ringing) and start."""
    running = _by_start().where(Shift.starts_at <= at, Shift.ends_at > at)
    return sorted(_duties(running), key=lambda duty: (duty.shift.line, ORDER[duty.shift.role]))


def coming(at: datetime, *, limit: int = 50) -> list[Duty]:
    """The shifts that have not begun at ``at``, the next first."""
    return _duties(_by_start().where(Shift.starts_at > at).limit(limit))


def beginning(first: datetime, last: datetime) -> list[Duty]:
    """The shifts that begin at ``first`` or later and before ``last``, in order."""
    return _duties(_by_start().where(Shift.starts_at >= first, Shift.starts_at < last))


def between(first: datetime, last: datetime) -> list[Duty]:
    """The shifts that share a moment with the time from ``first`` until ``last``, in order."""
    return _duties(_by_start().where(Shift.starts_at < last, Shift.ends_at > first))


@dataclass(frozen=True)
class Cover:
    """Where nobody is rung of one role of a line, in the seven days that were looked at."""

    line: str
    role: Role
    gaps: list[Stretch]

    @property
    def missing(self) -> timedelta:
        """How long nobody is there, in all."""
        return sum((one.length for one in self.gaps), timedelta())


def covers(now: datetime) -> list[Cover]:
    """Every line and watched role in the seven days from ``now`` on.

    Who brings nobody to the phone (a disabled account, another role by now, no number) covers
    nothing.
    """
    shifts = [one for one in between(now, now + WEEK) if _is_rung(one)]
    return [_cover(line, role, shifts, now) for line in get(LinesPolicy).codes for role in WATCHED]


def gaps_have_changed(now: datetime) -> bool:
    """Whether ``look_for_gaps`` would write anything: a look that takes no lock."""
    kept = {(row.line, row.role): row.gaps for row in db.session.scalars(select(Covered))}
    for cover in covers(now):
        was = kept.get((cover.line, cover.role))
        known = remember(cover.gaps, [Known.read(one) for one in was or ()], now=now)
        if was != [one.written() for one in known] or to_tell(known, now=now):
            return True
    return False


def _cover(line: str, role: Role, shifts: list[Duty], now: datetime) -> Cover:
    mine = [
        Stretch(one.shift.starts_at, one.shift.ends_at)
        for one in shifts
        if (one.shift.line, one.shift.role) == (line, role)
    ]
    return Cover(line, role, gaps_of(mine, first=now, last=now + WEEK))


def _is_rung(one: Duty) -> bool:
    active = one.person.disabled_at is None and one.shift.role in one.person.roles
    return active and bool(one.person.phone)


def next_shift_until(line: str, at: datetime) -> datetime | None:
    """When the next operators' shift of a line ends; None when the roster holds none."""
    coming = _by_start().where(Shift.line == line, Shift.role == Role.OPERATOR, Shift.ends_at > at)
    shifts = [Stretch(one.shift.starts_at, one.shift.ends_at) for one in _duties(coming.limit(50))]
    return end_of_next_shift(shifts, now=at)


def next_on_duty(line: str, role: str, at: datetime) -> Duty | None:
    """The shift of a role that begins next."""
    coming = _by_start().where(Shift.line == line, Shift.role == role, Shift.starts_at > at)
    return next(iter(_duties(coming.limit(1))), None)


def rung_for_calls(line: str, at: datetime) -> list[Person]:
    """Whose phones ring now when somebody calls ``line``: what ``service.whom_to_ring`` finds."""
    on_line = [one for one in on_duty(line, Role.OPERATOR, at) if one.phone]
    return on_line or [one for one in people.with_role(Role.SUPERVISOR) if one.phone]


def rung_for_pages(line: str, at: datetime) -> list[Person]:
    """Who is rung now, one after the other, when something of ``line`` cannot wait."""
    once = {one.id: one for one in order_of_ringing(line, at) if one.phone}
    return list(once.values())


def not_over(at: datetime, *, limit: int = 200) -> list[Duty]:
    """Every shift that runs at ``at`` or comes, in order."""
    return _duties(_by_start().where(Shift.ends_at > at).limit(limit))


def open_swap(shift_id: int) -> Swap | None:
    """Who is asked to take over this shift, if anybody."""
    asked = (Swap.shift_id == shift_id, Swap.status == SwapStatus.ASKED)
    return db.session.scalar(select(Swap).where(*asked))


def swap_by_id(swap_id: int) -> Swap:
    """The request with this id, answered or not. Raises Missing."""
    found = db.session.get(Swap, swap_id)
    if found is None:
        raise Missing()
    return found


def open_swaps(at: datetime, *, limit: int = 50) -> list[tuple[Swap, Shift]]:
    """What somebody was asked to take over and did not answer, the next shift first."""
    query = (
        select(Swap, Shift)
        .join(Shift, Shift.id == Swap.shift_id)
        .where(Swap.status == SwapStatus.ASKED, Shift.ends_at > at)
        .order_by(Shift.starts_at, Swap.id)
    )
    return [(swap, shift) for swap, shift in db.session.execute(query.limit(limit))]


def open_notes(line: str | None, *, limit: int) -> list[HandoverNote]:
    """What shifts of ``line`` (None: of all) left for the next one, the oldest first."""
    query = select(HandoverNote).where(HandoverNote.done_at.is_(None))
    if line is not None:
        query = query.where(HandoverNote.line == line)
    return list(db.session.scalars(query.order_by(HandoverNote.id).limit(limit)))


def done_notes(line: str | None, *, since: datetime, limit: int) -> list[HandoverNote]:
    """What was dealt with from ``since`` on, the newest first."""
    query = select(HandoverNote).where(HandoverNote.done_at >= since)
    if line is not None:
        query = query.where(HandoverNote.line == line)
    return list(db.session.scalars(query.order_by(HandoverNote.done_at.desc()).limit(limit)))


def overlapping(candidate: Shift) -> Shift | None:
    """A shift of the same person, line and role that shares a moment with ``candidate``."""
    return db.session.scalar(
        select(Shift)
        .where(
            Shift.person_id == candidate.person_id,
            Shift.line == candidate.line,
            Shift.role == candidate.role,
            Shift.starts_at < candidate.ends_at,
            Shift.ends_at > candidate.starts_at,
        )
        .order_by(Shift.starts_at)
        .limit(1)
    )


def own_shifts(person_id: int, at: datetime, *, limit: int = 50) -> list[Duty]:
    """The shifts of one person that are not over at ``at``, in order."""
    mine = _by_start().where(Shift.person_id == person_id, Shift.ends_at > at)
    return _duties(mine.limit(limit))


def by_id(shift_id: int) -> Shift | None:
    """The shift, or None."""
    return db.session.get(Shift, shift_id)


def counting_open_pages() -> Select[int]:
    """How many pages nobody took yet; to be asked together with other counts."""
    return select(func.count()).select_from(Page).where(Page.status == "open")


def open_pages() -> list[Page]:
    """Everything somebody is being rung for, the oldest first."""
    open_ = Page.status == PageStatus.OPEN
    return list(db.session.scalars(select(Page).where(open_).order_by(Page.opened_at, Page.id)))


def all_pages(*, limit: int = 1000) -> list[Page]:
    """Everything somebody was rung for, the oldest first; of too many the newest."""
    newest = select(Page).order_by(Page.id.desc()).limit(limit)
    return list(reversed(db.session.scalars(newest).all()))


def pages_of(number: str) -> list[Page]:
    """Every page of the ticket with this number, the oldest first."""
    return list(db.session.scalars(select(Page).where(Page.number == number).order_by(Page.id)))


def page_by_id(page_id: int) -> Page | None:
    """The page, or None."""
    return db.session.get(Page, page_id)


def due_pages(*, now: datetime) -> Select[int]:
    """The ids of the open pages for which somebody is to be rung, as a query.

    Their time has come, or the ring of this moment could not be made.
    """
    due = or_(Page.wake_at <= now, _call_failed())
    return select(Page.id).where(Page.status == PageStatus.OPEN, due)


def due_page_ids(*, now: datetime) -> list[int]:
    """What ``due_pages`` asks for, the longest due first."""
    return list(db.session.scalars(due_pages(now=now).order_by(Page.wake_at, Page.id)))


def rings_of(page_id: int) -> list[Ring]:
    """Who was rung for this page, in order."""
    return list(db.session.scalars(_rings(page_id).order_by(Ring.id)))


def last_ring(page_id: int) -> Ring | None:
    """Who was rung last."""
    return db.session.scalar(_rings(page_id).order_by(Ring.id.desc()).limit(1))


def was_rung(page_id: int, person_id: int) -> bool:
    """Whether this person was rung for this page, in whichever round."""
    rung = _rings(page_id).where(Ring.person_id == person_id)
    return db.session.scalar(rung.limit(1)) is not None


def order_of_ringing(line: str, at: datetime) -> list[Person]:
    """Whom a page rings: coordinators on duty for the line, then all, then the supervisors.

    Who stands in it twice is meant where the name comes first.
    """
    return [
        *on_duty(line, Role.COORDINATOR, at),
        *people.with_role(Role.COORDINATOR),
        *people.with_role(Role.SUPERVISOR),
    ]


def _rings(page_id: int) -> Select[Ring]:
    return select(Ring).where(Ring.page_id == page_id)


def _call_failed() -> ColumnElement[bool]:
    """Whether the last ring of the round that runs could not be handed to the telephone company."""
    last = select(func.max(Ring.id)).where(Ring.page_id == Page.id).correlate(Page)
    failed = (
        select(Notice.id)
        .join(Ring, (Ring.person_id == Notice.person_id) & (Ring.rung_at == Notice.due_at))
        .where(
            Ring.id == last.scalar_subquery(),
            Ring.round == Page.rounds,
            Notice.subject == literal("page:") + cast(Page.id, String),
            Notice.channel == Channel.VOICE,
            Notice.failures > 0,
            Notice.status.in_(UNSENT),
        )
        .correlate(Page)
    )
    return failed.exists()


def _by_start() -> Select[Shift, Person]:
    joined = select(Shift, Person).join(Person, Person.id == Shift.person_id)
    return joined.order_by(Shift.starts_at, Shift.id)


def _duties(query: Select[Shift, Person]) -> list[Duty]:
    return [Duty(shift, person) for shift, person in db.session.execute(query)]

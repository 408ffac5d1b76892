"""The roster: who has a shift, and who is next."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    Select,
    select,
)

from hotline.db import db
from hotline.duty.models import Shift
from hotline.duty.rules import (
    DUTIES,
    Stretch,
    end_of_next_shift,
)
from hotline.people.models import Person
from hotline.people.rules import Role

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


def not_over(at: datetime, *, limit: int = 200) -> list[Duty]:
    """Every shift that runs at ``at`` or comes, in order."""
    return _duties(_by_start().where(Shift.ends_at > at).limit(limit))


def own_shifts(person_id: int, at: datetime, *, limit: int = 50) -> list[Duty]:
    """The shifts of one person that are not over at ``at``, in order."""
    mine = _by_start().where(Shift.person_id == person_id, Shift.ends_at > at)
    return _duties(mine.limit(limit))


def by_id(shift_id: int) -> Shift | None:
    """The shift, or None."""
    return db.session.get(Shift, shift_id)


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


def next_shift_until(line: str, at: datetime) -> datetime | None:
    """When the next operators' shift of a line ends; None when the roster holds none."""
    coming = _by_start().where(Shift.line == line, Shift.role == Role.OPERATOR, Shift.ends_at > at)
    shifts = [Stretch(one.shift.starts_at, one.shift.ends_at) for one in _duties(coming.limit(50))]
    return end_of_next_shift(shifts, now=at)


def next_on_duty(line: str, role: str, at: datetime) -> Duty | None:
    """The shift of a role that begins next."""
    coming = _by_start().where(Shift.line == line, Shift.role == role, Shift.starts_at > at)
    return next(iter(_duties(coming.limit(1))), None)


def _by_start() -> Select[Shift, Person]:
    joined = select(Shift, Person).join(Person, Person.id == Shift.person_id)
    return joined.order_by(Shift.starts_at, Shift.id)


def _duties(query: Select[Shift, Person]) -> list[Duty]:
    return [Duty(shift, person) for shift, person in db.session.execute(query)]

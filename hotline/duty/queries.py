"""Who is on duty, and who is next."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select

from hotline.db import db
from hotline.duty.models import Shift
from hotline.duty.rules import DUTIES
from hotline.people.models import Person

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


def by_id(shift_id: int) -> Shift | None:
    """The shift, or None."""
    return db.session.get(Shift, shift_id)


def _by_start() -> Select[Shift, Person]:
    joined = select(Shift, Person).join(Person, Person.id == Shift.person_id)
    return joined.order_by(Shift.starts_at, Shift.id)


def _duties(query: Select[Shift, Person]) -> list[Duty]:
    return [Duty(shift, person) for shift, person in db.session.execute(query)]

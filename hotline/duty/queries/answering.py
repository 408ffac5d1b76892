"""Who answers the telephone of a line."""

from collections.abc import Collection
from datetime import datetime
from typing import cast as cast_type

from sqlalchemy import (
    Select,
    Table,
    bindparam,
    select,
)

from hotline.db import UtcDateTime, db
from hotline.duty.models import Shift
from hotline.duty.queries.roster import ORDER, on_duty
from hotline.people import queries as people
from hotline.people.models import Person
from hotline.people.rules import Role

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


def rung_for_calls(line: str, at: datetime) -> list[Person]:
    """Whose phones ring now when somebody calls ``line``: what ``service.whom_to_ring`` finds."""
    on_line = [one for one in on_duty(line, Role.OPERATOR, at) if one.phone]
    return on_line or [one for one in people.with_role(Role.SUPERVISOR) if one.phone]

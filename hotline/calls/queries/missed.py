"""The worklist: calls that reached nobody and that nobody dealt with."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    and_,
    bindparam,
    func,
    literal_column,
    or_,
    select,
    tuple_,
)

from hotline.asking import Counting, among
from hotline.calls import rules
from hotline.calls.models import Call
from hotline.calls.rules import Direction, Status
from hotline.db import db

LIMIT = 200
EMPTY: ColumnElement[str] = literal_column("''")


def missed(
    now: datetime,
    *,
    limit: int = LIMIT,
    after: tuple[datetime, int] | None = None,
    until: datetime | None = None,
) -> list[Call]:
    """The worklist: calls that reached nobody and that nobody dealt with, the oldest first.

    A call whose end was lost on the way is one of them after ``rules.FORGOTTEN_AFTER``.
    ``after`` is (received_at, id) of the last one seen; ``until`` leaves out the younger ones.
    """
    query = (
        select(Call)
        .where(_is_owed(now - rules.FORGOTTEN_AFTER))
        .order_by(Call.received_at, Call.id)
    )
    if after is not None:
        query = query.where(tuple_(Call.received_at, Call.id) > tuple_(*after))
    if until is not None:
        query = query.where(Call.received_at <= until)
    return list(db.session.scalars(query.limit(limit)))


@dataclass(frozen=True)
class TakenOff:
    """Missed calls that one person took off the worklist at one moment, for one reason."""

    at: datetime
    by_id: int | None
    reason: str
    note: str
    calls: list[Call]


def taken_off(*, since: datetime) -> list[TakenOff]:
    """What was taken off the worklist by hand after ``since``, the last first."""
    query = (
        select(Call)
        .where(Call.handled_at > since, Call.disposition != EMPTY, Call.wrapped_at.is_(None))
        .order_by(Call.handled_at.desc(), Call.id)
        .limit(LIMIT)
    )
    found: dict[tuple[object, ...], TakenOff] = {}
    for call in db.session.scalars(query):
        assert call.handled_at is not None  # noqa: S101 - the query says so
        done = (call.handled_at, call.handled_by_id, call.disposition, call.handled_reason)
        found.setdefault(done, TakenOff(*done, calls=[])).calls.append(call)
    return list(found.values())


def counting_missed(now: datetime) -> Counting:
    """How many calls stand on the worklist, to be asked together with others."""
    return Counting(_COUNTING, {"forgotten_before": now - rules.FORGOTTEN_AFTER})


def missed_of(call: Call, now: datetime) -> list[Call]:
    """What stands on the worklist from the number of the other side of ``call``, oldest first."""
    if not call.from_key:
        return []
    query = select(Call).where(
        _is_owed(now - rules.FORGOTTEN_AFTER), Call.from_key == call.from_key, Call.id != call.id
    )
    return list(db.session.scalars(query.order_by(Call.received_at, Call.id).limit(LIMIT)))


def _is_owed(forgotten_before: datetime | BindParameter[datetime]) -> ColumnElement[bool]:
    """Said so that only the index over calls that reached nobody serves it: it holds few."""
    return and_(
        Call.handled_at.is_(None),
        among(Call.direction, {Direction.IN}),
        among(Call.status, rules.UNREACHED | {Status.RINGING}),
        or_(~among(Call.status, {Status.RINGING}), Call.received_at <= forgotten_before),
    )


_COUNTING = select(func.count()).select_from(Call).where(_is_owed(bindparam("forgotten_before")))

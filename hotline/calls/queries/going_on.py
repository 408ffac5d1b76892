"""Calls that ring, wait or are spoken with, and who is in one."""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    Select,
    Table,
    and_,
    bindparam,
    func,
    or_,
    select,
    tuple_,
)

from hotline.calls import rules
from hotline.calls.models import Call
from hotline.calls.rules import Direction, Status
from hotline.db import UtcDateTime, db
from hotline.duty import queries as duty
from hotline.people.models import Person


@dataclass(frozen=True)
class Ringing:
    """What a screen needs of one call that rings, waits or is spoken with."""

    id: int
    line: str
    status: str
    from_number: str
    from_key: str
    menu_key: str
    received_at: datetime
    queued_at: datetime | None
    claimed_by_id: int | None
    answered_at: datetime | None
    answered_by_id: int | None
    ticket_id: int | None


@dataclass(frozen=True)
class OnScreen:
    """The lines somebody answers now, and the calls there that ring or that somebody has."""

    lines: frozenset[str]
    calls: list[Ringing]


def on_screen(person: Person, *, now: datetime) -> OnScreen | None:
    """What stands on the screen of somebody on duty, the longest ringing first; None off duty."""
    lines = duty.lines_answered(person, now)
    calls = [one for one in going_on(now=now) if one.line in lines] if lines else []
    return OnScreen(lines, calls) if lines else None


def going_on(*, now: datetime) -> list[Ringing]:
    """Every call that rings, waits or is spoken with, the longest ringing first."""
    limits = {
        "rings_after": now - rules.RINGS_AT_MOST,
        "spoken_after": now - rules.SPOKEN_AT_MOST,
    }
    return [Ringing(*row) for row in db.session.connection().execute(_GOING_ON, limits)]


AT_ONCE = 100
"""So many calls are looked at for one screen."""


def _goes_on(call: Any, rings_after: Any, spoken_after: Any) -> ColumnElement[bool]:
    """Whether a caller rings, waits or is spoken with.

    What lost its end on the way is over, and so is what rang on the phones while somebody spoke
    elsewhere and wrote down how it went.
    """
    waits_since = func.coalesce(call.queued_at, call.received_at)
    rings = and_(
        call.status == Status.RINGING, call.wrapped_at.is_(None), waits_since > rings_after
    )
    spoken = and_(call.status == Status.ANSWERED, call.received_at > spoken_after)
    return and_(call.direction == Direction.IN, or_(rings, spoken))


def _built() -> Select[Any]:
    """Built once: every screen asks it several times a second."""
    call = cast(Table, Call.__table__).c
    limits = [bindparam(name, type_=UtcDateTime()) for name in ("rings_after", "spoken_after")]
    query = select(*(call[one.name] for one in fields(Ringing))).where(_goes_on(call, *limits))
    return query.order_by(call.received_at, call.id).limit(AT_ONCE)


_GOING_ON = _built()


def busy(*, now: datetime) -> set[int]:
    """Who speaks with a caller now, on whichever line, or has taken a call that still rings."""
    taker = func.coalesce(Call.answered_by_id, Call.claimed_by_id)
    going_on = _goes_on(Call, now - rules.RINGS_AT_MOST, now - rules.SPOKEN_AT_MOST)
    return {one for one in db.session.scalars(select(taker).where(going_on)) if one}


def engaged(but_for: Call, *, now: datetime) -> set[int]:
    """Who is in a call other than ``but_for``, or has one on the screen that still rings."""
    going_on = and_(
        Call.id != but_for.id,
        Call.ended_at.is_(None),
        or_(
            and_(
                Call.status == Status.ANSWERED,
                func.coalesce(Call.answered_at, Call.received_at) > now - rules.SPOKEN_AT_MOST,
            ),
            and_(
                Call.status == Status.RINGING,
                func.coalesce(Call.claimed_at, Call.received_at) > now - rules.RINGS_AT_MOST,
            ),
        ),
    )
    query = select(Call.answered_by_id, Call.claimed_by_id, Call.placed_by_id).where(going_on)
    found: set[int] = set()
    for answered_by, claimed_by, placed_by in db.session.execute(query):
        first = next((one for one in (answered_by, claimed_by, placed_by) if one is not None), None)
        found |= {first} if first is not None else set()
    return found


def place_of(call: Call) -> int:
    """The place of a caller in the queue of the line, 1 is the next; the earliest call first."""
    earlier = tuple_(Call.received_at, Call.id) < tuple_(call.received_at, call.id)
    query = select(func.count()).select_from(Call)
    waits = and_(
        Call.line == call.line,
        Call.status == Status.RINGING,
        Call.ended_at.is_(None),
        Call.queued_at.is_not(None),
    )
    return 1 + (db.session.scalar(query.where(waits, earlier)) or 0)

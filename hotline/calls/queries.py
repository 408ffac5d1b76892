"""Reading calls: the list, the newest first, and the missed ones, the oldest first."""

from collections.abc import Collection
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
    true,
    tuple_,
)
from sqlalchemy.orm import InstrumentedAttribute

from hotline.calls import rules
from hotline.calls.models import Call, CallEvent, Recording, TextMessage
from hotline.calls.rules import Direction, Status
from hotline.db import UtcDateTime, db
from hotline.duty import queries as duty
from hotline.people.models import Person
from hotline.searchkeys import PREFIX_DIGITS, SUFFIX_DIGITS, is_phone, phone_key
from hotline.timeline.models import Line
from hotline.timeline.rules import Event

LIMIT = 200


def by_id(call_id: int) -> Call | None:
    """The call, or None."""
    return db.session.get(Call, call_id)


def by_sid(call_sid: str) -> Call | None:
    """The call with the telephone company's id, or None."""
    return db.session.scalar(select(Call).where(Call.call_sid == call_sid))


def of_ticket(ticket_id: int) -> list[Call]:
    """The calls that belong to a ticket, the first one first."""
    query = select(Call).where(Call.ticket_id == ticket_id)
    return list(db.session.scalars(query.order_by(Call.received_at, Call.id)))


def of_tickets(ticket_ids: Collection[int]) -> list[Call]:
    """The calls that belong to any of these tickets, the first one first."""
    query = select(Call).where(Call.ticket_id.in_(ticket_ids))
    return list(db.session.scalars(query.order_by(Call.received_at, Call.id)))


def count() -> int:
    """How many calls are on record."""
    return db.session.scalar(select(func.count()).select_from(Call)) or 0


def page(
    *,
    since: datetime | None = None,
    status: str | None = None,
    before: tuple[datetime, int] | None = None,
    limit: int = 50,
) -> list[Call]:
    """Up to ``limit`` calls, the newest first, from after ``before`` (received_at, id) on."""
    query = _newest_first()
    if since is not None:
        query = query.where(Call.received_at >= since)
    if status is not None:
        query = query.where(Call.status == status)
    if before is not None:
        query = query.where(tuple_(Call.received_at, Call.id) < tuple_(*before))
    return list(db.session.scalars(query.limit(limit)))


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


def answered_by(person_id: int, *, since: datetime, limit: int) -> list[Call]:
    """At most ``limit`` calls that this person answered or took after ``since``, newest first."""
    mine = or_(Call.answered_by_id == person_id, Call.claimed_by_id == person_id)
    query = _newest_first().where(mine, Call.received_at >= since)
    return list(db.session.scalars(query.limit(limit)))


def earlier_from(keys: Collection[str], *, limit: int) -> list[Call]:
    """At most ``limit`` calls from or to the numbers with these keys, the newest first."""
    if not keys:
        return []
    return list(db.session.scalars(_newest_first().where(Call.from_key.in_(keys)).limit(limit)))


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
    query = select(Call).where(_is_owed(now)).order_by(Call.received_at, Call.id)
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
        .where(Call.handled_at > since, Call.disposition != "", Call.wrapped_at.is_(None))
        .order_by(Call.handled_at.desc(), Call.id)
        .limit(LIMIT)
    )
    found: dict[tuple[object, ...], TakenOff] = {}
    for call in db.session.scalars(query):
        assert call.handled_at is not None  # noqa: S101 - the query says so
        done = (call.handled_at, call.handled_by_id, call.disposition, call.handled_reason)
        found.setdefault(done, TakenOff(*done, calls=[])).calls.append(call)
    return list(found.values())


def missed_count(now: datetime) -> int:
    """How many calls stand on the worklist."""
    return db.session.scalar(counting_missed(now)) or 0


def counting_missed(now: datetime) -> Select[int]:
    """The question behind ``missed_count``, to be asked together with others."""
    return select(func.count()).select_from(Call).where(_is_owed(now))


def missed_of(call: Call, now: datetime) -> list[Call]:
    """What stands on the worklist from the number of the other side of ``call``, oldest first."""
    if not call.from_key:
        return []
    query = select(Call).where(_is_owed(now), Call.from_key == call.from_key, Call.id != call.id)
    return list(db.session.scalars(query.order_by(Call.received_at, Call.id).limit(LIMIT)))


def unwrapped(ticket_id: int) -> Call | None:
    """The call of a ticket that is to be wrapped up: the newest that somebody took; None without.

    One that is not wrapped up yet comes before one that is.
    """
    taken = or_(Call.status.in_((Status.ANSWERED, Status.DONE)), Call.claimed_at.is_not(None))
    query = select(Call).where(Call.ticket_id == ticket_id, taken, Call.direction == Direction.IN)
    order = (Call.wrapped_at.is_not(None), Call.received_at.desc(), Call.id.desc())
    return db.session.scalars(query.order_by(*order)).first()


@dataclass(frozen=True)
class Move:
    """That a call came from the ticket ``number``; ``split``: its ticket was made for it."""

    number: str
    split: bool


MOVED_HERE = (Event.CALL_MOVED_IN, Event.CALL_SPLIT_IN)


def moves(ticket_ids: Collection[int]) -> dict[int, Move]:
    """Call id to its last move, of the calls that came to one of these tickets from another."""
    query = select(Line).where(Line.ticket_id.in_(ticket_ids), Line.event.in_(MOVED_HERE))
    return {
        int(line.facts["call"]): Move(
            str(line.facts["number"]), split=line.event == Event.CALL_SPLIT_IN
        )
        for line in db.session.scalars(query.order_by(Line.at, Line.id))
    }


def last_move(call: Call) -> Move | None:
    """How the call came to the ticket it belongs to; None when it was there from the start."""
    return moves([call.ticket_id]).get(call.id) if call.ticket_id is not None else None


def dialling(call: Call) -> str:
    """How dialling the other side ended, in the telephone company's word; "" while unknown."""
    query = select(CallEvent.event).where(CallEvent.call_sid == call.call_sid)
    return db.session.scalar(query.order_by(CallEvent.id.desc())) or ""


def texts(*, limit: int = 50) -> list[TextMessage]:
    """The newest text messages."""
    query = select(TextMessage).order_by(TextMessage.received_at.desc(), TextMessage.id.desc())
    return list(db.session.scalars(query.limit(limit)))


def by_phone(q: str, *, limit: int, before: tuple[datetime, int] | None = None) -> list[Call]:
    """Up to ``limit`` calls from a number that ends (or begins) with the digits of ``q``.

    The newest first, from after ``before`` (received_at, id) on; [] where ``q`` is no phone.
    """
    digits = phone_key(q) if is_phone(q) else ""
    if len(digits) < SUFFIX_DIGITS:
        return []
    found = _begins_with(Call.from_tail, digits[::-1])
    if len(digits) >= PREFIX_DIGITS:
        found = or_(found, _begins_with(Call.from_key, digits))
    query = _newest_first().where(found)
    if before is not None:
        query = query.where(tuple_(Call.received_at, Call.id) < tuple_(*before))
    return list(db.session.scalars(query.limit(limit)))


def _begins_with(key: InstrumentedAttribute[str], digits: str) -> ColumnElement[bool]:
    """A range: PostgreSQL serves LIKE by an index in few languages, and digits sort in all."""
    following = str(int(f"1{digits}") + 1)
    below = key < following[1:] if following.startswith("1") else true()
    return and_(key >= digits, below)


def _newest_first() -> Select[Call]:
    return select(Call).order_by(Call.received_at.desc(), Call.id.desc())


def _is_owed(now: datetime) -> ColumnElement[bool]:
    forgotten = and_(Call.status == Status.RINGING, Call.received_at <= now - rules.FORGOTTEN_AFTER)
    unreached = or_(Call.status.in_(rules.UNREACHED), forgotten)
    return and_(Call.handled_at.is_(None), Call.direction == Direction.IN, unreached)


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


def recording_is_due(now: datetime) -> bool:
    """Whether a worker has something to fetch from the telephone company."""
    due = and_(Recording.status.in_(rules.UNFETCHED), Recording.wake_at <= now)
    return db.session.scalar(select(Recording.id).where(due).limit(1)) is not None


def recording_by_id(recording_id: int) -> Recording | None:
    """The recording, or None."""
    return db.session.get(Recording, recording_id)


def recordings_of(call_ids: Collection[int]) -> dict[int, list[Recording]]:
    """What was recorded of each of these calls, the first one first; calls without are left out."""
    query = select(Recording).where(Recording.call_id.in_(call_ids)).order_by(Recording.id)
    found: dict[int, list[Recording]] = {}
    for recording in db.session.scalars(query):
        found.setdefault(recording.call_id, []).append(recording)
    return found

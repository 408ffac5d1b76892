"""Reading calls: the list, the newest first, and the missed ones, the oldest first."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, true, tuple_
from sqlalchemy.orm import InstrumentedAttribute

from hotline.calls import rules
from hotline.calls.models import Call, TextMessage
from hotline.calls.rules import Direction, Status
from hotline.db import db
from hotline.duty.models import Shift
from hotline.duty.queries import ANSWERING
from hotline.people.models import Person
from hotline.searchkeys import PREFIX_DIGITS, SUFFIX_DIGITS, is_phone, phone_key

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
class OnScreen:
    """The lines somebody answers now, and the calls there that ring or that somebody has."""

    lines: frozenset[str]
    calls: list[Call]


def on_screen(person: Person, *, now: datetime) -> OnScreen | None:
    """What stands on the screen of somebody on duty, the longest ringing first; None off duty.

    One statement, because every screen asks it several times a second.
    """
    roles = [role for role in ANSWERING if role in person.roles]
    if not roles:
        return None
    on_duty = (
        Shift.person_id == person.id,
        Shift.role.in_(roles),
        Shift.starts_at <= now,
        Shift.ends_at > now,
    )
    query = (
        select(Shift.line, Call)
        .select_from(Shift)
        .outerjoin(Call, and_(Call.line == Shift.line, _goes_on(now)))
        .where(*on_duty)
        .order_by(Call.received_at, Call.id)
        .limit(AT_ONCE)
    )
    rows = db.session.execute(query).all()
    if not rows:
        return None
    calls = {call.id: call for _, call in rows if call is not None}
    return OnScreen(frozenset(line for line, _ in rows), list(calls.values()))


AT_ONCE = 100
"""So many calls are looked at for one screen."""


def _goes_on(now: datetime) -> ColumnElement[bool]:
    """Whether a caller rings, waits or is spoken with; what lost its end on the way is over."""
    waits_since = func.coalesce(Call.queued_at, Call.received_at)
    rings = and_(Call.status == Status.RINGING, waits_since > now - rules.RINGS_AT_MOST)
    spoken = and_(Call.status == Status.ANSWERED, Call.received_at > now - rules.SPOKEN_AT_MOST)
    return and_(Call.direction == Direction.IN, or_(rings, spoken))


def busy(*, now: datetime) -> set[int]:
    """Who speaks with a caller now, on whichever line, or has taken a call that still rings."""
    taker = func.coalesce(Call.answered_by_id, Call.claimed_by_id)
    return {one for one in db.session.scalars(select(taker).where(_goes_on(now))) if one}


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


def missed_count(now: datetime) -> int:
    """How many calls stand on the worklist."""
    return db.session.scalar(counting_missed(now)) or 0


def counting_missed(now: datetime) -> Select[int]:
    """The question behind ``missed_count``, to be asked together with others."""
    return select(func.count()).select_from(Call).where(_is_owed(now))


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

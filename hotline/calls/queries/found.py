"""One call, the calls of a ticket, and the list of all, the newest first."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    bindparam,
    func,
    or_,
    select,
    true,
    tuple_,
)
from sqlalchemy.orm import InstrumentedAttribute

from hotline.calls.models import Call, CallEvent, TextMessage
from hotline.calls.rules import Direction, Status
from hotline.db import db
from hotline.searchkeys import PREFIX_DIGITS, SUFFIX_DIGITS, is_phone, phone_key

_OF_TICKETS = (
    select(Call)
    .where(Call.ticket_id.in_(bindparam("ticket_ids", expanding=True)))
    .order_by(Call.received_at, Call.id)
)


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
    return list(db.session.scalars(_OF_TICKETS, {"ticket_ids": list(ticket_ids)}))


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


def answered_by(person_id: int, *, since: datetime, before: datetime, limit: int) -> list[Call]:
    """At most ``limit`` calls that this person answered or took, newest first.

    They came from ``since`` on and before ``before``.
    """
    mine = or_(Call.answered_by_id == person_id, Call.claimed_by_id == person_id)
    between = (Call.received_at >= since, Call.received_at < before)
    query = _newest_first().where(mine, *between)
    return list(db.session.scalars(query.limit(limit)))


def earlier_from(keys: Collection[str], *, limit: int) -> list[Call]:
    """At most ``limit`` calls from or to the numbers with these keys, the newest first."""
    if not keys:
        return []
    return list(db.session.scalars(_newest_first().where(Call.from_key.in_(keys)).limit(limit)))


def unwrapped(ticket_id: int) -> Call | None:
    """The call of a ticket that is to be wrapped up: the newest that somebody took; None without.

    One that is not wrapped up yet comes before one that is.
    """
    taken = or_(Call.status.in_((Status.ANSWERED, Status.DONE)), Call.claimed_at.is_not(None))
    query = select(Call).where(Call.ticket_id == ticket_id, taken, Call.direction == Direction.IN)
    order = (Call.wrapped_at.is_not(None), Call.received_at.desc(), Call.id.desc())
    return db.session.scalars(query.order_by(*order)).first()


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

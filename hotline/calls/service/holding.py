"""Hold a call against everybody else, and name it."""

from collections.abc import Collection

from sqlalchemy import select

from hotline.calls.models import Call
from hotline.db import db
from hotline.searchkeys import phone_key


def hold_sid(call_sid: str) -> Call:
    """The call, held against everybody else until the transaction ends."""
    query = select(Call).where(Call.call_sid == call_sid).with_for_update()
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def hold(call: Call) -> None:
    """Keep everybody else from changing the call until the transaction ends, and look anew.

    Whoever holds a call and tickets holds the call first.
    """
    db.session.refresh(call, with_for_update=True)


def hold_all(call_ids: Collection[int]) -> list[Call]:
    """Those of the calls that there are, the first one first, held like one."""
    query = select(Call).where(Call.id.in_(call_ids)).order_by(Call.id).with_for_update()
    return list(db.session.scalars(query.execution_options(populate_existing=True)))


def as_shown(number: str) -> dict[str, str]:
    """The caller's number as it was shown, its digits, and its digits from behind."""
    key = phone_key(number)
    return {"from_number": number, "from_key": key, "from_tail": key[::-1]}


def subject(call: Call) -> str:
    """How the audit trail and notices name a call."""
    return f"call:{call.id}"

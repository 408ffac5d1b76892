"""Hold a call against everybody else, and name it."""

from sqlalchemy import select

from hotline.calls.models import Call
from hotline.db import db
from hotline.searchkeys import phone_key


def hold_sid(call_sid: str) -> Call:
    """The call, held against everybody else until the transaction ends."""
    query = select(Call).where(Call.call_sid == call_sid).with_for_update()
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def as_shown(number: str) -> dict[str, str]:
    """The caller's number as it was shown, its digits, and its digits from behind."""
    key = phone_key(number)
    return {"from_number": number, "from_key": key, "from_tail": key[::-1]}


def subject(call: Call) -> str:
    """How the audit trail and notices name a call."""
    return f"call:{call.id}"

"""Write in a thread; nothing that was written is ever changed."""

from datetime import datetime

from hotline.audit import service as audit
from hotline.db import db
from hotline.messages import rules
from hotline.messages.models import Message
from hotline.messages.rules import Side


def write(
    subject: str, ticket_id: int, body: str, *, side: Side, by_id: int, now: datetime
) -> Message:
    """Add a message to the thread ``subject``, for example "task:12:vendor:5".

    Raises Invalid naming ``body``.
    """
    made = Message(
        subject=subject,
        ticket_id=ticket_id,
        body=rules.checked_body(body),
        written_at=now,
        written_by_id=by_id,
        side=side,
    )
    db.session.add(made)
    db.session.flush()
    audit.write("message.written", subject, by_id=by_id, now=now, message=made.id, side=str(side))
    return made

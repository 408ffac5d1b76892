"""Write to the other side of a task, which is told that something was written."""

from datetime import UTC, datetime, timedelta

from hotline.coordination import queries, rules
from hotline.coordination.models import Task
from hotline.coordination.service.holding import hold_task
from hotline.coordination.service.telling import tell_desk, tell_partner
from hotline.errors import N_, Refused
from hotline.messages import service as messages
from hotline.messages.models import Message
from hotline.messages.rules import Side
from hotline.notices.rules import Kind
from hotline.vendors import queries as vendors

TOGETHER = timedelta(minutes=5)
"""What happens within this is told once."""


def write_message(
    task: Task,
    body: str,
    *,
    side: Side,
    by_id: int,
    now: datetime,
    vendor_id: int | None = None,
) -> Message:
    """Write to the partner, or as the partner to the desk; the other side gets one notice.

    ``vendor_id``: with whom, where several make a price; whoever does the task when None. Raises
    Invalid naming ``body``, and Refused when nobody works on the task.
    """
    task = hold_task(task.id)
    vendor_id = vendor_id or task.vendor_id
    if vendor_id is None or not queries.works_on(vendor_id, task.id):
        raise Refused(N_("Nobody works on this task to whom this could be written."))
    if not queries.talks_with(vendors.by_id(vendor_id), task.id):
        raise Refused(N_("The member has said no to telling this partner: nothing can be written."))
    about = rules.thread_of(task.id, vendor_id)
    written = messages.write(about, task.ticket_id, body, side=side, by_id=by_id, now=now)
    if side is Side.VENDOR:
        tell_desk(task, Kind.PARTNER_WROTE, due_at=soon(now), now=now)
    else:
        tell_partner(task, vendor_id, Kind.DESK_WROTE, due_at=soon(now), now=now)
    return written


def soon(now: datetime) -> datetime:
    """The next full five minutes: notices for the same moment are one notice."""
    since = datetime.min.replace(tzinfo=UTC)
    return now + TOGETHER - (now - since) % TOGETHER

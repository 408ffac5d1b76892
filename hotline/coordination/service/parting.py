"""A partner does a task no more, or a task comes to nothing: what could still come of it ends."""

from sqlalchemy import update

from hotline.coordination import queries
from hotline.coordination.models import Milestone, Task
from hotline.coordination.rules import OfferStatus, TaskStatus
from hotline.coordination.rules.approving import Why
from hotline.coordination.service import asking, stepping
from hotline.coordination.service.asking import Asking
from hotline.coordination.service.holding import hold_offers, name_of
from hotline.coordination.service.stepping import Moved
from hotline.coordination.service.withdrawing import withdraw_approval
from hotline.db import db
from hotline.timeline.rules import Event


def end_engagement(task: Task, moved: Moved) -> None:
    """The partner does a task that is held no more: its access ends at once, and others can be
    asked."""
    held = Asking(task, hold_offers(task))
    engaged = queries.engaged_offer(task.id)
    vendor_id, task.vendor_id = task.vendor_id, None
    if engaged is not None:
        asking.end(engaged, OfferStatus.WITHDRAWN, moved)
    asking.end_all(held, moved)
    withdraw_approval(task, Why.PARTNER_RELEASED, by_id=moved.by_id, now=moved.now)
    _forget_times(task)
    if vendor_id is not None:
        facts = {"vendor": name_of(vendor_id), "reason": moved.reason}
        stepping.tell(task, Event.VENDOR_RELEASED, moved, facts)
        stepping.note(task, "released", moved, vendor=vendor_id)
    stepping.go(task, TaskStatus.DRAFTED, moved, line=False)


def end_asking(task: Task, moved: Moved) -> None:
    """Nobody is asked about a task that is held any more; whoever was asked is thanked."""
    asking.end_all(Asking(task, hold_offers(task)), moved)


def _forget_times(task: Task) -> None:
    """Whoever does it next has times of its own; what was reached stays reached."""
    ahead = (Milestone.task_id == task.id, Milestone.reached_at.is_(None))
    db.session.execute(update(Milestone).where(*ahead).values(due_at=None))

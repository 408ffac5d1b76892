"""A partner does a task no more, or a task comes to nothing: what could still come of it ends."""

from datetime import datetime

from sqlalchemy import update

from hotline.coordination import queries
from hotline.coordination.models import Milestone, Task
from hotline.coordination.rules import Actor, OfferStatus, TaskStatus
from hotline.coordination.rules.approving import Why
from hotline.coordination.rules.tasks import ENGAGED, find_step
from hotline.coordination.service import asking, stepping
from hotline.coordination.service.asking import Asking
from hotline.coordination.service.holding import hold_offers, hold_task, name_of
from hotline.coordination.service.stepping import Moved
from hotline.coordination.service.withdrawing import withdraw_approval
from hotline.db import db
from hotline.errors import N_, Refused
from hotline.timeline.rules import Event


def release_vendor(task: Task, *, reason: str, by_id: int, now: datetime) -> None:
    """The partner does it no more: its access ends at once, and others can be asked.

    Raises Refused when nobody is engaged or it cannot end now, Invalid for a missing reason.
    """
    hold_task(task.id)
    if task.status not in ENGAGED:
        raise Refused(N_("No partner does this task."))
    step = find_step(task.status, TaskStatus.DRAFTED, actor=Actor.DESK)
    end_engagement(task, Moved(by_id, now, stepping.checked_reason(step, reason)))


def end_engagement(task: Task, moved: Moved) -> None:
    """Part a task that is held from the partner that does it."""
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

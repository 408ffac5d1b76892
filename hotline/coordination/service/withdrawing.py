"""A request for approval that is not valid any more."""

from datetime import datetime

from sqlalchemy import select

from hotline.audit import service as audit
from hotline.coordination.models import Approval, CostLine, Task
from hotline.coordination.rules import ApprovalStatus, CostState
from hotline.coordination.rules.approving import Why
from hotline.db import db
from hotline.notices import service as notices
from hotline.timeline import service as timeline
from hotline.timeline.rules import Event


def withdraw_approval(task: Task, why: Why, *, by_id: int | None, now: datetime) -> bool:
    """The request that still waits is not asked any more; whether there was one.

    What was approved before stays approved: it is owed until somebody says that it is not.
    """
    return _withdraw(task, {ApprovalStatus.ASKED}, why, by_id=by_id, now=now)


def undo_approval(task: Task, why: Why, *, by_id: int | None, now: datetime) -> bool:
    """The price is another one: what was asked or approved must be asked anew.

    Its orders are quotes again; what was charged already stays charged.
    """
    undone = {ApprovalStatus.ASKED, ApprovalStatus.APPROVED}
    return _withdraw(task, undone, why, by_id=by_id, now=now)


def _withdraw(
    task: Task, statuses: set[ApprovalStatus], why: Why, *, by_id: int | None, now: datetime
) -> bool:
    meant = select(Approval).where(Approval.task_id == task.id, Approval.status.in_(statuses))
    query = meant.order_by(Approval.id).with_for_update()
    found = db.session.scalars(query.execution_options(populate_existing=True)).all()
    for approval in found:
        _end(approval, why, now=now)
        audit.write("approval.withdrawn", subject(approval), by_id=by_id, now=now, why=str(why))
    if found:
        facts = {"function": task.function, "why": str(why)}
        timeline.write(
            task.ticket_id,
            Event.APPROVAL_WITHDRAWN,
            at=now,
            by_id=by_id,
            subject=f"task:{task.id}",
            facts=facts,
        )
    return bool(found)


def _end(approval: Approval, why: Why, *, now: datetime) -> None:
    approval.status, approval.reason = ApprovalStatus.WITHDRAWN, str(why)
    approval.answered_at = approval.answered_at or now
    ordered = select(CostLine).where(
        CostLine.approval_id == approval.id, CostLine.state == CostState.ORDER
    )
    for line in db.session.scalars(ordered).all():
        line.state, line.approval_id = CostState.QUOTE, None
        line.version += 1
    db.session.flush()
    notices.withdraw(subject(approval))


def subject(approval: Approval) -> str:
    """How audit entries and notices name a request."""
    return f"approval:{approval.id}"

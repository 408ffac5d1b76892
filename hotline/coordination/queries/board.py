"""What partners' work leaves to do for the desk, over all tickets."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import BindParameter, ColumnElement, bindparam, exists, func, or_, select

from hotline.asking import Counting, among
from hotline.coordination.models import Approval, CostLine, Offer, Task
from hotline.coordination.rules import (
    ENDED,
    ApprovalStatus,
    CostState,
    OfferStatus,
    TaskStatus,
)
from hotline.db import db
from hotline.tickets.models import Ticket

GOING_ON = frozenset(TaskStatus) - ENDED

TO_HAND_IN = GOING_ON - {TaskStatus.DELIVERED, TaskStatus.CHECKED}
"""What is to be handed in is not there yet: these can be late."""


def tasks_going_on(limit: int) -> list[tuple[Task, Ticket]]:
    """At most ``limit`` tasks that have not ended and their tickets, the oldest first."""
    query = (
        select(Task, Ticket)
        .join(Ticket, Ticket.id == Task.ticket_id)
        .where(among(Task.status, GOING_ON))
        .order_by(Task.status_since, Task.id)
        .limit(limit)
    )
    return [(task, ticket) for task, ticket in db.session.execute(query)]


def quoted(task_ids: Collection[int]) -> frozenset[int]:
    """Those of these tasks for which there is a price that the member can be asked about."""
    query = select(CostLine.task_id).where(
        CostLine.task_id.in_(task_ids), CostLine.state == CostState.QUOTE
    )
    return frozenset(one for one in db.session.scalars(query.distinct()) if one is not None)


def asked_since(task_ids: Collection[int]) -> dict[int, datetime]:
    """Task to when its member was asked for approval, as far as no answer is there."""
    query = select(Approval.task_id, Approval.asked_at).where(
        Approval.task_id.in_(task_ids), Approval.status == ApprovalStatus.ASKED
    )
    return {row.task_id: row.asked_at for row in db.session.execute(query)}


def counting_late(now: datetime) -> Counting:
    """The question how many tasks and offers are late, drills aside: to be asked with others.

    A task is late past its time, or when nobody is left to ask; an offer when its time to answer
    is over and nobody went on.
    """
    return Counting(_COUNTING_LATE, {"now": now})


def _is_late(now: datetime | BindParameter[datetime]) -> ColumnElement[bool]:
    silent = exists().where(
        Offer.task_id == Task.id, Offer.status == OfferStatus.OFFERED, Offer.reply_by < now
    )
    alone = (Task.status == TaskStatus.DRAFTED) & Task.nobody_left_at.is_not(None)
    return or_(Task.due_at < now, alone, silent)


_COUNTING_LATE = (
    select(func.count())
    .select_from(Task)
    .join(Ticket, Ticket.id == Task.ticket_id)
    .where(~Ticket.drill, among(Task.status, TO_HAND_IN), _is_late(bindparam("now")))
)

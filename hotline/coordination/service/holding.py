"""Hold a task and its offers while they are changed.

Whoever changes a task holds its row first and its offers then, in the order of their ids; whoever
needs the ticket as well holds the ticket before both. So nobody waits for somebody who waits, and
of two who want the same at the same moment the second finds what the first has done.
"""

from sqlalchemy import select

from hotline.coordination.models import Offer, Task
from hotline.db import db
from hotline.errors import Missing
from hotline.tickets.models import Ticket
from hotline.vendors import queries as vendors


def hold_task(task_id: int) -> Task:
    """Keep everybody else from changing the task until the transaction ends, and look anew.

    Raises Missing.
    """
    found = _locked(task_id, skip_locked=False)
    if found is None:
        raise Missing()
    return found


def hold_task_unless_held(task_id: int) -> Task | None:
    """Like ``hold_task``, but None at once while somebody else holds it."""
    return _locked(task_id, skip_locked=True)


def hold_offers(task: Task) -> list[Offer]:
    """Every offer of a task that is held, by id; they are held as well."""
    query = select(Offer).where(Offer.task_id == task.id).order_by(Offer.id).with_for_update()
    return list(db.session.scalars(query.execution_options(populate_existing=True)))


def ticket_of(task: Task) -> Ticket:
    """The ticket on which the task was made."""
    return db.session.get_one(Ticket, task.ticket_id)


def name_of(vendor_id: int) -> str:
    """The name of a partner, as it stands in the story."""
    return vendors.names([vendor_id])[vendor_id]


def _locked(task_id: int, *, skip_locked: bool) -> Task | None:
    query = select(Task).where(Task.id == task_id).with_for_update(skip_locked=skip_locked)
    return db.session.scalar(query.execution_options(populate_existing=True))

"""Tasks: who may see which, those of one incident, and what is still open."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, bindparam, exists, false, func, or_, select, true, tuple_

from hotline.coordination.models import Deliverable, Dependency, Offer, Task
from hotline.coordination.rules import ENDED, OfferStatus
from hotline.db import db
from hotline.errors import Missing
from hotline.people.models import Person
from hotline.people.rules import READERS
from hotline.tickets.models import Ticket
from hotline.vendors import queries as vendors
from hotline.vendors.rules import contract_day

_OURS = or_(Ticket.id == bindparam("ticket_id"), Ticket.duplicate_of_id == bindparam("ticket_id"))
_OF_INCIDENT = Task.ticket_id.in_(select(Ticket.id).where(_OURS))
_TASKS = select(Task).where(_OF_INCIDENT).order_by(Task.id)


def task_for(viewer: Person, task_id: int, *, now: datetime) -> Task:
    """The task, as far as ``viewer`` may know of it.

    Raises Missing alike when there is none and when it is not theirs to see.
    """
    query = select(Task).where(Task.id == task_id, tasks_seen_by(viewer, now=now))
    found = db.session.scalar(query)
    if found is None:
        raise Missing()
    return found


def tasks_seen_by(viewer: Person, *, now: datetime) -> ColumnElement[bool]:
    """The scoping rule: the desk sees every task, a partner those it may still do something about.

    It was asked and has time to answer, makes an estimate or does the work, and the task goes on;
    a partner that was withdrawn, or whose contract does not run, sees nothing.
    """
    if viewer.roles & READERS:
        return true()
    vendor = vendors.of_person(viewer, on=contract_day(now))
    return _standing_with(vendor.id, now=now) if vendor is not None else false()


def tasks_of(ticket_id: int) -> list[Task]:
    """The tasks of an incident in the order they were made.

    Two tickets of one incident that were joined keep their tasks: those of the ticket that was
    taken in are found under the one that goes on as well, which answers for them.
    """
    return list(db.session.scalars(_TASKS, {"ticket_id": ticket_id}))


def open_task_count(ticket_id: int) -> int:
    """How many tasks of an incident have not ended."""
    query = select(func.count(Task.id)).where(_OF_INCIDENT, Task.status.not_in(ENDED))
    return db.session.scalar(query, {"ticket_id": ticket_id}) or 0


@dataclass(frozen=True)
class WantedTasks:
    """Which tasks are listed; ``after`` is (made_at, id) of the last one seen."""

    status: str | None = None
    function: str | None = None
    after: tuple[datetime, int] | None = None


def tasks_page(wanted: WantedTasks, viewer: Person, limit: int, *, now: datetime) -> list[Task]:
    """At most ``limit`` tasks that ``viewer`` may see, the newest first."""
    query = select(Task).where(tasks_seen_by(viewer, now=now))
    if wanted.status is not None:
        query = query.where(Task.status == wanted.status)
    if wanted.function is not None:
        query = query.where(Task.function == wanted.function)
    if wanted.after is not None:
        query = query.where(tuple_(Task.made_at, Task.id) < tuple_(*wanted.after))
    return list(
        db.session.scalars(query.order_by(Task.made_at.desc(), Task.id.desc()).limit(limit))
    )


def waits_among(task_ids: list[int]) -> dict[int, set[int]]:
    """By task those it waits for, among these tasks."""
    query = select(Dependency).where(Dependency.task_id.in_(task_ids))
    found: dict[int, set[int]] = {}
    for one in db.session.scalars(query):
        found.setdefault(one.task_id, set()).add(one.needs_id)
    return found


def deliverable_count(task_id: int) -> int:
    """How many things a task has brought."""
    query = select(func.count(Deliverable.id)).where(Deliverable.task_id == task_id)
    return db.session.scalar(query) or 0


def _standing_with(vendor_id: int, *, now: datetime) -> ColumnElement[bool]:
    theirs = exists().where(
        Offer.task_id == Task.id, Offer.vendor_id == vendor_id, _gives_access(now)
    )
    return Task.status.not_in(ENDED) & theirs


def _gives_access(now: datetime) -> ColumnElement[bool]:
    asked = (Offer.status == OfferStatus.OFFERED) & (Offer.reply_by > now)
    return asked | (Offer.status == OfferStatus.ACCEPTED)

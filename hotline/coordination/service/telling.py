"""Tell the desk and the partner how a task goes on, and the desk when it is not done in time."""

from collections.abc import Mapping
from datetime import datetime

from hotline.coordination.models import Task
from hotline.coordination.rules import ENDED, TaskStatus
from hotline.db import db
from hotline.notices import rules as told
from hotline.notices import service as notices
from hotline.notices.rules import RESPONSIBLE, Channel, Kind
from hotline.people import queries as people
from hotline.people.rules import Role
from hotline.tickets.models import Ticket
from hotline.vendors import queries as vendors

HANDED_IN = frozenset({TaskStatus.DELIVERED, TaskStatus.CHECKED}) | ENDED
"""It is not the partner's turn any more: nothing of it can be late."""

TOLD_TO_PARTNER = {
    TaskStatus.RETURNED: Kind.TASK_RETURNED,
    TaskStatus.CHECKED: Kind.TASK_CHECKED,
}


def after_step(task: Task, was: str, *, now: datetime) -> None:
    """Tell whom it concerns that the task is not ``was`` any more; nothing when it still is."""
    if task.status == was:
        return
    status = TaskStatus(task.status)
    if status is TaskStatus.DELIVERED:
        tell_desk(task, Kind.TASK_DELIVERED, now=now)
    if status in TOLD_TO_PARTNER and task.vendor_id is not None:
        tell_partner(task, task.vendor_id, TOLD_TO_PARTNER[status], now=now)
    plan_late(task, now=now)


def plan_late(task: Task, *, now: datetime) -> None:
    """Save that the desk is told when the task is not handed in at its time; a drill never is."""
    notices.withdraw(_subject(task), {Kind.TASK_LATE})
    due_at = task.due_at
    if due_at is None or due_at <= now or task.status in HANDED_IN or _ticket(task).drill:
        return
    facts = {"due_at": due_at.isoformat()}
    tell_desk(task, Kind.TASK_LATE, due_at=due_at, facts=facts, now=now)


def tell_desk(
    task: Task,
    kind: Kind,
    *,
    facts: Mapping[str, object] | None = None,
    due_at: datetime | None = None,
    now: datetime,
) -> None:
    """Tell whoever is responsible for the ticket when it is sent, at once or at ``due_at``."""
    notices.tell(
        _subject(task),
        kind,
        audience=RESPONSIBLE,
        due_at=due_at or now,
        facts=_facts(task, facts),
        now=now,
    )


def tell_partner(
    task: Task,
    vendor_id: int,
    kind: Kind,
    *,
    facts: Mapping[str, object] | None = None,
    due_at: datetime | None = None,
    now: datetime,
) -> None:
    """Tell the people of a partner: those with accounts, without any its contacts with mail.

    In a drill nobody outside is told: whoever plays the partner reads it.
    """
    everything = _facts(task, facts)
    planned = [
        notices.Planned(kind, due_at or now, everything, person_id=person_id, audience=audience)
        for person_id, audience in _people_of(vendor_id)
    ]
    notices.tell_all(_subject(task), planned, now=now)


def _people_of(vendor_id: int) -> list[tuple[int | None, str]]:
    """The account or the audience of each of them; exactly one of both is set."""
    accounts = people.of_vendor(vendors.by_id(vendor_id).code)
    found: list[tuple[int | None, str]] = [
        (one.id, "") for one in accounts if Role.VENDOR in one.roles
    ]
    contacts = [one for one in vendors.contacts_of(vendor_id) if Channel.MAIL in one.channels]
    return found or [(None, told.contact(one.id)) for one in contacts if one.email]


def _facts(task: Task, more: Mapping[str, object] | None) -> dict[str, object]:
    return {"number": _ticket(task).number, "task": task.id, **(more or {})}


def _ticket(task: Task) -> Ticket:
    return db.session.get_one(Ticket, task.ticket_id)


def _subject(task: Task) -> str:
    return f"task:{task.id}"

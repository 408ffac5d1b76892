"""What partners do on a ticket, as far as its member learns of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hotline import policy
from hotline.coordination import queries
from hotline.coordination.models import Milestone, Task
from hotline.coordination.queries import working
from hotline.coordination.rules import ENDED, FunctionsPolicy, TaskStatus
from hotline.edge import progress
from hotline.edge.language import current
from hotline.edge.words import TASKS_TOLD
from hotline.people.models import Person
from hotline.tickets import queries as tickets
from hotline.tickets.models import Ticket
from hotline.vendors import queries as vendors
from hotline.web.portal import frame
from hotline.web.tickets.tasks import waits_for

DONE = frozenset({TaskStatus.CHECKED, TaskStatus.CLOSED})
BEGUN = frozenset(TaskStatus) - {TaskStatus.DRAFTED, TaskStatus.OFFERED}


@dataclass(frozen=True)
class Step:
    """One step of a task on its way; ``at`` is when it was reached, or is to be."""

    label: str
    at: datetime | None


@dataclass(frozen=True)
class Row:
    """One task: ``vendor`` is "" until a partner took it on, ``next`` None without a step."""

    function: str
    words: str
    look: str
    """"is-done", "is-wait" or "is-stop"."""
    vendor: str
    waits: Sequence[str]
    reached: Sequence[Step]
    next: Step | None


@frame.part
def shown(ticket: Ticket, viewer: Person, *, now: datetime) -> Mapping[str, Any]:
    """Every task of the incident that belongs to a ticket this person sees, those going on first.

    A few statements, however many there are.
    """
    seen = {one.id for one in tickets.seen_of_incident(ticket, viewer)}
    found = queries.tasks_of(ticket.duplicate_of_id or ticket.id)
    tasks = [one for one in found if one.ticket_id in seen]
    ids = [one.id for one in tasks]
    names = vendors.names({one.vendor_id for one in tasks if one.vendor_id is not None})
    marks, waits = working.milestones_of(ids), queries.waiting(ids)
    rows = [
        _row(
            task,
            names.get(task.vendor_id, "") if task.vendor_id else "",
            [waits_for(task, need, other) for need, other in waits.get(task.id, [])],
            marks.get(task.id, []),
            now=now,
        )
        for task in sorted(tasks, key=lambda one: one.status in ENDED)
    ]
    return {"rows": rows, "begun": progress.begun({one.status for one in tasks})}


def _row(
    task: Task, vendor: str, waits: Sequence[str], marks: Sequence[Milestone], *, now: datetime
) -> Row:
    status = TaskStatus(task.status)
    goes_on, steps = status not in ENDED, _steps(task, marks) if status in BEGUN else []
    return Row(
        function=task.function,
        words=TASKS_TOLD[status],
        look="is-done" if status in DONE else "is-wait" if goes_on else "is-stop",
        vendor=vendor,
        waits=waits if goes_on else (),
        reached=[Step(_label(task, one), one.reached_at) for one in steps if one.reached_at],
        next=_next(task, steps, now=now) if status not in ENDED | DONE else None,
    )


def _next(task: Task, steps: Sequence[Milestone], *, now: datetime) -> Step | None:
    """The first step that is still to come; a time that has passed is no promise any more."""
    following = next((one for one in steps if one.reached_at is None), None)
    if following is None:
        return None
    due_at = following.due_at
    return Step(_label(task, following), due_at if due_at and due_at > now else None)


def _steps(task: Task, marks: Sequence[Milestone]) -> list[Milestone]:
    """The milestones on record, in the order of the configuration."""
    on_record = {one.code: one for one in marks}
    return [on_record[code] for code in _labels(task) if code in on_record]


def _label(task: Task, mark: Milestone) -> str:
    return _labels(task)[mark.code]


def _labels(task: Task) -> Mapping[str, str]:
    rule = policy.get(FunctionsPolicy).by_code.get(task.function)
    listed = rule.milestones if rule else ()
    return {one.code: str(getattr(one, current())) for one in listed}

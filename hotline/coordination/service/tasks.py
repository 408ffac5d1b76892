"""Make a task, change what is asked for, say what it waits for, and move it on."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import delete

from hotline.coordination import queries
from hotline.coordination.models import Dependency, Milestone, Task
from hotline.coordination.queries import costs
from hotline.coordination.rules import Actor, FunctionRule, FunctionsPolicy, TaskGiven, TaskStatus
from hotline.coordination.rules.approving import Why
from hotline.coordination.rules.giving import checked_given
from hotline.coordination.rules.tasks import (
    OPEN_TO_OFFERS,
    check_by_hand,
    check_deliverable,
    check_goes_on,
    closes_a_ring,
    find_step,
)
from hotline.coordination.service import parting, stepping, telling
from hotline.coordination.service.anonymity import check_anonymous
from hotline.coordination.service.holding import hold_task, ticket_of
from hotline.coordination.service.stepping import Moved
from hotline.coordination.service.withdrawing import withdraw_approval
from hotline.db import db
from hotline.errors import N_, Invalid, Problem, Refused
from hotline.policy import get
from hotline.tickets import service as tickets
from hotline.tickets.models import Ticket
from hotline.timeline.rules import Event

WRITTEN = ("scope", "scale", "region", "place", "language", "starts_at", "first_result_by",
           "due_at")  # fmt: skip
"""What of TaskGiven stands in the table as it is."""


def add_task(
    ticket: Ticket,
    function: str,
    *,
    given: TaskGiven,
    because: Sequence[str] = (),
    by_id: int | None,
    now: datetime,
) -> Task:
    """Write down that something is needed on a ticket; nobody is asked yet.

    ``because`` are the codes of the rules that proposed it. Raises Refused when the ticket has
    ended, and Invalid for a function there is none of or what cannot be used.
    """
    rule = _rule(function)
    checked = checked_given(given, rule, get(FunctionsPolicy))
    tickets.hold(ticket)
    tickets.check_goes_on(ticket)
    task = Task(
        ticket_id=ticket.id,
        function=function,
        status=TaskStatus.DRAFTED,
        status_since=now,
        because=list(because),
        made_at=now,
        made_by_id=by_id,
    )
    _write(task, checked)
    db.session.add(task)
    db.session.flush()
    db.session.add_all(Milestone(task_id=task.id, code=one.code) for one in rule.milestones)
    moved = Moved(by_id, now)
    for needs_id, output in checked.waits_for:
        _wait(task, needs_id, output)
    stepping.tell(task, Event.TASK_ADDED, moved)
    stepping.note(task, "added", moved, ticket=ticket.number, function=function)
    telling.plan_late(task, now=now)
    return task


def change_task(task: Task, given: TaskGiven, *, version: int, by_id: int, now: datetime) -> Task:
    """Say otherwise what is asked for; ``waits_for`` stays as it is.

    Raises Refused when the task has ended or was saved by somebody else since ``version``, and
    Invalid for what cannot be used, or names somebody while partners read it.
    """
    checked = checked_given(given, _rule(task.function), get(FunctionsPolicy))
    hold_task(task.id)
    check_goes_on(task.status)
    if task.version != version:
        raise Refused(N_("Somebody else saved this meanwhile. Please look again."))
    was = _written(task)
    _write(task, checked)
    if task.status != TaskStatus.DRAFTED:
        check_anonymous(task, ticket_of(task))
    changed = [name for name, value in _written(task).items() if value != was[name]]
    if not changed:
        return task
    task.version += 1
    db.session.flush()
    moved = Moved(by_id, now)
    stepping.tell(task, Event.TASK_CHANGED, moved)
    stepping.note(task, "changed", moved, fields=changed)
    telling.plan_late(task, now=now)
    return task


def wait_for(task: Task, needs_id: int, output: str, *, by_id: int, now: datetime) -> None:
    """From now on the task cannot be delivered before another one has brought ``output``
    ("": has ended). Raises Invalid for what it cannot wait for, Refused when it has ended."""
    tickets.hold(ticket_of(task))  # One at a time: together two could close a ring.
    hold_task(task.id)
    check_goes_on(task.status)
    _wait(task, needs_id, output)
    stepping.note(task, "waits", Moved(by_id, now), needs=needs_id, output=output)


def stop_waiting(task: Task, needs_id: int, *, by_id: int, now: datetime) -> None:
    """The task waits for that other one no more; nothing happens when it does not."""
    hold_task(task.id)
    pair = (Dependency.task_id == task.id, Dependency.needs_id == needs_id)
    if db.session.scalar(delete(Dependency).where(*pair).returning(Dependency.needs_id)):
        stepping.note(task, "waits_no_more", Moved(by_id, now), needs=needs_id)


def move_task(
    task: Task, status: TaskStatus, *, actor: Actor, reason: str = "", by_id: int, now: datetime
) -> None:
    """Make a step that somebody chooses, with everything it brings about.

    Raises Refused for a step there is none of or that comes with something else, Forbidden for
    one of another side, Invalid for a missing reason.
    """
    hold_task(task.id)
    step = find_step(task.status, status, actor=actor)
    check_by_hand(step)
    moved = Moved(by_id, now, stepping.checked_reason(step, reason))
    _DO.get(status, stepping.go)(task, status, moved)


def _end_or_begin_again(task: Task, status: TaskStatus, moved: Moved) -> None:
    if task.status in OPEN_TO_OFFERS:
        _stop_asking(task, status, moved)
    else:
        parting.end_engagement(task, moved)


def _stop_asking(task: Task, status: TaskStatus, moved: Moved) -> None:
    parting.end_asking(task, moved)
    stepping.go(task, status, moved)


def _cancel(task: Task, status: TaskStatus, moved: Moved) -> None:
    withdraw_approval(task, Why.TASK_ENDED, by_id=moved.by_id, now=moved.now)
    stepping.go(task, status, moved)


def _begin(task: Task, status: TaskStatus, moved: Moved) -> None:
    """Work begins with the member's approval, or where nothing of it is charged."""
    unapproved = costs.to_ask(task, costs.of_task(task.id))
    if task.status == TaskStatus.ACCEPTED and unapproved:
        raise Refused(N_("The member has to approve this first."))
    stepping.go(task, status, moved)


def _deliver(task: Task, status: TaskStatus, moved: Moved) -> None:
    waits = bool(queries.waiting([task.id]))
    check_deliverable(queries.deliverable_count(task.id), waits=waits)
    stepping.go(task, status, moved)


_DO: Mapping[TaskStatus, Callable[[Task, TaskStatus, Moved], None]] = {
    TaskStatus.DRAFTED: _end_or_begin_again,
    TaskStatus.WITHDRAWN: _stop_asking,
    TaskStatus.CANCELLED: _cancel,
    TaskStatus.IN_PROGRESS: _begin,
    TaskStatus.DELIVERED: _deliver,
}
"""Status to what comes with it; the others are only the step."""


def _rule(function: str) -> FunctionRule:
    rule = get(FunctionsPolicy).by_code.get(function)
    if rule is None:
        raise Invalid({"function": Problem(N_("There is no such choice."))})
    return rule


def _write(task: Task, given: TaskGiven) -> None:
    for name in WRITTEN:
        setattr(task, name, getattr(given, name))
    task.works = list(given.works)


def _written(task: Task) -> dict[str, object]:
    return {name: getattr(task, name) for name in (*WRITTEN, "works")}


def _wait(task: Task, needs_id: int, output: str) -> None:
    ticket = ticket_of(task)
    others = {one.id: one for one in queries.tasks_of(ticket.duplicate_of_id or ticket.id)}
    needed = others.get(needs_id)
    if needed is None or needs_id == task.id:
        raise Invalid({"waits_for": Problem(N_("Choose another task of the same ticket."))})
    if output and _rule(needed.function).output(output) is None:
        raise Invalid({"waits_for": Problem(N_("That task brings no such thing."))})
    if closes_a_ring(task.id, needs_id, queries.waits_among(list(others))):
        raise Invalid({"waits_for": Problem(N_("These tasks would wait for each other."))})
    db.session.merge(Dependency(task_id=task.id, needs_id=needs_id, output=output))
    db.session.flush()

"""How a task goes on: its steps, what it waits for, its milestones and its work log."""

from flask import request
from flask.typing import ResponseReturnValue

from hotline import clock
from hotline.coordination import service as coordination
from hotline.coordination.models import Task
from hotline.coordination.rules import Actor, TaskStatus, check_decides
from hotline.edge import requests
from hotline.edge.access import allow
from hotline.edge.identity import person
from hotline.edge.language import gettext
from hotline.errors import N_, Invalid, Problem, Refused
from hotline.people.rules import DESK
from hotline.web import formats, typed
from hotline.web.tasks import form
from hotline.web.tasks.acting import act, bp


@bp.post("/tasks/<int:task_id>/step")
@allow(DESK)
def step(task_id: int) -> ResponseReturnValue:
    """Make one step: ``to`` says where, ``was`` what its sender saw, ``reason`` why."""
    wanted, reason = request.form.get("to", ""), request.form.get("reason", "")

    def verb(task: Task) -> str:
        to = _status(wanted)
        _unless_moved(task)
        by_id, now = person().id, clock.now()
        coordination.move_task(task, to, actor=Actor.DESK, reason=reason, by_id=by_id, now=now)
        return gettext("The task is now: %(status)s.", status=formats.task_status(task.status))

    return act(task_id, f"step-{wanted}", verb)


@bp.post("/tasks/<int:task_id>/waits")
@allow(DESK)
def wait_for(task_id: int) -> ResponseReturnValue:
    """From now on it waits for what another task of the incident brings."""

    def verb(task: Task) -> str:
        try:
            needs_id, output = form.read_wait(request.form.get("waits_for", ""))
        except Problem as problem:
            raise Invalid({"waits_for": problem}) from None
        coordination.wait_for(task, needs_id, output, by_id=person().id, now=clock.now())
        return gettext("The task waits for that now.")

    return act(task_id, "wait", verb)


@bp.post("/tasks/<int:task_id>/waits/<int:needs_id>/end")
@allow(DESK)
def stop_waiting(task_id: int, needs_id: int) -> ResponseReturnValue:
    """It waits for that other task no more."""

    def verb(task: Task) -> str:
        coordination.stop_waiting(task, needs_id, by_id=person().id, now=clock.now())
        return gettext("The task does not wait for that any more.")

    return act(task_id, "wait", verb)


@bp.post("/tasks/<int:task_id>/milestones/<code>/reach")
@allow(DESK)
def reach(task_id: int, code: str) -> ResponseReturnValue:
    """A milestone is reached."""

    def verb(task: Task) -> str:
        coordination.reach_milestone(task, code, by_id=person().id, now=clock.now())
        return gettext("The milestone is reached.")

    return act(task_id, "reach", verb)


@bp.post("/tasks/<int:task_id>/milestones/due")
@allow(DESK)
def milestone_due(task_id: int) -> ResponseReturnValue:
    """Say by when a milestone is to be reached; empty: at no certain time."""

    def verb(task: Task) -> str:
        due_at = form.moment(request.form, "milestone")
        code = request.form.get("milestone", "")
        coordination.set_milestone_due(task, code, due_at, by_id=person().id, now=clock.now())
        return gettext("The time was saved.")

    return act(task_id, "milestone", verb)


@bp.post("/tasks/<int:task_id>/log")
@allow(DESK)
def log_work(task_id: int) -> ResponseReturnValue:
    """Write a line into the work log."""

    def verb(task: Task) -> str:
        now, minutes = clock.now(), _minutes(request.form.get("minutes", ""))
        done_at = form.moment(request.form, "done_at") or requests.said_at(now)
        body = request.form.get("body", "")
        coordination.log_work(task, body, minutes, done_at, by_id=person().id, now=now)
        return gettext("It stands in the work log.")

    return act(task_id, "log", verb)


def _status(wanted: str) -> TaskStatus:
    if wanted not in set(TaskStatus):
        raise Invalid({"to": Problem(N_("There is no such choice."))})
    to = TaskStatus(wanted)
    check_decides(to, person().roles)
    return to


def _unless_moved(task: Task) -> None:
    """Refuse when the sender saw the task elsewhere; "" says nothing."""
    seen = request.form.get("was", "")
    if seen and seen != task.status:
        current = formats.task_status(task.status)
        raise Refused(
            N_("Somebody changed this meanwhile: it is now %(current)s."), current=current
        )


def _minutes(text: str) -> int:
    try:
        return typed.parse_count(text)
    except Problem as problem:
        raise Invalid({"minutes": problem}) from None

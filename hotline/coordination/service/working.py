"""The work on a task: its log, its milestones, and what it brings."""

from datetime import datetime, timedelta

from hotline.coordination.models import Deliverable, Milestone, Task, WorkEntry
from hotline.coordination.rules import FunctionsPolicy
from hotline.coordination.rules.tasks import ENGAGED, LOG_LETTERS, LONGEST_WORK, check_goes_on
from hotline.coordination.service import stepping
from hotline.coordination.service.holding import hold_task
from hotline.coordination.service.stepping import Moved
from hotline.db import db
from hotline.errors import N_, Invalid, Missing, Problem, Refused
from hotline.policy import get
from hotline.searchkeys import clean_text
from hotline.timeline.rules import Event

AHEAD = timedelta(minutes=5)
"""Clocks differ a little; beyond this something cannot have been done yet."""


def log_work(
    task: Task, body: str, minutes: int, done_at: datetime, *, by_id: int, now: datetime
) -> WorkEntry:
    """Write a line into the work log: what was done, and how long it took (0: nobody counted).

    Raises Refused when the task has ended, and Invalid for what cannot be used.
    """
    _hold(task)
    body = _text("body", body)
    _check_log(body, minutes, done_at, now=now)
    made = WorkEntry(
        task_id=task.id,
        body=body,
        minutes=minutes,
        done_at=done_at,
        written_at=now,
        written_by_id=by_id,
    )
    db.session.add(made)
    db.session.flush()
    stepping.note(task, "worked", Moved(by_id, now), entry=made.id, minutes=minutes)
    return made


def hand_in(
    task: Task,
    kind: str,
    *,
    file_id: int | None = None,
    note: str = "",
    by_id: int,
    now: datetime,
) -> Deliverable:
    """Put on record what a task has brought: a file of the store, or words.

    ``kind`` is a code of the outputs of its function. Raises Refused while nobody does the task,
    and Invalid for a kind there is none of or neither file nor words.
    """
    _hold(task)
    if task.status not in ENGAGED:
        raise Refused(N_("No partner does this task."))
    output = get(FunctionsPolicy).by_code[task.function].output(kind)
    if output is None:
        raise Invalid({"kind": Problem(N_("There is no such choice."))})
    note = _text("note", note)
    if file_id is None and not note:
        raise Invalid({"note": Problem(N_("Choose a file, or write what was made."))})
    made = Deliverable(
        task_id=task.id,
        kind=kind,
        file_id=file_id,
        note=note,
        handed_in_at=now,
        handed_in_by_id=by_id,
    )
    db.session.add(made)
    db.session.flush()
    moved = Moved(by_id, now)
    stepping.tell(task, Event.HANDED_IN, moved, {"output": stepping.both(output)})
    stepping.note(task, "handed_in", moved, deliverable=made.id, output=kind, file=file_id)
    return made


def reach_milestone(task: Task, code: str, *, by_id: int, now: datetime) -> Milestone:
    """A step on the way is reached; reached once it stays so. Raises Missing, and Refused when
    the task has ended."""
    _hold(task)
    found = _milestone(task, code)
    if found.reached_at is None:
        found.reached_at, found.reached_by_id = now, by_id
        db.session.flush()
        moved = Moved(by_id, now)
        stepping.tell(task, Event.MILESTONE_REACHED, moved, {"milestone": _words(task, code)})
        stepping.note(task, "milestone_reached", moved, milestone=code)
    return found


def set_milestone_due(
    task: Task, code: str, due_at: datetime | None, *, by_id: int, now: datetime
) -> Milestone:
    """Say by when a step is to be reached; None: no certain time. Raises as ``reach_milestone``."""
    _hold(task)
    found = _milestone(task, code)
    if found.due_at != due_at:
        found.due_at = due_at
        db.session.flush()
        due = due_at.isoformat() if due_at is not None else None
        stepping.note(task, "milestone_due", Moved(by_id, now), milestone=code, due_at=due)
    return found


def _hold(task: Task) -> None:
    hold_task(task.id)
    check_goes_on(task.status)


def _milestone(task: Task, code: str) -> Milestone:
    found = db.session.get(Milestone, (task.id, code))
    if found is None:
        raise Missing()
    return found


def _words(task: Task, code: str) -> dict[str, str]:
    """What the step is called; its code when the configuration knows it no more."""
    step = get(FunctionsPolicy).by_code[task.function].milestone(code)
    return stepping.both(step) if step is not None else {"ja": code, "en": code}


def _check_log(body: str, minutes: int, done_at: datetime, *, now: datetime) -> None:
    problems: dict[str, Problem] = {}
    if not body:
        problems["body"] = Problem(N_("Say what was done."))
    if not 0 <= minutes <= LONGEST_WORK:
        problems["minutes"] = Problem(N_("Give the minutes as a number from 0 on."))
    if done_at > now + AHEAD:
        problems["done_at"] = Problem(N_("This lies ahead: work is logged when it is done."))
    if problems:
        raise Invalid(problems)


def _text(field: str, text: str) -> str:
    try:
        return clean_text(text, LOG_LETTERS).strip()
    except Problem as problem:
        raise Invalid({field: problem}) from None

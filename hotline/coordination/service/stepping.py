"""Make one step of a task: the status, the trail, the story, and who is told."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from hotline.audit import service as audit
from hotline.coordination import rules
from hotline.coordination.models import Task
from hotline.coordination.rules import ENDED, Actor, TaskStatus
from hotline.coordination.rules.approving import Why
from hotline.coordination.rules.tasks import REASON_LETTERS, TaskStep, find_step
from hotline.coordination.service import telling
from hotline.coordination.service.holding import hold_task
from hotline.coordination.service.withdrawing import withdraw_approval
from hotline.db import db
from hotline.errors import N_, Invalid, Problem
from hotline.notices import service as notices
from hotline.notices.rules import Kind
from hotline.searchkeys import clean_text
from hotline.tickets.rules.words import Words
from hotline.timeline import service as timeline
from hotline.timeline.rules import Audience, Event

TOLD_TO: dict[TaskStatus, Audience] = {
    TaskStatus.DRAFTED: Audience.STAFF,
    TaskStatus.WITHDRAWN: Audience.MEMBER,
    TaskStatus.CANCELLED: Audience.MEMBER,
    TaskStatus.CLOSED: Audience.MEMBER,
}
"""Who reads that a task came there; of the other steps the partner that does it reads too."""


NOBODY_WORKS = ENDED | {TaskStatus.DRAFTED}
TOLD_TO_PARTNERS = frozenset({Kind.RELEASED, Kind.DESK_WROTE, Kind.TASK_RETURNED})
"""What was not sent yet of these is not true any more where no partner works."""


@dataclass(frozen=True)
class Moved:
    """A step that is made: by whom, when, and why."""

    by_id: int | None
    now: datetime
    reason: str = ""


def step_task(  # noqa: PLR0913 - a step is exactly these things
    task: Task,
    status: TaskStatus,
    *,
    actor: Actor,
    reason: str = "",
    by_id: int | None,
    now: datetime,
    line: bool = True,
) -> None:
    """Make one step of the machine and nothing else; what it comes with is the caller's.

    ``line`` False: the caller tells the story. Raises Refused for a step there is none of,
    Forbidden for another side's, Invalid for a missing reason.
    """
    hold_task(task.id)
    step = find_step(task.status, status, actor=actor)
    moved = Moved(by_id, now, checked_reason(step, reason))
    go(task, status, moved, line=line)


def go(task: Task, status: TaskStatus, moved: Moved, *, line: bool = True) -> None:
    """Put a task that is held, and may go there, where it goes."""
    was, task.status, task.status_since = task.status, status, moved.now
    db.session.flush()
    note(task, "moved", moved, was=was, to=str(status))
    if line:
        facts = {"task_status": str(status), "reason": moved.reason}
        audience = TOLD_TO.get(status, Audience.VENDOR)
        tell(task, Event.TASK_MOVED, moved, facts, audience=audience)
    if status == TaskStatus.CANCELLED:
        withdraw_approval(task, Why.TASK_ENDED, by_id=moved.by_id, now=moved.now)
    if status in NOBODY_WORKS:
        notices.withdraw(rules.subject(task.id), TOLD_TO_PARTNERS)
    telling.after_step(task, was, now=moved.now)


def checked_reason(step: TaskStep, reason: str) -> str:
    """The reason as it is kept. Raises Invalid when it is needed and missing."""
    return needed_reason(reason) if step.needs_reason else _clean(reason)


def needed_reason(reason: str) -> str:
    """A reason that must be given. Raises Invalid."""
    cleaned = _clean(reason)
    if not cleaned:
        raise Invalid({"reason": Problem(N_("Say why, in a few words."))})
    return cleaned


def tell(
    task: Task,
    event: Event,
    moved: Moved,
    facts: Mapping[str, object] | None = None,
    *,
    audience: Audience | None = None,
) -> None:
    """Write a line of the story that is about this task; ``facts`` beside its function."""
    timeline.write(
        task.ticket_id,
        event,
        at=moved.now,
        by_id=moved.by_id,
        audience=audience,
        subject=rules.subject(task.id),
        facts={"function": task.function, **(facts or {})},
    )


def both(words: Words) -> dict[str, str]:
    """What something is called now, for the story: it is told so for ever."""
    return {"ja": words.ja, "en": words.en}


def note(task: Task, what: str, moved: Moved, **detail: object) -> None:
    """Write in the trail what was done to a task."""
    about = rules.subject(task.id)
    audit.write(f"task.{what}", about, by_id=moved.by_id, now=moved.now, **detail)


def _clean(reason: str) -> str:
    try:
        return clean_text(reason, REASON_LETTERS).strip()
    except Problem as problem:
        raise Invalid({"reason": problem}) from None

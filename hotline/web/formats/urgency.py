"""How urgent a moment is, and the words that say so: later, soon, now, late, kept."""

import re
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from hotline.coordination.models import Task
from hotline.coordination.rules import ENDED, TaskStatus
from hotline.edge.language import gettext
from hotline.followups.models import Followup
from hotline.followups.rules import Status as Promise
from hotline.web.formats.codes import followup_status
from hotline.web.formats.times import MINUTE, clock_time, moment, span

RESOLUTION = timedelta.resolution

SOON = timedelta(hours=1)
"""From so long before it is due on, a promise is shown as due soon."""

HANDED_IN = ENDED | {TaskStatus.DELIVERED, TaskStatus.CHECKED}
"""Tasks in one of these are not late any more."""

STEP = re.compile(r"；|; | → ")
"""What stands between two steps of a reason."""


@dataclass(frozen=True)
class When:
    """A moment as the ``when`` part shows it: how urgent (a class), and the words.

    ``at`` is the moment itself, where the words only say how far away it is.
    """

    kind: str
    words: str
    at: datetime | None = field(default=None, compare=False)

    def calmed(self) -> "When":
        """The same without an alarm: what belongs to a drill is never late."""
        return replace(self, kind="is-due") if self.kind == "is-late" else self


def unanswered(since: datetime, *, now: datetime) -> When:
    """For how long people have been rung, and nobody answered: ``応答なし 5分``."""
    return When("is-late", gettext("no answer for %(span)s", span=span(now - since)), since)


def due(due_at: datetime, take_up_by: datetime, *, now: datetime) -> When:
    """A promise nobody took up yet: later, soon, now, or late (past ``take_up_by`` only)."""
    if now > take_up_by:
        return When("is-late", gettext("late %(span)s", span=span(now - due_at)), due_at)
    if now >= due_at:
        return When("is-due", gettext("now %(time)s", time=clock_time(due_at)), due_at)
    if due_at - now <= SOON:
        left = due_at - now + (MINUTE - RESOLUTION)  # A minute that has begun is still left.
        return When("is-due", gettext("%(span)s left", span=span(left)), due_at)
    return When("", moment(due_at, now), due_at)


def left(by: datetime, *, now: datetime) -> When:
    """How long somebody still has, ``あと 6時間30分``, or by how much it is late; no grace."""
    if now > by:
        return When("is-late", gettext("late %(span)s", span=span(now - by)), by)
    rest = by - now + (MINUTE - RESOLUTION)  # A minute that has begun is still left.
    words = gettext("%(span)s left", span=span(rest))
    return When("is-due" if by - now <= SOON else "", words, by)


def gone(since: datetime, by: datetime, now: datetime) -> int:
    """How much of the time from ``since`` until ``by`` is over, in whole percent, 0 to 100."""
    if by <= since:
        return 100
    return max(0, min(100, int((now - since) / (by - since) * 100)))


def task_due(task: Task, *, now: datetime) -> When | None:
    """Until when a task is to be handed in; None when no time was set, or it was handed in."""
    if task.due_at is None or task.status in HANDED_IN:
        return None
    if now > task.due_at:
        return left(task.due_at, now=now)
    return due(task.due_at, task.due_at, now=now)


def promise(followup: Followup, *, now: datetime, drill: bool = False) -> When:
    """A promise in whatever state: waiting, taken up, kept, or ended otherwise.

    That of a drill is never late.
    """
    if followup.status in (Promise.PENDING, Promise.ANNOUNCED):
        found = due(followup.due_at, followup.take_up_by, now=now)
        return found.calmed() if drill else found
    if followup.status == Promise.TAKEN:
        return When("", moment(followup.due_at, now), followup.due_at)
    if followup.status == Promise.DONE and followup.ended_at is not None:
        words = gettext("kept %(moment)s", moment=moment(followup.ended_at, now))
        return When("is-kept", words, followup.ended_at)
    return When("", followup_status(followup.status))


def steps(reason: str) -> list[str]:
    """The steps of a promise's reason, which is kept as one sentence."""
    return [step for step in STEP.split(reason) if step]

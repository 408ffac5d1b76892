"""Where a task stands, where it may go from there, and who may move it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from hotline.errors import N_, Forbidden, Refused
from hotline.people.rules import DESK, Role


class TaskStatus(StrEnum):
    """Where a task stands."""

    DRAFTED = "drafted"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    ESTIMATING = "estimating"
    WAITING_APPROVAL = "waiting_approval"
    APPROVED = "approved"
    IN_PROGRESS = "in_progress"
    DELIVERED = "delivered"
    CHECKED = "checked"
    RETURNED = "returned"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    """Taken back before anybody had accepted it."""
    CANCELLED = "cancelled"
    """Stopped after somebody had accepted it."""


ENDED = frozenset({TaskStatus.CLOSED, TaskStatus.WITHDRAWN, TaskStatus.CANCELLED})
"""Nothing more is owed on these."""

ENDED_WELL = frozenset({TaskStatus.CHECKED, TaskStatus.CLOSED})
"""What others waited for is there."""

OPEN_TO_OFFERS = frozenset({TaskStatus.DRAFTED, TaskStatus.OFFERED})
"""Nobody is engaged: partners can be asked."""

ENGAGED = frozenset(TaskStatus) - ENDED - OPEN_TO_OFFERS
"""One partner does it, and only this one."""


class Actor(StrEnum):
    """On whose side somebody moves a task."""

    DESK = "desk"
    VENDOR = "vendor"
    MEMBER = "member"
    SYSTEM = "system"


ARRANGERS = frozenset({Role.COORDINATOR, Role.SUPERVISOR})
"""Who asks partners, releases facts to them and speaks about money."""

FOR_ARRANGERS = frozenset({TaskStatus.DRAFTED, TaskStatus.WITHDRAWN, TaskStatus.CANCELLED})
"""Whoever asks partners also ends what they do; the others of the desk do not."""


@dataclass(frozen=True)
class TaskStep:
    """One step a task can make: where to, on whose side, and whether it must be explained.

    Steps that are not ``by_hand`` come with something else: asking, an answer, an approval.
    """

    to: TaskStatus
    actors: frozenset[Actor]
    needs_reason: bool = False
    by_hand: bool = True


_DESK = frozenset({Actor.DESK})
_WORKERS = frozenset({Actor.VENDOR, Actor.DESK})
_MEMBER = frozenset({Actor.MEMBER, Actor.DESK})

_WITHDRAW = TaskStep(TaskStatus.WITHDRAWN, _DESK, needs_reason=True)
_CANCEL = TaskStep(TaskStatus.CANCELLED, _DESK, needs_reason=True)
_PART = TaskStep(TaskStatus.DRAFTED, _DESK, needs_reason=True)
_ESTIMATE = TaskStep(TaskStatus.ESTIMATING, _WORKERS)
_PRICE_CHANGED = TaskStep(TaskStatus.ESTIMATING, _WORKERS | _MEMBER, by_hand=False)
_RETURN = TaskStep(TaskStatus.RETURNED, _DESK, needs_reason=True)
_DELIVER = TaskStep(TaskStatus.DELIVERED, _WORKERS)

STEPS: Mapping[TaskStatus, tuple[TaskStep, ...]] = {
    TaskStatus.DRAFTED: (TaskStep(TaskStatus.OFFERED, _DESK, by_hand=False), _WITHDRAW),
    TaskStatus.OFFERED: (
        TaskStep(TaskStatus.ACCEPTED, _WORKERS, by_hand=False),
        TaskStep(TaskStatus.DRAFTED, frozenset({Actor.DESK, Actor.SYSTEM}), needs_reason=True),
        _WITHDRAW,
    ),
    TaskStatus.ACCEPTED: (
        _ESTIMATE,
        # Nothing of it is charged: nobody has to approve a price.
        TaskStep(TaskStatus.IN_PROGRESS, _WORKERS, needs_reason=True),
        _PART,
        _CANCEL,
    ),
    TaskStatus.ESTIMATING: (
        TaskStep(TaskStatus.WAITING_APPROVAL, _DESK, by_hand=False),
        _PART,
        _CANCEL,
    ),
    TaskStatus.WAITING_APPROVAL: (
        TaskStep(TaskStatus.APPROVED, _MEMBER, by_hand=False),
        _PRICE_CHANGED,
        _CANCEL,
    ),
    TaskStatus.APPROVED: (
        TaskStep(TaskStatus.IN_PROGRESS, _WORKERS),
        _PRICE_CHANGED,
        _PART,
        _CANCEL,
    ),
    TaskStatus.IN_PROGRESS: (_DELIVER, _ESTIMATE, _PART, _CANCEL),
    TaskStatus.DELIVERED: (TaskStep(TaskStatus.CHECKED, _DESK), _RETURN),
    TaskStatus.RETURNED: (_DELIVER, _CANCEL),
    TaskStatus.CHECKED: (TaskStep(TaskStatus.CLOSED, _DESK), _RETURN),
    **dict.fromkeys(ENDED, ()),
}
"""Every step there is; the first of each row is the usual one."""


def find_step(current: str, wanted: TaskStatus, *, actor: Actor) -> TaskStep:
    """The step from ``current`` to ``wanted``.

    Raises Refused when there is none or it was made already, and Forbidden when it is not this
    side's to make.
    """
    if current == wanted:
        raise Refused(N_("Somebody was quicker: this task stands there already."))
    step = next((one for one in STEPS[TaskStatus(current)] if one.to == wanted), None)
    if step is None:
        raise Refused(N_("This task cannot go there from where it stands."))
    if actor not in step.actors:
        raise Forbidden(N_("This step is not yours to make."))
    return step


def check_by_hand(step: TaskStep) -> None:
    """Refuse a step that comes with something else."""
    if not step.by_hand:
        raise Refused(
            N_("A task gets there when a partner is asked or answers, or a price is approved.")
        )


def steps_by_hand(current: str, actor: Actor) -> tuple[TaskStep, ...]:
    """What ``actor`` may choose next, the usual step first."""
    return tuple(
        step for step in STEPS[TaskStatus(current)] if step.by_hand and actor in step.actors
    )


def side_of(roles: Collection[str]) -> Actor:
    """On whose side somebody with these roles moves a task."""
    return Actor.DESK if DESK & set(roles) else Actor.VENDOR


def steps_open_to(current: str, roles: Collection[str]) -> tuple[TaskStep, ...]:
    """What somebody with these roles may choose next, the usual step first; readers nothing."""
    if not (DESK | {Role.VENDOR}) & set(roles):
        return ()
    found = steps_by_hand(current, side_of(roles))
    return tuple(step for step in found if _decides(step.to, roles))


def check_decides(wanted: TaskStatus, roles: Collection[str]) -> None:
    """Refuse what only those of the desk decide who ask partners. Raises Forbidden."""
    if not _decides(wanted, roles):
        raise Forbidden(N_("Only coordinators and supervisors decide this."))


def _decides(wanted: TaskStatus, roles: Collection[str]) -> bool:
    return wanted not in FOR_ARRANGERS or bool(ARRANGERS & set(roles))


def check_goes_on(current: str) -> None:
    """Refuse to change a task that has ended."""
    if current in ENDED:
        raise Refused(N_("This task has ended."))


def check_open_to_offers(current: str) -> None:
    """Refuse to ask partners about a task that one of them does already, or that has ended."""
    check_goes_on(current)
    if current not in OPEN_TO_OFFERS:
        raise Refused(N_("A partner does this already. Release it first, with a reason."))


@dataclass(frozen=True)
class Needed:
    """Another task that must have brought something first; ``brought`` are codes of outputs.

    ``output`` "" waits for the end of that task.
    """

    status: str
    output: str
    brought: Collection[str]


def still_waits(needed: Needed) -> bool:
    """Whether what is waited for is not there yet; a task that was dropped is not waited for."""
    if needed.status in ENDED_WELL or needed.status in ENDED:
        return False
    return not (needed.output and needed.output in needed.brought)


def check_deliverable(deliverables: int, *, waits: bool) -> None:
    """Refuse to deliver nothing, and to deliver before what the task waits for is there."""
    if not deliverables:
        raise Refused(N_("Nothing was handed in yet. Hand in what was made first."))
    if waits:
        raise Refused(N_("This task waits for another one, which has not brought its part yet."))


def closes_a_ring(task_id: int, needs_id: int, waits: Mapping[int, Collection[int]]) -> bool:
    """Whether ``task_id`` waiting for ``needs_id`` would make tasks wait for each other.

    ``waits`` maps each task to those it waits for already.
    """
    seen, left = set[int](), [needs_id]
    while left:
        one = left.pop()
        if one == task_id:
            return True
        if one not in seen:
            seen.add(one)
            left.extend(waits.get(one, ()))
    return False


SCOPE_LETTERS = 500
WORD_LETTERS = 200
REASON_LETTERS = 500
LOG_LETTERS = 4000
LONGEST_WORK = 24 * 60 * 31
"""More minutes than this in one line of the log are a slip of the pen."""


@dataclass(frozen=True)
class TaskGiven:
    """What the desk says about a task: what, how large, where, in which language, and when.

    No company and no names: partners read this before they answer. ``waits_for`` are pairs of
    the id of another task of the same incident and the output it must bring ("": its end).
    """

    scope: str = ""
    scale: str = ""
    region: str = ""
    place: str = ""
    language: str = ""
    starts_at: datetime | None = None
    first_result_by: datetime | None = None
    due_at: datetime | None = None
    works: tuple[str, ...] = ()
    waits_for: Sequence[tuple[int, str]] = ()


def subject(task_id: int) -> str:
    """How audit entries, notices and the story name a task."""
    return f"task:{task_id}"

"""How a promise begins, moves and ends, and from when on it is late."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar

from pydantic import BaseModel, ConfigDict, Field

from hotline.errors import N_, Problem, Refused
from hotline.policy import Policy

REASON_LETTERS = 500
FURTHEST = timedelta(days=366)
"""A promise beyond this is a slip of the pen; nobody would be told for years."""


class Status(StrEnum):
    """A promise is pending until it is due, announced to the coordinators, taken up, then ended."""

    PENDING = "pending"
    ANNOUNCED = "announced"
    TAKEN = "taken"
    DONE = "done"
    MOVED = "moved"
    CALLED_OFF = "called_off"


OPEN = frozenset({Status.PENDING, Status.ANNOUNCED, Status.TAKEN})
"""Something is still owed."""

NEXT: dict[Status, frozenset[Status]] = {
    Status.PENDING: frozenset(Status) - {Status.PENDING},
    Status.ANNOUNCED: frozenset({Status.TAKEN, Status.DONE, Status.MOVED, Status.CALLED_OFF}),
    Status.TAKEN: frozenset({Status.DONE, Status.MOVED, Status.CALLED_OFF}),
    Status.DONE: frozenset(),
    Status.MOVED: frozenset(),
    Status.CALLED_OFF: frozenset(),
}
"""A promise ends only by being kept, moved with a reason, or called off with one."""


class Grace(BaseModel):
    """Minutes after the due moment within which a promise must be taken up, by severity."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    p1: int = Field(gt=0)
    p2: int = Field(gt=0)
    p3: int = Field(gt=0)
    p4: int = Field(gt=0)


class EscalationPolicy(Policy):
    """From when on a promise is late."""

    FILE: ClassVar[str] = "escalation.toml"

    grace_minutes: Grace


def take_up_by(due_at: datetime, severity: str, policy: EscalationPolicy) -> datetime:
    """The last moment at which the promise is not yet late."""
    return due_at + timedelta(minutes=getattr(policy.grace_minutes, severity))


def is_late(status: str, take_up_by: datetime, *, now: datetime) -> bool:
    """Whether nobody took the promise up in time; a taken one is somebody's work, not late."""
    return status in {Status.PENDING, Status.ANNOUNCED} and now > take_up_by


def check_move(current: str, wanted: Status) -> None:
    """Refuse a step that a promise does not have."""
    if wanted not in NEXT[Status(current)]:
        raise Refused(
            N_("This promise is already %(status)s; look at the ticket again."), status=current
        )


def check_reason(reason: str) -> Problem | None:
    """What is wrong with the reason for a move or for calling off; None when it will do."""
    if not reason.strip():
        return Problem(N_("Say why, in a few words."))
    return None


def check_new_time(due_at: datetime, *, now: datetime) -> Problem | None:
    """What is wrong with the time a promise is moved to; None when it will do."""
    if due_at > now + FURTHEST:
        return Problem(N_("A promise can be moved by a year at most."))
    if due_at <= now:
        return Problem(N_("A promise can only be moved to a time that is still to come."))
    return None

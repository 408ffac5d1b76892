"""How a promise begins, moves and ends, and from when on it is late."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from enum import StrEnum
from string import Template
from typing import ClassVar, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, model_validator

from hotline.calendars.rules import Label, in_words
from hotline.errors import N_, Invalid, Problem, Refused
from hotline.notices.rules import Channel
from hotline.policy import Policy

ZONE = ZoneInfo("Asia/Tokyo")
REASON_LETTERS = 500
NAME_LETTERS = 200
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


UNTAKEN = frozenset({Status.PENDING, Status.ANNOUNCED})
"""Owed, and nobody's work yet."""


class Outcome(StrEnum):
    """How an attempt to call back went."""

    REACHED = "reached"
    NO_ANSWER = "no_answer"
    MESSAGE_LEFT = "message_left"


class Grace(BaseModel):
    """Minutes after the due moment within which a promise must be taken up, by severity."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    p1: int = Field(gt=0)
    p2: int = Field(gt=0)
    p3: int = Field(gt=0)
    p4: int = Field(gt=0)


class After(BaseModel):
    """Minutes after a promise has become late, by severity."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    p1: int = Field(ge=0)
    p2: int = Field(ge=0)
    p3: int = Field(ge=0)
    p4: int = Field(ge=0)


class Step(BaseModel):
    """Who is told of a late promise, and how long after it has become late."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    audience: Literal["coordinator_team", "lead"]
    after_minutes: After
    channels: tuple[Channel, ...] = Field(default=(Channel.MAIL,), min_length=1)


class EscalationPolicy(Policy):
    """From when on a promise is late, and who is told then, one after the other."""

    FILE: ClassVar[str] = "escalation.toml"

    grace_minutes: Grace
    steps: tuple[Step, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _each_audience_once(self) -> Self:
        audiences = [step.audience for step in self.steps]
        if len(set(audiences)) != len(audiences):
            raise ValueError("each audience may stand in one step only")
        if any(Channel.MAIL not in step.channels for step in self.steps):
            raise ValueError("each step needs mail: not everybody has a phone")
        return self


class PromisePolicy(Policy):
    """``config/promise.toml``: the one sentence in which a promise is told, everywhere."""

    FILE: ClassVar[str] = "promise.toml"

    at_once: Label
    later: Label

    @model_validator(mode="after")
    def _names_the_moment(self) -> Self:
        for label, places in ((self.at_once, set()), (self.later, {"due_at"})):
            for text in (Template(label.ja), Template(label.en)):
                if not text.is_valid() or set(text.get_identifiers()) != places:
                    raise ValueError("$due_at stands in both texts of later, and nowhere else")
        return self


def sentence(due_at: datetime, *, in_hours: bool, language: str, policy: PromisePolicy) -> str:
    """The promise as it is said and written to the caller, in ``language`` ("ja" or "en")."""
    if in_hours:
        return str(getattr(policy.at_once, language))
    text = Template(getattr(policy.later, language))
    return text.substitute(due_at=in_words(due_at.astimezone(ZONE), language))


def take_up_by(due_at: datetime, severity: str, policy: EscalationPolicy) -> datetime:
    """The last moment at which the promise is not yet late."""
    return due_at + timedelta(minutes=getattr(policy.grace_minutes, severity))


def escalations(
    take_up_by: datetime, severity: str, policy: EscalationPolicy, *, now: datetime
) -> Iterator[tuple[str, Channel, datetime]]:
    """Who is told, how, and when, should nobody take the promise up: (audience, channel, moment).

    What is late already when it becomes known is told from now on, with the same distances.
    """
    late_from = max(take_up_by, now)
    for step in policy.steps:
        at = late_from + timedelta(minutes=getattr(step.after_minutes, severity))
        for channel in step.channels:
            yield step.audience, channel, at


def is_late(status: str, take_up_by: datetime, *, now: datetime) -> bool:
    """Whether nobody took the promise up in time; a taken one is somebody's work, not late."""
    return status in UNTAKEN and now > take_up_by


def check_move(current: str, wanted: Status) -> None:
    """Refuse a step that a promise does not have."""
    if wanted not in NEXT[Status(current)]:
        raise Refused(
            N_("This promise is already %(status)s; look at the ticket again."), status=current
        )


def check_open(current: str) -> None:
    """Refuse what can only be done while something is owed."""
    if current not in OPEN:
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


def check_attempt(
    outcome: str, *, with_whom: str, next_try_at: datetime | None, now: datetime
) -> None:
    """Refuse an attempt without its outcome, a message left with nobody, a next try in the past.

    Raises Invalid with the names of the fields.
    """
    wrong: dict[str, Problem] = {}
    if outcome not in set(Outcome):
        wrong["outcome"] = Problem(N_("Choose how the call back went."))
    if outcome == Outcome.MESSAGE_LEFT and not with_whom:
        wrong["with_whom"] = Problem(N_("Say with whom the message was left."))
    if next_try_at is not None and next_try_at <= now:
        wrong["next_try_at"] = Problem(N_("The next try must be at a time that is still to come."))
    elif next_try_at is not None and next_try_at > now + FURTHEST:
        wrong["next_try_at"] = Problem(N_("The next try can be a year ahead at most."))
    if wrong:
        raise Invalid(wrong)

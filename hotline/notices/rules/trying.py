"""When a notice is tried again, when it is given up, and what people must know of it."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from hotline.notices.rules.kinds import LATE_AFTER, OPEN, Status

LEASE = timedelta(seconds=60)
"""A claim that was not finished after this is taken by another worker."""

FLOOR = timedelta(seconds=60)
"""No notice is tried more often than this."""

FIRST_SPREAD = timedelta(seconds=30)
CAP = timedelta(hours=1)
"""The wait after a failure: FLOOR and a random part that doubles from FIRST_SPREAD up to CAP."""

PARKED_AFTER = timedelta(hours=24)
GIVEN_UP_AFTER = timedelta(hours=72)
LEAST_TRIES = 10
ERROR_LENGTH = 300


class Course(Protocol):
    """What is known of how a notice fared."""

    status: str
    due_at: datetime
    wake_at: datetime
    sent_at: datetime | None
    attempts: int
    failures: int


class Mark(StrEnum):
    """What a person must know beside the status."""

    LATE = "late"
    RESENT = "resent"
    """It may have gone out more than once, always under the same key."""
    UNKNOWN = "unknown"
    """A worker claimed it and said no more: nobody knows whether it went out."""


def marks(course: Course, *, now: datetime) -> list[Mark]:
    """The marks of one notice at ``now``."""
    unsent = course.status in OPEN
    told = course.sent_at or (now if unsent else course.due_at)
    claims_without_outcome = course.attempts - course.failures
    found = {
        Mark.LATE: told - course.due_at > LATE_AFTER,
        Mark.RESENT: course.status == Status.SENT and claims_without_outcome > 1,
        Mark.UNKNOWN: course.status == Status.SENDING and course.wake_at <= now,
    }
    return [mark for mark, holds in found.items() if holds]


@dataclass(frozen=True)
class Failure:
    """Why a try failed; ``permanent`` when the receiver said that it will never be accepted."""

    reason: str
    permanent: bool = False
    # The receiver asked not to be asked again before this.
    wait: timedelta = timedelta(0)


@dataclass(frozen=True)
class Decision:
    """What happens after a failure: the next status and when a worker looks again."""

    status: Status
    wake_at: datetime

    @property
    def alarm(self) -> bool:
        """Whether people must hear of it."""
        return self.status is not Status.WAITING


def hopeless(tries: int, age: timedelta) -> Status | None:
    """FAILED or GIVEN_UP when ``tries`` without success over ``age`` are enough; else None."""
    if tries < LEAST_TRIES or age < PARKED_AFTER:
        return None
    return Status.GIVEN_UP if age >= GIVEN_UP_AFTER else Status.FAILED


def after_failure(
    failure: Failure, *, failures: int, failing_since: datetime, now: datetime, rng: random.Random
) -> Decision:
    """What to do after the ``failures``-th try that failed.

    Nothing is given up before 72 hours and ten tries; a refusal for good, or a day of failing,
    is tried every hour until then.
    """
    status = hopeless(failures, now - failing_since)
    if status is Status.GIVEN_UP:
        return Decision(status, now)
    if failure.permanent or status is Status.FAILED:
        return Decision(Status.FAILED, now + CAP)
    return Decision(Status.WAITING, now + max(backoff(failures, rng), min(failure.wait, CAP)))


def backoff(failures: int, rng: random.Random) -> timedelta:
    """How long to wait after the ``failures``-th failure: doubling, with full jitter."""
    spread: timedelta = min(CAP - FLOOR, FIRST_SPREAD * 2 ** min(failures - 1, 20))
    return FLOOR + spread * rng.random()

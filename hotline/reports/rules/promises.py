"""What became of one promise: the same words as on the board, for a list of cases."""

from datetime import datetime, timedelta
from typing import Protocol

from hotline.followups.rules import OPEN, Status, is_late
from hotline.reports.rules.tallies import Kept

MINUTE = timedelta(minutes=1)

ENDED_AS = {Status.MOVED: Kept.MOVED, Status.CALLED_OFF: Kept.CALLED_OFF}


class Promised(Protocol):
    """A promise, as far as it is kept or late."""

    status: str
    due_at: datetime
    take_up_by: datetime
    taken_at: datetime | None
    ended_at: datetime | None


def kept(promise: Promised, *, now: datetime) -> Kept:
    """Whether it was kept in time, kept late, is late still, is open, or ended otherwise.

    It counts when somebody took it up; what was kept without that, when it was kept.
    """
    status = Status(promise.status)
    if status in OPEN:
        late = is_late(status, promise.take_up_by, now=now)
        return Kept.OPEN_LATE if late else Kept.OPEN
    if status in ENDED_AS:
        return ENDED_AS[status]
    taken = promise.taken_at or promise.ended_at
    return Kept.LATE if taken is not None and taken > promise.take_up_by else Kept.IN_TIME


def late_minutes(promise: Promised, *, now: datetime) -> int | None:
    """Whole minutes from the promised moment until it was taken up, or until now; None in time."""
    by = {Kept.LATE: promise.taken_at or promise.ended_at, Kept.OPEN_LATE: now}
    until = by.get(kept(promise, now=now))
    return None if until is None else (until - promise.due_at) // MINUTE

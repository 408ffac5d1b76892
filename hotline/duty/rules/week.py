"""Where a roster leaves nobody on duty."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Stretch:
    """From ``starts_at`` until before ``ends_at``."""

    starts_at: datetime
    ends_at: datetime

    @property
    def length(self) -> timedelta:
        """How long it is."""
        return self.ends_at - self.starts_at


def gaps(shifts: Iterable[Stretch], *, first: datetime, last: datetime) -> list[Stretch]:
    """The stretches between ``first`` and ``last`` that no shift covers, in order."""
    found: list[Stretch] = []
    covered_until = first
    for shift in sorted(shifts, key=lambda one: one.starts_at):
        if shift.ends_at <= covered_until:
            continue
        if shift.starts_at >= last:
            break
        if shift.starts_at > covered_until:
            found.append(Stretch(covered_until, shift.starts_at))
        covered_until = shift.ends_at
    if covered_until < last:
        found.append(Stretch(covered_until, last))
    return found


STANDING = timedelta(hours=48)
"""Whoever is on duty for longer does not hand over at its end."""


def end_of_next_shift(shifts: Iterable[Stretch], *, now: datetime) -> datetime | None:
    """Until when whoever comes next is there; None when nobody comes after those who are there.

    ``shifts`` are those that run or come, of one role; standing duty is no shift.
    """
    known = [one for one in shifts if one.length <= STANDING]
    begin = min((one.starts_at for one in known if one.starts_at > now), default=None)
    if begin is None:
        return None
    next_ = [one.ends_at for one in known if one.starts_at == begin]
    running = [one.ends_at for one in known if one.starts_at <= now]
    return max(next_ + running)

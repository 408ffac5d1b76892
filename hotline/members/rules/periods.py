"""When a policy covers: from 16:00 of its first day until 16:00 of its last one, in Japan."""

from datetime import UTC, date, datetime, time
from typing import Protocol
from zoneinfo import ZoneInfo

from hotline.errors import N_, Problem

JAPAN = ZoneInfo("Asia/Tokyo")
CHANGES_AT = time(16)
"""15:59 on 1 April still belongs to the old year."""


class Period(Protocol):
    """What has a beginning and an end, half-open."""

    @property
    def period_from(self) -> datetime:
        """The first moment inside."""
        ...

    @property
    def period_to(self) -> datetime:
        """The first moment after it."""
        ...


def period(day_from: date, day_to: date) -> tuple[datetime, datetime]:
    """The two moments between which a policy of these days covers, in UTC. Raises Problem."""
    if day_from >= day_to:
        raise Problem(N_("The period must end after it begins."))
    return _changes(day_from), _changes(day_to)


def covers(policy: Period, at: datetime) -> bool:
    """Whether ``at`` lies in the period; its end already belongs to the next one."""
    return policy.period_from <= at < policy.period_to


def day_of(change: datetime) -> date:
    """The day in Japan on which a period begins or ends."""
    return change.astimezone(JAPAN).date()


def _changes(day: date) -> datetime:
    return datetime.combine(day, CHANGES_AT, JAPAN).astimezone(UTC)

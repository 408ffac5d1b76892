"""When people hear of a gap in the roster: once, in time, and again only of what is new."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Self
from zoneinfo import ZoneInfo

from hotline.duty.rules.week import WEEK, Stretch, gaps
from hotline.people.rules import Role

ZONE = ZoneInfo("Asia/Tokyo")

WATCHED = (Role.OPERATOR, Role.SUPERVISOR, Role.COORDINATOR)
"""Who is rung first, who is rung when they do not answer, and who is paged: the gaps of each are
shown and told."""

SETTLED_AFTER = timedelta(minutes=10)
"""Whoever plans a week takes shifts away before others are put there."""

AT_ONCE_WITHIN = timedelta(hours=24)
"""What begins so soon is told at once; the rest waits for the morning, all in one message."""

MORNING = timedelta(hours=9)

FOR_EVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Known:
    """A gap that was seen; ``ends_at`` is None where it reached to the end of what was looked at.

    ``told_at`` is None until people heard of it.
    """

    starts_at: datetime
    ends_at: datetime | None
    found_at: datetime
    told_at: datetime | None = None

    @property
    def stretch(self) -> Stretch:
        """It, with an end far away where none was seen."""
        return Stretch(self.starts_at, self.ends_at or FOR_EVER)

    def written(self) -> dict[str, str | None]:
        """It, as it is kept."""
        moments = (self.starts_at, self.ends_at, self.found_at, self.told_at)
        return {name: _iso(at) if at else None for name, at in zip(_KEPT, moments, strict=True)}

    @classmethod
    def read(cls, kept: Mapping[str, Any]) -> Self:
        """What ``written`` wrote."""
        return cls(**{name: kept[name] and datetime.fromisoformat(kept[name]) for name in _KEPT})


_KEPT = ("starts_at", "ends_at", "found_at", "told_at")


def remember(found: Iterable[Stretch], known: Sequence[Known], *, now: datetime) -> list[Known]:
    """What is known once ``found``, the gaps of the week from ``now`` on, were seen.

    A gap that lies in what was known is the same one, and stays as told as it was; one of which
    a part was covered before is new.
    """
    return [_remembered(gap, known, now=now) for gap in found]


def to_tell(known: Iterable[Known], *, now: datetime) -> list[Known]:
    """Those that people must hear of now."""
    return [one for one in known if one.told_at is None and _is_time(one, now=now)]


def _remembered(gap: Stretch, known: Sequence[Known], *, now: datetime) -> Known:
    ends_at = None if gap.ends_at >= now + WEEK else gap.ends_at
    mine = [one for one in known if _meet(one.stretch, gap)]
    if not mine or gaps([one.stretch for one in mine], first=gap.starts_at, last=gap.ends_at):
        return Known(gap.starts_at, ends_at, found_at=now)
    # One that runs began when it was seen first: what is kept changes with the roster alone.
    starts_at = mine[0].starts_at if gap.starts_at <= now else gap.starts_at
    untold = [one for one in mine if one.told_at is None]
    first = min(untold or mine, key=lambda one: one.found_at)
    return Known(starts_at, ends_at, first.found_at, first.told_at)


def _meet(one: Stretch, other: Stretch) -> bool:
    return one.starts_at < other.ends_at and other.starts_at < one.ends_at


def _is_time(one: Known, *, now: datetime) -> bool:
    if now - one.found_at < SETTLED_AFTER:
        return False
    return one.starts_at - now <= AT_ONCE_WITHIN or one.found_at < _last_morning(now)


def _last_morning(now: datetime) -> datetime:
    """The last 9:00 in Japan that has come."""
    local = now.astimezone(ZONE)
    today = local.replace(hour=0, minute=0, second=0, microsecond=0) + MORNING
    return today if today <= local else today - timedelta(days=1)


def _iso(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()

"""A partner's own hours: when it is open, and until when it has to answer."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from hotline.calendars.rules import (
    MINUTES_A_DAY,
    SEARCH_DAYS,
    Calendar,
    Label,
    NeverOpens,
    OfficialDays,
    OwnHours,
    Span,
    Spans,
    read_spans,
)

TOKYO = ZoneInfo("Asia/Tokyo")
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
ALL_DAY: Spans = (Span(0, MINUTES_A_DAY),)
WEEK_DAYS = 7


class Holidays(StrEnum):
    """Which holidays a partner keeps."""

    JAPAN = "japan"
    NONE = "none"


@dataclass(frozen=True)
class Hours:
    """When a partner is there; ``weekly`` has seven days, Monday first, in ``zone``."""

    round_the_clock: bool
    zone: str
    weekly: tuple[Spans, ...]
    holidays: Holidays


@dataclass(frozen=True)
class Stretch:
    """Open from ``start`` until before ``end``; both UTC."""

    start: datetime
    end: datetime


def read_weekly(stored: Sequence[Sequence[Sequence[str]]]) -> tuple[Spans, ...]:
    """Seven days out of what the table holds; a day that is missing there is closed."""
    days = [read_spans(spans) for spans in stored]
    return (*days, *((),) * (WEEK_DAYS - len(days)))


def calendar_of(
    name: str,
    hours: Hours,
    *,
    official: OfficialDays | None,
    own_hours: Mapping[date, OwnHours] | None = None,
) -> Calendar:
    """The calendar of the partner ``name``; ``official`` are Japan's holidays.

    Who answers at any hour keeps neither hours nor holidays; single dates count for everybody.
    """
    always = hours.round_the_clock
    keeps = hours.holidays is Holidays.JAPAN and not always
    return Calendar(
        name=name,
        label=Label(ja=name, en=name),
        zone=ZoneInfo(hours.zone),
        weekly=(ALL_DAY,) * WEEK_DAYS if always else hours.weekly,
        official=official if keeps else None,
        own_hours=own_hours or {},
    )


def reply_by(calendar: Calendar, offered_at: datetime, minutes: int) -> datetime:
    """When ``minutes`` of the partner's open hours have passed since ``offered_at``; UTC.

    A minute that has begun is still theirs: the answer is a whole one.
    Hours are half-open: sixty minutes from 16:00 on, open until 17:00, end at 17:00. They are
    counted as they pass, so that a night on which clocks are changed has as many as it has.
    Raises NeverOpens when nothing is open for SEARCH_DAYS, Uncovered outside the calendar's years.
    """
    left, reached = minutes * MINUTE, offered_at
    for stretch in open_stretches(calendar, offered_at):
        reached = stretch.start + left
        if reached <= stretch.end:
            return _minute_after(reached)
        left, reached = reached - stretch.end, stretch.end
    raise NeverOpens(calendar.name, calendar.local(reached).date())


def _minute_after(at: datetime) -> datetime:
    return _full_minute(at + MINUTE - timedelta.resolution).astimezone(UTC)


def open_stretches(calendar: Calendar, since: datetime) -> Iterator[Stretch]:
    """Every stretch of open time from ``since`` on, in order, until one closed for SEARCH_DAYS.

    One that goes on past a day or a change of clocks comes in parts: times are looked at in
    pieces during which the zone keeps its distance from UTC.
    """
    start, closed = since.astimezone(UTC), 0
    while closed <= SEARCH_DAYS:
        found = [one for piece in _pieces(calendar, start) for one in _open_in(calendar, piece)]
        yield from found
        closed = 0 if found else closed + 1
        start += DAY


def next_opening(calendar: Calendar, now: datetime) -> datetime | None:
    """When the partner is there next, ``now`` itself while it is open; None: not in SEARCH_DAYS."""
    stretch = next(open_stretches(calendar, now), None)
    return stretch.start if stretch else None


def _pieces(calendar: Calendar, start: datetime) -> Iterator[Stretch]:
    """The 24 hours from ``start`` on, cut where clocks are changed."""
    end = start + DAY
    while start < end:
        change = _change(calendar, start, end)
        yield Stretch(start, change)
        start = change


def _change(calendar: Calendar, start: datetime, end: datetime) -> datetime:
    """The first moment at which the zone's distance from UTC is another than at ``start``.

    Clocks are changed at full minutes; ``end`` when they are not changed before it.
    """
    distance = calendar.local(start).utcoffset()
    if calendar.local(end).utcoffset() == distance:
        return end
    same, other = start, end
    while other - same > timedelta(seconds=1):
        middle = same + (other - same) / 2
        if calendar.local(middle).utcoffset() == distance:
            same = middle
        else:
            other = middle
    return _full_minute(other)


def _full_minute(at: datetime) -> datetime:
    """The minute in which ``at`` lies, from its beginning."""
    return at.replace(second=0, microsecond=0)


def _open_in(calendar: Calendar, piece: Stretch) -> Iterator[Stretch]:
    """The open parts of a piece in which local time runs like UTC."""
    local = calendar.local(piece.start)
    distance = (local.utcoffset() or timedelta()).total_seconds()
    shift = timedelta(seconds=distance)
    first, last = (piece.start + shift).date(), (piece.end + shift).date()
    for number in range((last - first).days + 1):
        day = first + number * DAY
        midnight = datetime(day.year, day.month, day.day, tzinfo=UTC) - shift
        for span in calendar.hours_on(day):
            start = max(piece.start, midnight + span.start * MINUTE)
            end = min(piece.end, midnight + span.end * MINUTE)
            if start < end:
                yield Stretch(start, end)

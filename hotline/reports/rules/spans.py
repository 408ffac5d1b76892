"""Which days are reported on, in which parts, and with which days they are compared."""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from hotline.errors import N_, Invalid, Problem

ZONE = ZoneInfo("Asia/Tokyo")
ONE_DAY = timedelta(days=1)
FISCAL_MONTH = 4
"""In April a fiscal year begins in Japan."""

MOST_MONTHS = 36
BY_DAY = 45
"""Up to so many days are shown day by day, longer spans month by month."""

FORMER = -1
"""The place of the days a span is compared with, which are one part."""


class Named(StrEnum):
    """Spans that have a name."""

    YEAR = "year"
    """The last twelve months, the current one among them."""
    MONTH = "month"
    FISCAL = "fiscal"


@dataclass(frozen=True)
class Span:
    """Days in Japan from ``first`` to ``last``, both included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1

    @property
    def start(self) -> datetime:
        """The first instant of it."""
        return midnight(self.first)

    @property
    def end(self) -> datetime:
        """The first instant after it."""
        return midnight(self.last + ONE_DAY)

    def each_day(self) -> Iterator[date]:
        """Its days, in order."""
        return (self.first + timedelta(days=number) for number in range(self.days))


def midnight(day: date) -> datetime:
    """When ``day`` begins in Japan."""
    return datetime.combine(day, time(), ZONE).astimezone(UTC)


Stretch = tuple[time, time | None]
"""Times of a day: from, and until before; None is its end."""


def stretches(day: date, start: int, end: int) -> Iterator[tuple[date, Stretch]]:
    """Minutes of a day in Japan, from ``start`` until before ``end``, as times of days in UTC."""
    at, until = (midnight(day) + timedelta(minutes=minutes) for minutes in (start, end))
    while at < until:
        following = datetime.combine(at.date() + ONE_DAY, time(), UTC)
        stop = min(until, following)
        yield at.date(), (at.time(), None if stop == following else stop.time())
        at = stop


def today(now: datetime) -> date:
    """The day in Japan."""
    return now.astimezone(ZONE).date()


def named(name: str, on: date) -> Span:
    """The span of this name as it is on a day: it ends with that day."""
    month = on.replace(day=1)
    first = {
        Named.YEAR: _months_later(month, -11),
        Named.MONTH: month,
        Named.FISCAL: date(on.year - (on.month < FISCAL_MONTH), FISCAL_MONTH, 1),
    }[Named(name)]
    return Span(first, on)


def whole_months(first: date, last: date) -> Span:
    """The months of two days, with all their days. Raises Invalid naming ``from`` or ``to``."""
    ends = monthrange(last.year, last.month)[1]
    return checked(first.replace(day=1), last.replace(day=ends))


def checked(first: date, last: date) -> Span:
    """Days that somebody chose. Raises Invalid naming ``from`` or ``to``."""
    if last < first:
        raise Invalid({"to": Problem(N_("This day is before the first one."))})
    if last >= _months_later(first, MOST_MONTHS):
        sentence = N_("Choose %(months)s months at most.")
        raise Invalid({"to": Problem(sentence, months=MOST_MONTHS)})
    return Span(first, last)


def former(span: Span) -> Span:
    """The days to compare with: as far into the month or the year before, or as many days before.

    What begins with a month is compared by the calendar: a month with the month before it, more
    than a month with the same months of the year before.
    """
    if span.first.day != 1:
        return Span(span.first - timedelta(days=span.days), span.first - ONE_DAY)
    months = -1 if span.last < _months_later(span.first, 1) else -_years_of(span) * 12
    whole = span.last.day == monthrange(span.last.year, span.last.month)[1]
    last = _months_later(span.last, months)
    if whole:
        last = last.replace(day=monthrange(last.year, last.month)[1])
    return Span(_months_later(span.first, months), last)


def parts(span: Span) -> tuple[Span, ...]:
    """The span in days or in months, in order; the last month may not be over."""
    if is_by_day(span):
        return tuple(Span(day, day) for day in span.each_day())
    return months(span)


def months(span: Span) -> tuple[Span, ...]:
    """The span month by month, in order, however short it is."""
    return tuple(_months(span))


def is_by_day(span: Span) -> bool:
    """Whether the span is shown day by day."""
    return span.days <= BY_DAY


def _months(span: Span) -> Iterator[Span]:
    first = span.first
    while first <= span.last:
        following = _months_later(first.replace(day=1), 1)
        yield Span(first, min(following - ONE_DAY, span.last))
        first = following


def _years_of(span: Span) -> int:
    """How many years the span reaches into: two of them must not overlap."""
    years = 1
    while span.last >= _months_later(span.first, 12 * years):
        years += 1
    return years


def _months_later(day: date, months: int) -> date:
    """The same day of another month, or its last one where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))

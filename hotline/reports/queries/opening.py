"""Whether the hotline was open when a call came, asked for many calls at once."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from sqlalchemy import ColumnElement, and_, false, or_

from hotline.calendars import service as calendars
from hotline.reports.queries.moments import Instant, utc_day, utc_time
from hotline.reports.rules import Span, Stretch, stretches

CALENDAR = "hotline"


def is_open(at: Instant, spans: Sequence[Span]) -> ColumnElement[bool]:
    """Whether the calendar, with its single dates, is open at an instant within these spans.

    Asked of days and times in UTC, as instants are stored.
    """
    opened = _days_by_times(spans).items()
    return or_(false(), *(and_(_in(at, times), utc_day(at).in_(days)) for times, days in opened))


def _in(at: Instant, times: Stretch) -> ColumnElement[bool]:
    start, end = times
    since = utc_time(at) >= start
    return since if end is None else and_(since, utc_time(at) < end)


def _days_by_times(spans: Sequence[Span]) -> dict[Stretch, list[date]]:
    calendar = calendars.current(CALENDAR)
    found: dict[Stretch, list[date]] = defaultdict(list)
    for span in spans:
        for day in span.each_day():
            for hours in calendar.hours_on(day):
                for in_utc, times in stretches(day, hours.start, hours.end):
                    found[times].append(in_utc)
    return found

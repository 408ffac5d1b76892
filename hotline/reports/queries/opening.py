"""Whether the hotline was open when a call came, asked for many calls at once."""

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, false, or_

from hotline.calendars import service as calendars
from hotline.calendars.rules import Span as Hours
from hotline.reports.queries.moments import Instant, tokyo_day, tokyo_minute
from hotline.reports.rules import Span

CALENDAR = "hotline"


def is_open(at: Instant, spans: Sequence[Span]) -> ColumnElement[bool]:
    """Whether the calendar, with its single dates, is open at an instant within these spans."""
    days = _days_by_hours(spans)
    day, minute = tokyo_day(at), tokyo_minute(at)
    return or_(
        false(),
        *(
            and_(minute >= _face(hours.start), minute < _face(hours.end), day.in_(dates))
            for hours, dates in days.items()
        ),
    )


def _days_by_hours(spans: Sequence[Span]) -> dict[Hours, list[str]]:
    calendar = calendars.current(CALENDAR)
    found: dict[Hours, list[str]] = defaultdict(list)
    for span in spans:
        for day in span.each_day():
            for hours in calendar.hours_on(day):
                found[hours].append(day.isoformat())
    return found


def _face(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"

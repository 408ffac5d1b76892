"""When service starts, as the calendar of the line says."""

from datetime import datetime

from hotline import policy
from hotline.calendars import service as calendars
from hotline.calendars.rules import Calendar, ServiceStart, Uncovered
from hotline.duty.rules import LinesPolicy
from hotline.errors import Invalid


def calendar_of(line: str) -> Calendar:
    """The calendar that this line follows."""
    return calendars.current(policy.get(LinesPolicy).line(line).calendar)


def service_start(line: str, at: datetime) -> ServiceStart:
    """When service starts for what came at ``at``. Raises Invalid outside the calendar's years."""
    try:
        return calendar_of(line).service_start(at)
    except Uncovered as uncovered:
        raise Invalid({"received_at": uncovered}) from uncovered

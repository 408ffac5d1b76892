"""When service starts, as the calendar of the line says, and the number of a new ticket."""

import secrets
from datetime import datetime

from sqlalchemy import bindparam, exists, select

from hotline import policy
from hotline.calendars import queries as dates
from hotline.calendars import service as calendars
from hotline.calendars.models import CalendarException
from hotline.calendars.rules import Calendar, ServiceStart, Uncovered
from hotline.db import Ready, ask
from hotline.duty.rules import LinesPolicy
from hotline.errors import Invalid
from hotline.tickets import rules
from hotline.tickets.models import Ticket

_NUMBER = select(exists().where(Ticket.number == bindparam("number")).label("taken")).subquery()
_OWN = CalendarException.__table__
_BOTH = Ready(
    select(
        _NUMBER.c.taken, _OWN.c.day, _OWN.c.spans, _OWN.c.reason_ja, _OWN.c.reason_en
    ).select_from(_NUMBER.outerjoin(_OWN, _OWN.c.calendar == bindparam("calendar")))
)


def calendar_of(line: str) -> Calendar:
    """The calendar that this line follows."""
    return calendars.current(_name(line))


def service_start(line: str, at: datetime) -> ServiceStart:
    """When service starts for what came at ``at``. Raises Invalid outside the calendar's years."""
    return start_in(calendar_of(line), at)


def start_in(calendar: Calendar, at: datetime) -> ServiceStart:
    """As ``service_start``, in a calendar that is at hand."""
    try:
        return calendar.service_start(at)
    except Uncovered as uncovered:
        raise Invalid({"received_at": uncovered}) from uncovered


def number_and_calendar(line: str) -> tuple[str, Calendar]:
    """A random number nobody has, and the calendar of the line: one question for both.

    The unique key of the table catches who draws the same number at the same moment.
    """
    name = _name(line)
    while True:
        number = rules.make_number(secrets.randbelow)
        found = ask(_BOTH, number=number, calendar=name)
        if not found[0].taken:
            own = dates.of_rows(row for row in found if row.day is not None)
            return number, calendars.from_config(name).with_own_hours(own)


def _name(line: str) -> str:
    return policy.get(LinesPolicy).line(line).calendar

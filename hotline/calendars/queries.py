"""Single dates that depart from the rule, as they are kept."""

from datetime import date

from sqlalchemy import bindparam, select

from hotline.calendars import rules
from hotline.calendars.models import CalendarException
from hotline.db import db

# Asked for every call: built once.
_OWN_HOURS = select(
    CalendarException.day,
    CalendarException.spans,
    CalendarException.reason_ja,
    CalendarException.reason_en,
).where(CalendarException.calendar == bindparam("calendar"))


def own_hours(calendar: str) -> dict[date, rules.OwnHours]:
    """Every date of ``calendar`` that has hours of its own, in one query."""
    rows = db.session.execute(_OWN_HOURS, {"calendar": calendar})
    return {day: _own_hours(spans, ja, en) for day, spans, ja, en in rows}


def exceptions(calendar: str | None = None) -> list[CalendarException]:
    """The rows of ``calendar``, or of all calendars, by date."""
    wanted = select(CalendarException).order_by(CalendarException.day, CalendarException.calendar)
    if calendar is not None:
        wanted = wanted.where(CalendarException.calendar == calendar)
    return list(db.session.scalars(wanted))


def exception(calendar: str, day: date) -> CalendarException | None:
    """The row of one date, or None when the rule holds."""
    return db.session.scalar(
        select(CalendarException).where(
            CalendarException.calendar == calendar, CalendarException.day == day
        )
    )


def _own_hours(spans: list[list[str]], ja: str, en: str) -> rules.OwnHours:
    return rules.OwnHours(rules.read_spans(spans), rules.Label(ja=ja, en=en))

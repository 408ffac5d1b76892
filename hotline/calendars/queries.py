"""Single dates that depart from the rule, as they are kept."""

from collections.abc import Iterable
from datetime import date
from typing import Any

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
    return of_rows(db.session.execute(_OWN_HOURS, {"calendar": calendar}))


def of_rows(rows: Iterable[Any]) -> dict[date, rules.OwnHours]:
    """Dates with hours of their own, from rows of day, spans, reason_ja and reason_en."""
    return {row.day: _own_hours(row.spans, row.reason_ja, row.reason_en) for row in rows}


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

"""What rows, columns and figures are called, on the page and in files."""

from collections.abc import Callable
from datetime import date, timedelta

from flask_babel import format_date

from hotline.edge import stories
from hotline.edge.language import current, gettext
from hotline.errors import N_
from hotline.reports.queries import Report
from hotline.reports.rules import Column, Figure, Key, Of, Span, Table, Unit, is_by_day
from hotline.web import formats

NOTHING = "–"
MINUS = "−"

HOURS = {"in": N_("In hours"), "out": N_("Out of hours")}
AT_ONCE = {"at_once": N_("At once, in hours"), "later": N_("For a later time")}

UNITS = {
    Unit.SECONDS: N_("seconds"),
    Unit.MINUTES: N_("minutes"),
    Unit.HOURS: N_("hours"),
    Unit.YEN: N_("yen"),
    Unit.SHARE: "%",
}
"""In files, where a figure is a plain number, its unit stands beside the name of the column."""


def day(on: date) -> str:
    """``2026年11月4日``."""
    return str(format_date(on, gettext("d MMM y"), rebase=False))


def span(of: Span) -> str:
    """``2025年12月1日～2026年11月22日``."""
    return gettext("%(first)s to %(last)s", first=day(of.first), last=day(of.last))


def part(of: Span, *, by_day: bool) -> str:
    """``2026年11月``, or ``11月4日（水）``; a month that is not whole names its days."""
    if by_day:
        return formats.day(of.first)
    return str(format_date(of.first, gettext("MMM y"), rebase=False))


def mark(of: Span, *, by_day: bool) -> str:
    """Below an axis: ``11月`` or ``4``."""
    return str(format_date(of.first, "d" if by_day else gettext("MMM"), rebase=False))


def rows_are(table: Table, report: Report) -> str:
    """What stands in the first column."""
    if table.of is Of.PART:
        return gettext("Day") if is_by_day(report.span) else gettext("Month")
    return gettext(ROWS[table.of])


ROWS = {
    Of.HOURS: N_("Hours"),
    Of.AT_ONCE: N_("Promised for"),
    Of.CASE_TYPE: N_("Case type"),
    Of.SEVERITY: N_("Severity"),
    Of.LINE: N_("Line"),
    Of.STATUS: N_("Status"),
    Of.VENDOR: N_("Partner and function"),
    Of.FUNCTION: N_("Function"),
    Of.CLOCK: N_("Deadline"),
}


def row(key: Key, table: Table, report: Report) -> str:
    """What one row is of."""
    if table.of is Of.PART:
        return part(report.parts[_number(key)], by_day=is_by_day(report.span))
    if isinstance(key, tuple):
        vendor_id, function = key
        name = report.vendors.get(vendor_id, "")
        return gettext("%(vendor)s, %(function)s", vendor=name, function=formats.function(function))
    return CODES[table.of](str(key))


def _number(key: Key) -> int:
    return key if isinstance(key, int) else 0


def _case_type(code: str) -> str:
    return formats.case_type(code) if code else gettext("not known yet")


def _clock(code: str) -> str:
    return stories.clock(code, current())


def hours(code: str) -> str:
    """``時間内``."""
    return gettext(HOURS[code])


CODES: dict[Of, Callable[[str], str]] = {
    Of.HOURS: hours,
    Of.AT_ONCE: lambda code: gettext(AT_ONCE[code]),
    Of.CASE_TYPE: _case_type,
    Of.SEVERITY: formats.severity,
    Of.LINE: formats.line,
    Of.STATUS: formats.ticket_status,
    Of.FUNCTION: formats.function,
    Of.CLOCK: _clock,
}


def figure(value: Figure, column: Column) -> str:
    """``1,234``, ``87.5%``, ``1時間12分``; a dash where there is nothing to reckon from."""
    return NOTHING if value is None else FIGURES[column.unit](value)


def _share(permille: int) -> str:
    return f"{permille // 10}.{permille % 10}%"


def _minutes(minutes: int) -> str:
    return formats.span(timedelta(minutes=minutes)) if minutes else gettext("under 1 min")


def _hours(hours: int) -> str:
    return formats.span(timedelta(hours=hours)) if hours else gettext("under 1 h")


def _yen(amount: int) -> str:
    return gettext("%(amount)s yen", amount=f"{amount:,}")


FIGURES: dict[Unit, Callable[[int], str]] = {
    Unit.COUNT: lambda count: f"{count:,}",
    Unit.SHARE: _share,
    Unit.SECONDS: formats.call_length,
    Unit.MINUTES: _minutes,
    Unit.HOURS: _hours,
    Unit.YEN: _yen,
}


def change(value: Figure, before: Figure, column: Column) -> str:
    """By how much a figure is more or less than before: ``+12``; "" where it cannot be said."""
    if value is None or before is None:
        return ""
    if value == before:
        return "±0"
    sign, by = ("+" if value > before else MINUS), abs(value - before)
    if column.unit is Unit.SHARE:
        return gettext("%(change)s points", change=f"{sign}{by // 10}.{by % 10}")
    return f"{sign}{FIGURES[column.unit](by)}"


def head(column: Column) -> str:
    """The name of a column in a file: with its unit."""
    label = gettext(column.label)
    if column.unit is Unit.COUNT:
        return label
    return gettext("%(label)s (%(unit)s)", label=label, unit=gettext(UNITS[column.unit]))

"""Days, minutes and seconds of stored instants, in the words of both databases."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Integer, String, and_, case, or_
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.functions import FunctionElement

from hotline.reports.rules import FORMER, Span

Instant = InstrumentedAttribute[Any] | ColumnElement[Any]


class tokyo_day(FunctionElement[str]):  # noqa: N801 - a function of the database
    """The day in Japan of an instant: "2026-11-04"."""

    type = String()
    inherit_cache = True


class tokyo_minute(FunctionElement[str]):  # noqa: N801 - a function of the database
    """The minute of its day in Japan: "09:00"."""

    type = String()
    inherit_cache = True


class seconds_from(FunctionElement[int]):  # noqa: N801 - a function of the database
    """Seconds from one instant to another, fractions of both cut off."""

    type = Integer()
    inherit_cache = True


@compiles(tokyo_day, "sqlite")
def _day_of_sqlite(element: Any, compiler: Any, **how: Any) -> str:
    return f"date({compiler.process(element.clauses, **how)}, '+9 hours')"


@compiles(tokyo_day, "postgresql")
def _day_of_postgresql(element: Any, compiler: Any, **how: Any) -> str:
    at = compiler.process(element.clauses, **how)
    return f"to_char({at} AT TIME ZONE 'Asia/Tokyo', 'YYYY-MM-DD')"


@compiles(tokyo_minute, "sqlite")
def _minute_of_sqlite(element: Any, compiler: Any, **how: Any) -> str:
    return f"strftime('%H:%M', {compiler.process(element.clauses, **how)}, '+9 hours')"


@compiles(tokyo_minute, "postgresql")
def _minute_of_postgresql(element: Any, compiler: Any, **how: Any) -> str:
    at = compiler.process(element.clauses, **how)
    return f"to_char({at} AT TIME ZONE 'Asia/Tokyo', 'HH24:MI')"


@compiles(seconds_from, "sqlite")
def _seconds_of_sqlite(element: Any, compiler: Any, **how: Any) -> str:
    start, end = (compiler.process(one, **how) for one in element.clauses)
    return f"(strftime('%s', {end}) - strftime('%s', {start}))"


@compiles(seconds_from, "postgresql")
def _seconds_of_postgresql(element: Any, compiler: Any, **how: Any) -> str:
    start, end = (compiler.process(one, **how) for one in element.clauses)
    seconds = "CAST(floor(extract(epoch FROM {0})) AS bigint)"
    return f"({seconds.format(end)} - {seconds.format(start)})"


def part_of(at: Instant, spans: Sequence[Span]) -> ColumnElement[int]:
    """Which of these spans an instant lies in, FORMER for the first one, 0 for the second …

    Months are told apart by their first instants, so that both databases count alike.
    """
    steps = [(and_(at >= one.start, at < one.end), FORMER + n) for n, one in enumerate(spans)]
    return case(*steps)


def within(at: Instant, spans: Sequence[Span]) -> ColumnElement[bool]:
    """Whether an instant lies in the first of these spans, or in one of the others together."""
    before, first, last = spans[0], spans[1], spans[-1]
    return or_(and_(at >= before.start, at < before.end), and_(at >= first.start, at < last.end))

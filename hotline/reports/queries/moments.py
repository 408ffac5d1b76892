"""Days, minutes and seconds of stored instants, in the words of both databases."""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import ColumnElement, Date, Integer, Time, and_, case, literal_column, not_
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.functions import FunctionElement

from hotline.reports.rules import FORMER, Span

Instant = InstrumentedAttribute[Any] | ColumnElement[Any]


class utc_day(FunctionElement[date]):  # noqa: N801 - a function of the database
    """The day of an instant, in UTC."""

    type = Date()
    inherit_cache = True


class utc_time(FunctionElement[time]):  # noqa: N801 - a function of the database
    """The time of its day, in UTC."""

    type = Time()
    inherit_cache = True


class seconds_from(FunctionElement[int]):  # noqa: N801 - a function of the database
    """Seconds from one instant to another, fractions of both cut off."""

    type = Integer()
    inherit_cache = True


@compiles(utc_day, "sqlite")
def _day_of_sqlite(element: Any, compiler: Any, **how: Any) -> str:
    return f"substr({compiler.process(element.clauses, **how)}, 1, 10)"


@compiles(utc_day, "postgresql")
def _day_of_postgresql(element: Any, compiler: Any, **how: Any) -> str:
    return f"CAST({compiler.process(element.clauses, **how)} AT TIME ZONE 'UTC' AS date)"


@compiles(utc_time, "sqlite")
def _time_of_sqlite(element: Any, compiler: Any, **how: Any) -> str:
    return f"substr({compiler.process(element.clauses, **how)}, 12)"


@compiles(utc_time, "postgresql")
def _time_of_postgresql(element: Any, compiler: Any, **how: Any) -> str:
    return f"CAST({compiler.process(element.clauses, **how)} AT TIME ZONE 'UTC' AS time)"


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
    """Which of these spans an instant ``within`` them lies in: FORMER for the first one, 0 for the
    second …

    Months are told apart by their first instants, so that both databases count alike.
    """
    return _place_of(at, [one.start for one in spans], FORMER)


def _place_of(at: Instant, starts: Sequence[datetime], first: int) -> ColumnElement[int]:
    """By halves: few comparisons, however many starts there are."""
    if len(starts) == 1:
        return literal_column(str(first), Integer())
    half = len(starts) // 2
    earlier = _place_of(at, starts[:half], first)
    return case((at < starts[half], earlier), else_=_place_of(at, starts[half:], first + half))


def within(at: Instant, spans: Sequence[Span]) -> ColumnElement[bool]:
    """Whether an instant lies in the first of these spans, or in one of the others together.

    Said so that an index is gone through once, from the first instant to the last.
    """
    before, first, last = spans[0], spans[1], spans[-1]
    between = and_(at >= before.end, at < first.start)
    return and_(at >= before.start, at < last.end, not_(between))

"""How questions are put to the database: codes that its indexes know, and counts that stop."""

from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, func, literal_column, select
from sqlalchemy.orm import InstrumentedAttribute

COUNTED_TO = 100
"""A number beside a page is counted so far: nobody acts otherwise for one more."""


class Counting(NamedTuple):
    """How many there are of something: a statement that is made once, and what it is asked with.

    Several are asked in one statement: a name means the same in all of them.
    """

    statement: Select[int]
    values: Mapping[str, Any] = MappingProxyType({})


def among(column: InstrumentedAttribute[str], codes: Collection[str]) -> ColumnElement[bool]:
    """Whether the column holds one of these codes of ours, as they are written in an index.

    An index over a part of a table serves no question whose codes are sent as parameters.
    """
    assert all(code.isidentifier() for code in codes)  # noqa: S101 - never what somebody typed
    found: ColumnElement[bool] = column.in_([literal_column(f"'{one}'") for one in sorted(codes)])
    return found


def counted(query: Select[Any], to: int = COUNTED_TO) -> Select[Any]:
    """The same question for a count, ended at ``to``: what it costs does not grow.

    The end is written out: a planner that is not told of it expects a tenth of all rows, and
    plans anew each time a statement of several counts is asked.
    """
    rows: Select[Any] = query.with_only_columns(
        literal_column("1"), maintain_column_froms=True
    ).limit(literal_column(str(to)))
    return select(func.count()).select_from(rows.subquery())

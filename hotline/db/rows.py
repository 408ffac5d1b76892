"""How the rows of each table are filled up, and how they are written."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import Dialect, Table
from sqlalchemy.sql.compiler import SQLCompiler

from hotline.db.driving import STYLES, Maker

Row = dict[str, Any]
Shape = tuple[tuple[Table, bool], ...]
"""Tables to write into, and whether the rows for each bring their ids."""


class Plan:
    """What a row of one table has when nothing is said about a column."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.names = frozenset(table.columns.keys())
        self.has_id = "id" in table.columns
        defaults: dict[str, Any] = {
            one.name: one.default for one in table.columns if one.name != "id"
        }
        made = {name: one for name, one in defaults.items() if one and one.is_callable}
        self._made: dict[str, Callable[[], Any]] = {name: _maker(one) for name, one in made.items()}
        self._blank = {
            name: one.arg if one else None for name, one in defaults.items() if name not in made
        }
        self._given = {name: one for name, one in self._blank.items() if one is not None}

    def row(self, values: Mapping[str, Any]) -> Row:
        """``values`` with the defaults beside them; what has none is left out, and is NULL.

        Raises TypeError for what is no column: it would be lost silently.
        """
        return self._filled({**self._given, **values})

    def whole(self, values: Mapping[str, Any]) -> Row:
        """As ``row``, with every column but the id."""
        return self._filled({**self._blank, **values})

    def _filled(self, row: Row) -> Row:
        for name, make in self._made.items():
            if name not in row:
                row[name] = make()
        if not self.names.issuperset(row):
            raise TypeError(f"{self.table.name} has no {sorted(row.keys() - self.names)}")
        return row


def _maker(default: Any) -> Callable[[], Any]:
    return lambda: default.arg(None)


plan_of = cache(Plan)


def _plain(value: object) -> str:
    """A moment or a date as PostgreSQL reads it."""
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError(f"A time without a zone cannot be stored: {value!r}")
        return value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} cannot wait to be written")


as_json = json.JSONEncoder(
    ensure_ascii=False, check_circular=False, separators=(",", ":"), default=_plain
).encode
"""The rows of one table as one text."""


@cache
def together(shape: Shape) -> str:
    """PostgreSQL's statement that writes the rows of these tables, each table's in one value.

    Its words depend on the tables alone: so the server has it prepared, however many rows
    there are. References are checked when all of them are in.
    """
    inserts = [
        _insert_from_json(table, place, with_id=with_id)
        for place, (table, with_id) in enumerate(shape, 1)
    ]
    *first, last = inserts
    named = ", ".join(f"w{place} AS ({one})" for place, one in enumerate(first))
    return f"WITH {named} {last}" if named else last


def _insert_from_json(table: Table, place: int, *, with_id: bool) -> str:
    names = [f'"{one.name}"' for one in table.columns if with_id or one.name != "id"]
    columns = ", ".join(names)
    # Only names of our own tables and columns enter the text.
    return (
        f'INSERT INTO "{table.name}" ({columns}) SELECT {columns}'  # noqa: S608
        f' FROM json_populate_recordset(NULL::"{table.name}", ${place}::json)'
    )


class OneByOne:
    """SQLite's statement that writes one row of a table after the other."""

    def __init__(self, table: Table, dialect: Dialect, *, with_id: bool) -> None:
        columns = [one for one in table.columns if with_id or one.name != "id"]
        style = type(dialect)(paramstyle=STYLES[dialect.name])  # type: ignore[call-arg]  # all take it
        compiled = table.insert().compile(dialect=style, column_keys=[one.name for one in columns])
        assert isinstance(compiled, SQLCompiler)  # noqa: S101 - an INSERT is put into words
        self.text = str(compiled)
        types = {one.name: one.type.dialect_impl(dialect) for one in columns}
        self._places: list[tuple[str, Maker]] = [
            (name, types[name].bind_processor(dialect)) for name in compiled.positiontup or ()
        ]

    def values(self, rows: Sequence[Row]) -> list[list[Any]]:
        """The values of all rows, in the order of their places."""
        return [
            [make(row[name]) if make else row[name] for name, make in self._places] for row in rows
        ]


_one_by_one: dict[tuple[Table, bool], OneByOne] = {}


def one_by_one(table: Table, dialect: Dialect, *, with_id: bool) -> OneByOne:
    """The statement for ``table``, put into words once."""
    key = (table, with_id)
    if key not in _one_by_one:
        _one_by_one[key] = OneByOne(table, dialect, with_id=with_id)
    return _one_by_one[key]

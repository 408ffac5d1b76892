"""Rows that wait: what is only added is written together, before anybody asks the database.

A row that waits is in the table as soon as the same session asks for anything, changes anything
else, or commits. So a verb that only adds rows costs one statement, however many it adds.
"""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from functools import cache
from typing import Any, cast

from flask_sqlalchemy.session import Session as FlaskSession
from sqlalchemy import Connection, Insert, Table, event
from sqlalchemy.orm import DeclarativeBase, SessionTransaction, make_transient_to_detached

from hotline.db.drawing import draw_id

ALONE = "alone"
"""The execution option of a statement that is a whole transaction by itself."""

Row = dict[str, Any]


class WaitingSession(FlaskSession):
    """A session whose new rows may wait; it writes them before it does anything else."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._waiting: dict[tuple[Table, bool], list[Row]] = {}
        self._put: list[object] = []

    def append(self, table: Table, values: Mapping[str, object]) -> None:
        """Have a row of ``table`` wait; what is not in ``values`` has the column's default."""
        if unknown := values.keys() - table.columns.keys():
            raise TypeError(f"{table.name} has no {sorted(unknown)}")  # It would be lost silently.
        row = {**_defaults_of(table), **values}
        self._waiting.setdefault((table, "id" in values), []).append(row)

    def put(self, row: DeclarativeBase) -> None:
        """Have a new object wait, and hold it as if it had been read from its table.

        Its id is drawn ahead, so that other rows can name it: the unit of work would need an
        answer of the database for each such row, and as long again to keep its books.
        """
        table = cast(Table, row.__table__)
        values = vars(row)
        for name, value in _defaults_of(table).items():
            values.setdefault(name, value)
        columns = {name: values[name] for name, _ in _known_defaults(table)}
        if "id" in table.columns:
            self._give_id(table, values, columns)
        else:
            self.append(table, columns)
        make_transient_to_detached(row)
        self.add(row)
        self._put.append(row)

    def _give_id(self, table: Table, values: Row, columns: Row) -> None:
        connection = super().connection()
        if connection.dialect.name == "postgresql":
            values["id"] = draw_id(connection, table)
            self.append(table, {**columns, "id": values["id"]})
            return
        # Nothing travels to SQLite, and whoever writes is alone: the row goes in at once.
        values["id"] = connection.execute(_insert_into(table), columns).lastrowid

    def send(self, *, alone: bool = False) -> None:
        """Write what waits. ``alone``: it is all that this transaction writes, and ends it."""
        if not self._waiting:
            return
        waiting, self._waiting = self._waiting, {}
        connection = super().connection()
        if connection.dialect.name == "postgresql":
            _send_together(connection, waiting, alone=alone)
            return
        for (table, _), rows in waiting.items():
            connection.execute(_insert_into(table), rows)

    def forget(self) -> None:
        """Drop what waits, and let go of what was put: it will not be in the database."""
        self._waiting = {}
        for row in self._put:
            if row in self:
                self.expunge(row)
        self._put = []

    def execute(self, *args: Any, **options: Any) -> Any:
        """As ever; what waits is written first."""
        self.send()
        return super().execute(*args, **options)

    def scalar(self, *args: Any, **options: Any) -> Any:
        """As ever; what waits is written first."""
        self.send()
        return super().scalar(*args, **options)

    def scalars(self, *args: Any, **options: Any) -> Any:
        """As ever; what waits is written first."""
        self.send()
        return super().scalars(*args, **options)

    def connection(self, *args: Any, **options: Any) -> Connection:
        """As ever; what waits is written first."""
        self.send()
        return super().connection(*args, **options)

    def begin_nested(self) -> SessionTransaction:
        """As ever; what waits is written first, and stays when only the inner part fails."""
        self.send()
        self._put = []
        return super().begin_nested()

    def rollback(self) -> None:
        """As ever; what waits is dropped."""
        self.forget()
        super().rollback()

    def close(self) -> None:
        """As ever; what waits is dropped."""
        self.forget()
        super().close()


@event.listens_for(WaitingSession, "before_flush")
@event.listens_for(WaitingSession, "before_commit")
def _send_first(session: WaitingSession, *_rest: object) -> None:
    session.send()


@event.listens_for(WaitingSession, "after_soft_rollback")
def _forget(session: WaitingSession, _previous: SessionTransaction) -> None:
    session.forget()


@event.listens_for(WaitingSession, "after_commit")
def _keep(session: WaitingSession) -> None:
    session._put = []


def _send_together(
    connection: Connection, waiting: Mapping[tuple[Table, bool], list[Row]], *, alone: bool
) -> None:
    """All rows of all tables in one statement, whose text depends on nothing but the tables.

    The rows travel as one JSON text a table: so the server has prepared the statement already,
    however many rows there are. References are checked when all of them are in.
    """
    connection.exec_driver_sql(
        _together(tuple(waiting)),
        tuple(json.dumps(rows, ensure_ascii=False, default=_plain) for rows in waiting.values()),
        execution_options={ALONE: alone},
    )


@cache
def _together(shape: tuple[tuple[Table, bool], ...]) -> str:
    inserts = [_insert_from_json(table, with_id) for table, with_id in shape]
    *first, last = inserts
    named = ", ".join(f"w{place} AS ({one})" for place, one in enumerate(first))
    return f"WITH {named} {last}" if named else last


def _insert_from_json(table: Table, with_id: bool) -> str:
    names = [f'"{one.name}"' for one in table.columns if with_id or one.name != "id"]
    columns = ", ".join(names)
    # Only names of our own tables and columns enter the text.
    return (
        f'INSERT INTO "{table.name}" ({columns}) SELECT {columns}'  # noqa: S608
        f' FROM json_populate_recordset(NULL::"{table.name}", %s::json)'
    )


def _plain(value: object) -> str:
    """A moment or a date as PostgreSQL reads it."""
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError(f"A time without a zone cannot be stored: {value!r}")
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} cannot wait to be written")


@cache
def _insert_into(table: Table) -> Insert:
    return table.insert()


@cache
def _known_defaults(table: Table) -> tuple[tuple[str, Callable[[], object]], ...]:
    """Each column but the id, and how its value is made when none is given."""
    return tuple((one.name, _maker(one.default)) for one in table.columns if one.name != "id")


def _maker(default: Any) -> Callable[[], object]:
    if default is None:
        return lambda: None
    if default.is_callable:
        return lambda: default.arg(None)
    return lambda: default.arg


def _defaults_of(table: Table) -> Row:
    return {name: make() for name, make in _known_defaults(table)}

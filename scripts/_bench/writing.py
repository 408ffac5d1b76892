"""Write many rows past the unit of work: COPY on PostgreSQL, executemany on SQLite.

While ``quickly()`` lasts a crash may lose the database; when it ends, everything that keeps the
database safe and quick stands again: indexes, constraints, triggers, statistics, settings.
"""

import csv
import io
import json
import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import date, datetime
from typing import Any, Protocol

import psycopg
from psycopg import sql
from sqlalchemy import Engine

from _bench.shapes import Shape, Sheaf, shape_of
from hotline import fulltext
from hotline.db import Base
from hotline.transaction import SQLITE_PRAGMAS, schema_change


class Writer(Protocol):
    """One way to write much; ``hands``: so many processes may write at once."""

    hands: int

    def quickly(self, models: Sequence[type[Base]]) -> AbstractContextManager[None]:
        """A block in which nothing counts but writing rows of these models."""

    def write(self, sheaf: Sheaf) -> None:
        """Write all rows and commit."""

    def replace(self, model: type[Base], sheaf: Sheaf) -> None:
        """Write the rows of one model in place of those that are there."""


def writer_for(engine: Engine) -> Writer:
    """The writer for the database of this engine."""
    if engine.dialect.name == "sqlite":
        return SqliteWriter(engine)
    return PostgresqlWriter(engine)


NULL = "\\N"


_json = json.JSONEncoder(ensure_ascii=False).encode

ENCODED: dict[type, Callable[[Any], str]] = {
    type(None): lambda _: NULL,
    bool: lambda value: "t" if value else "f",
    datetime: datetime.isoformat,
    date: date.isoformat,
    dict: _json,
    list: _json,
}
"""Type to how COPY reads it from CSV; all others are written as they are."""


def _plain(row: list[Any]) -> list[Any]:
    return [ENCODED[kind](value) if (kind := type(value)) in ENCODED else value for value in row]


INDEXES = """
SELECT indexname, indexdef FROM pg_indexes
WHERE schemaname = 'public' AND tablename = ANY(%s)
  AND indexname NOT IN (SELECT conname FROM pg_constraint)
"""
CONSTRAINTS = """
SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
WHERE connamespace = 'public'::regnamespace
  AND (contype = 'f' OR contype IN ('p', 'u') AND conrelid::regclass::text = ANY(%s))
ORDER BY position(contype::text IN 'fup')
"""
"""Foreign keys of all tables: they hang on the primary keys, which come last."""
SEQUENCE = "SELECT setval(pg_get_serial_sequence({}, 'id'), (SELECT max(id) FROM {}))"
QUICKER = ("SET maintenance_work_mem = '1GB'", "SET max_parallel_maintenance_workers = 2")


class PostgresqlWriter:
    """Drops indexes and constraints of the tables it fills, and lays them again as they were."""

    hands = 4

    def __init__(self, engine: Engine) -> None:
        address = engine.url.set(drivername="postgresql")
        self.address = address.render_as_string(hide_password=False)
        self.of_process: tuple[int, psycopg.Connection] | None = None

    @property
    def connection(self) -> psycopg.Connection:
        """One for each process: a connection must not be shared across a fork."""
        if self.of_process is None or self.of_process[0] != os.getpid():
            made = psycopg.connect(self.address, autocommit=True)
            made.execute("SET synchronous_commit = off")
            self.of_process = os.getpid(), made
        return self.of_process[1]

    @contextmanager
    def quickly(self, models: Sequence[type[Base]]) -> Iterator[None]:
        """The tables of ``models`` have no indexes and constraints for this block."""
        tables = [shape_of(model).table.name for model in models]
        run = self.connection.execute
        indexes = run(INDEXES, [tables]).fetchall()
        constraints = run(CONSTRAINTS, [tables]).fetchall()
        for table, name, _ in constraints:
            run(_named("ALTER TABLE {} DROP CONSTRAINT {}", table, name))
        for name, _ in indexes:
            run(_named("DROP INDEX {}", name))
        try:
            yield
        finally:
            for statement in QUICKER:
                run(statement)
            for _, definition in indexes:
                run(definition)
            for table, name, definition in reversed(constraints):
                add = _named("ALTER TABLE {} ADD CONSTRAINT {} ", table, name)
                run(add + sql.SQL(definition))
        self._as_if_long_there(models)

    def _as_if_long_there(self, models: Sequence[type[Base]]) -> None:
        """New rows get new ids; the planner knows what there is; nothing is left to tidy up."""
        for table in (shape_of(model).table for model in models):
            if "id" in table.columns:
                name = sql.Literal(table.name), sql.Identifier(table.name)
                self.connection.execute(sql.SQL(SEQUENCE).format(*name))
        self.connection.execute("VACUUM (FREEZE, ANALYZE)")
        self.connection.execute("CHECKPOINT")
        self.connection.close()
        self.of_process = None

    def write(self, sheaf: Sheaf) -> None:
        """COPY each table; the chunk stands as a whole or not at all."""
        with self.connection.transaction(), self.connection.cursor() as cursor:
            for model, rows in sheaf.rows.items():
                self._copy(cursor, shape_of(model), rows)

    def replace(self, model: type[Base], sheaf: Sheaf) -> None:
        """All rows of the model anew."""
        self.connection.execute(_named("DELETE FROM {}", shape_of(model).table.name))
        self.write(sheaf)

    def _copy(self, cursor: psycopg.Cursor, shape: Shape, rows: list[list[Any]]) -> None:
        out = io.StringIO()
        write = csv.writer(out, lineterminator="\n")
        write.writerows(map(_plain, rows))
        columns = sql.SQL(", ").join(map(sql.Identifier, shape.columns))
        into = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT csv, NULL '\\N')")
        with cursor.copy(into.format(sql.Identifier(shape.table.name), columns)) as copy:
            copy.write(out.getvalue())


def _named(statement: str, *names: str) -> sql.Composed:
    return sql.SQL(statement).format(*(sql.Identifier(name) for name in names))


UNSAFE = ("journal_mode=OFF", "synchronous=OFF", "foreign_keys=OFF")


class SqliteWriter:
    """One transaction without a journal; the search indexes are built at the end."""

    hands = 1

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.connection: sqlite3.Connection | None = None

    @contextmanager
    def quickly(self, models: Sequence[type[Base]]) -> Iterator[None]:
        """Without triggers, without a journal; afterwards as safe as the product has it."""
        self.engine.dispose()
        path = str(self.engine.url.database)
        self.connection = sqlite3.connect(path, isolation_level=None)
        run = self.connection.execute
        for pragma in UNSAFE:
            run(f"PRAGMA {pragma}")
        for (name,) in run("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            run(f'DROP TRIGGER "{name}"')
        run("BEGIN")
        try:
            yield
        finally:
            run("COMMIT")
            for pragma in SQLITE_PRAGMAS:
                run(f"PRAGMA {pragma}")
            self.connection.close()
            self.connection = None
        with schema_change(), self.engine.begin() as connection:
            fulltext.keep_in_step(connection)
            connection.exec_driver_sql("ANALYZE")

    def write(self, sheaf: Sheaf) -> None:
        """One executemany a table, with each value as the engine would write it."""
        assert self.connection is not None
        for model, rows in sheaf.rows.items():
            shape = shape_of(model)
            encoders = [
                column.type.dialect_impl(self.engine.dialect).bind_processor(self.engine.dialect)
                for column in shape.table.columns
            ]
            places = ", ".join("?" * len(shape.columns))
            names = ", ".join(f'"{name}"' for name in shape.columns)
            self.connection.executemany(
                f'INSERT INTO "{shape.table.name}" ({names}) VALUES ({places})',
                ([_bound(*pair) for pair in zip(encoders, row, strict=True)] for row in rows),
            )

    def replace(self, model: type[Base], sheaf: Sheaf) -> None:
        """All rows of the model anew."""
        assert self.connection is not None
        self.connection.execute(f'DELETE FROM "{shape_of(model).table.name}"')
        self.write(sheaf)


def _bound(encode: Callable[[Any], Any] | None, value: Any) -> Any:
    return encode(value) if encode is not None else value

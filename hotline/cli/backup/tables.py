"""The rows of the database as lines of text that both databases read and write alike.

Each table is one file: a line with the names of its columns, then one JSON list for each row, in
the order of the primary key. The same rows are the same bytes on SQLite and PostgreSQL, so what
was put back is compared with what was written.
"""

import base64
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import islice
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Date,
    DateTime,
    LargeBinary,
    MetaData,
    Numeric,
    Table,
    select,
    text,
)

from hotline import fulltext
from hotline.cli.state import by_its_bytes

AT_ONCE = 1000
"""Rows that are held in memory at a time."""

FRESH_IDS = 100_000
"""So many numbers are left out after a restore: what was given to rows that are lost is not given
again, and the keys of what was sent about those rows stay theirs alone."""

CONSTRAINTS = """
SELECT conrelid::regclass::text AS of_table, quote_ident(conname) AS name
FROM pg_constraint WHERE contype = 'f' AND connamespace = current_schema()::regnamespace
"""


class Unlike(Exception):
    """A file of rows does not fit the table it is for; the message says how."""


@dataclass(frozen=True)
class Content:
    """What a table held: how many rows, and the SHA-256 (hex) of its lines."""

    rows: int
    digest: str


def in_database(connection: Connection) -> list[Table]:
    """Every table of the application as the database itself describes it, parents first."""
    found = MetaData()
    found.reflect(connection, only=lambda name, _: _holds_rows(name))
    return found.sorted_tables


def lines_of(connection: Connection, table: Table) -> Iterator[bytes]:
    """The table as lines of text; the rows are read as they are asked for."""
    yield _line([column.name for column in table.columns])
    ordered = select(table).order_by(
        *(by_its_bytes(column, connection) for column in table.primary_key.columns)
    )
    for row in connection.execute(ordered.execution_options(yield_per=AT_ONCE)):
        yield _line(list(row))


def content_of(connection: Connection, table: Table) -> Content:
    """How many rows there are, and the digest of their lines."""
    digest, count = hashlib.sha256(), -1
    for line in lines_of(connection, table):
        digest.update(line)
        count += 1
    return Content(count, digest.hexdigest())


def put_back(connection: Connection, table: Table, lines: Iterable[bytes]) -> None:
    """Write rows that ``lines_of`` wrote into an empty table. Raises Unlike, ValueError."""
    given = iter(lines)
    names = json.loads(next(given, b"[]"))
    if set(names) != {column.name for column in table.columns}:
        raise Unlike(f"{table.name} has other columns than the backup: {', '.join(names)}")
    readers = [_reader(table.columns[name]) for name in names]
    while rows := [_row(names, readers, json.loads(line)) for line in islice(given, AT_ONCE)]:
        connection.execute(table.insert(), rows)


def let_references_wait(connection: Connection) -> None:
    """Have foreign keys looked at in the end: a ticket may point to one that comes after it."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
        return
    connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
    connection.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = 0")
    _alter(connection, "DEFERRABLE INITIALLY DEFERRED")


def look_at_references(connection: Connection) -> None:
    """Look at all foreign keys now. Raises IntegrityError, or Unlike for a row without parent."""
    if connection.dialect.name == "sqlite":
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        if broken:
            raise Unlike(f"{broken[0][0]} has rows without those they belong to")
        return
    connection.exec_driver_sql("SET CONSTRAINTS ALL IMMEDIATE")
    _alter(connection, "NOT DEFERRABLE")


def skip_ids(connection: Connection, tables: Iterable[Table]) -> None:
    """Let new rows have numbers that no row had before; SQLite goes on after the last row."""
    if connection.dialect.name != "postgresql":
        return
    for table in tables:
        if [column.name for column in table.primary_key.columns] != ["id"]:
            continue
        sequence = connection.scalar(
            text("SELECT pg_get_serial_sequence(:name, 'id')"), {"name": table.name}
        )
        if sequence is not None:
            last = f'SELECT setval(:sequence, coalesce(max(id), 0) + :fresh) FROM "{table.name}"'  # noqa: S608 - a table of ours
            connection.execute(text(last), {"sequence": sequence, "fresh": FRESH_IDS})


def _holds_rows(name: str) -> bool:
    return name != "alembic_version" and fulltext.is_declared(name, "table")


def _alter(connection: Connection, how: str) -> None:
    for row in connection.execute(text(CONSTRAINTS)).all():
        connection.exec_driver_sql(f"ALTER TABLE {row.of_table} ALTER CONSTRAINT {row.name} {how}")


def _line(values: list[Any]) -> bytes:
    """JSON in one spelling for both databases, UTF-8."""
    text_ = json.dumps(
        values, ensure_ascii=False, separators=(",", ":"), sort_keys=True, default=_written
    )
    return text_.encode() + b"\n"


def _written(value: object) -> str:
    """What JSON does not know, as text; SQLite gives times without their zone, which is UTC."""
    if isinstance(value, datetime):
        zoned = value if value.tzinfo else value.replace(tzinfo=UTC)
        return zoned.astimezone(UTC).isoformat()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return WRITERS[type(value)](value)


WRITERS: dict[type[Any], Callable[[Any], str]] = {
    date: date.isoformat,
    Decimal: lambda value: str(value.normalize()),  # "2", however many places the column has.
}


def _as_it_is(value: Any) -> Any:
    return value


Reader = Callable[[Any], Any]

READERS: tuple[tuple[type[Any], Reader], ...] = (
    (DateTime, lambda value: datetime.fromisoformat(value).astimezone(UTC)),
    (Date, date.fromisoformat),
    (Numeric, Decimal),
    (LargeBinary, base64.b64decode),
)
"""How a value is read back, by the type of its column; all others are JSON's own."""


def _reader(column: Column[Any]) -> Reader:
    return next((read for kind, read in READERS if isinstance(column.type, kind)), _as_it_is)


def _row(
    names: list[str], readers: list[Callable[[Any], Any]], values: list[Any]
) -> dict[str, Any]:
    if len(values) != len(names):
        raise Unlike("a row has too many or too few values")
    return {
        name: None if value is None else read(value)
        for name, read, value in zip(names, readers, values, strict=True)
    }

"""``flask state``: one digest that changes exactly when the business data changes."""

import hashlib
from typing import Any

import click
from sqlalchemy import Column, ColumnElement, Connection, String, Table, select

from hotline.audit.rules import canonical
from hotline.db import Base, db

LEFT_OUT = frozenset(
    {
        "sessions",
        "attempts",
        "heartbeats",
        "idempotency_keys",
        "audit_entries",
        "audit_head",
        "duty_covers",
    }
)
"""What comes and goes without anybody deciding anything; the trail has its own proof."""


@click.group("state")
def state() -> None:
    """The business data as a whole."""


@state.command("hash")
def state_hash() -> None:
    """Print one SHA-256 over all business tables: equal data, equal digest, on any database."""
    click.echo(of_everything(db.session.connection()))


def of_everything(connection: Connection) -> str:
    """The digest (hex) of all business tables as ``connection`` sees them."""
    total = hashlib.sha256()
    for table in sorted(Base.metadata.tables.values(), key=lambda one: one.name):
        if table.name not in LEFT_OUT:
            total.update(f"{table.name} {_digest(table, connection)}\n".encode())
    return total.hexdigest()


def by_its_bytes(column: Column[Any], connection: Connection) -> ColumnElement[Any]:
    """Text is put in order by its bytes on every database, not by a language's alphabet."""
    if isinstance(column.type, String) and connection.dialect.name == "postgresql":
        return column.collate("C")
    return column


def _digest(table: Table, connection: Connection) -> str:
    rows = hashlib.sha256()
    query = select(table).order_by(
        *(by_its_bytes(column, connection) for column in table.primary_key.columns)
    )
    for row in connection.execute(query.execution_options(yield_per=1000)).mappings():
        rows.update(canonical(dict(row)) + b"\n")
    return rows.hexdigest()


commands = [state]

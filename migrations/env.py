"""Runs migrations inside the application, on its engine."""

from typing import Any, Literal

from alembic import context
from flask import current_app
from sqlalchemy import JSON, Connection

from hotline import fulltext
from hotline.db import Base, UtcDateTime
from hotline.transaction import schema_change

REFUSED = "Migrations run against a database; write SQL files with pg_dump instead."


def render(kind: str, item: Any, autogenerate: Any) -> str | Literal[False]:
    """Write our column types as SQLAlchemy's, so that a migration never imports the application."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, JSON):
        autogenerate.imports.add("from sqlalchemy.dialects import postgresql")
        return 'sa.JSON().with_variant(postgresql.JSONB(), "postgresql")'
    return False


def run(connection: Connection) -> None:
    """Apply the migrations in one transaction; SQLite rebuilds tables, so keys rest meanwhile."""
    sqlite = connection.dialect.name == "sqlite"
    if sqlite:
        # Inside a transaction this pragma does nothing: rebuilding a parent table would then
        # delete its children.
        connection.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")  # type: ignore[union-attr]
    try:
        _apply(connection, sqlite=sqlite)
    finally:
        if sqlite:
            connection.connection.driver_connection.execute("PRAGMA foreign_keys=ON")  # type: ignore[union-attr]


def _apply(connection: Connection, *, sqlite: bool) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_item=render,
        include_name=fulltext.is_declared,
        render_as_batch=True,
        compare_type=True,
        transactional_ddl=True,
    )
    with context.begin_transaction():
        if not sqlite:
            # A large table takes longer than any request may; its locks are still waited for
            # no longer than usual.
            connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
        context.run_migrations()
        fulltext.keep_in_step(connection)
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all() if sqlite else []
        if broken:
            raise RuntimeError(f"The migration would leave rows without their parent: {broken}")


if context.is_offline_mode():
    raise SystemExit(REFUSED)
with schema_change(), current_app.extensions["migrate"].db.engine.connect() as open_connection:
    run(open_connection)

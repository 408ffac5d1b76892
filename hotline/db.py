"""The database: engine options, the base of all tables, and times that keep their zone."""

from datetime import UTC, datetime
from functools import cache
from typing import Any, cast

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    JSON,
    DateTime,
    Dialect,
    Insert,
    MetaData,
    Table,
    TypeDecorator,
    func,
    select,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import make_url
from sqlalchemy.orm import DeclarativeBase, registry

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
"""Every constraint has a name of its own, so that a migration can find it on both databases."""

POSTGRESQL_LIMITS = {
    "statement_timeout": "10s",
    "lock_timeout": "5s",
    "idle_in_transaction_session_timeout": "60s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: aware on the way in, UTC in the table, aware UTC on the way out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"A time without a zone cannot be stored: {value!r}")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


Json = JSON().with_variant(JSONB(), "postgresql")


class Base(DeclarativeBase):
    """What all tables share: instants in UTC, JSON, and names for constraints."""

    metadata = MetaData(naming_convention=NAMES)
    registry = registry(
        metadata=metadata,
        type_annotation_map={datetime: UtcDateTime(), dict[str, Any]: Json, list[Any]: Json},
    )


db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})


def insert(table: type[Base]) -> Any:
    """An INSERT that knows ON CONFLICT, in the words of the database in use."""
    dialect = sqlite if db.engine.dialect.name == "sqlite" else postgresql
    return dialect.insert(table)


def append(table: type[Base], **values: object) -> None:
    """Write one row at once, past the unit of work: for tables that are only ever added to."""
    db.session.execute(_insert_into(table), values)


@cache
def _insert_into(table: type[Base]) -> Insert:
    return cast(Table, table.__table__).insert()


def hold_name(digest: str) -> None:
    """Let one transaction at a time go on for a name of which there is no row; ``digest`` is hex.

    On SQLite whoever writes is alone anyway.
    """
    if db.engine.dialect.name == "postgresql":
        key = int.from_bytes(bytes.fromhex(digest)[:8], signed=True)
        db.session.execute(select(func.pg_advisory_xact_lock(key)))


NOT_DURABLE = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}
"""With one of these PostgreSQL can forget what it acknowledged."""


def weak_settings() -> list[str]:
    """Those of NOT_DURABLE that the database in use has, as it writes them; [] for SQLite."""
    if db.engine.dialect.name != "postgresql":
        return []
    with db.engine.connect() as connection:
        found = {name: connection.scalar(text(f"SHOW {name}")) for name in NOT_DURABLE}
    return [f"{name} is {value}" for name, value in found.items() if value == NOT_DURABLE[name]]


def engine_options(url: str) -> dict[str, Any]:
    """How the engine behind ``url`` is opened: bounded waits, so that no request hangs on it."""
    if make_url(url).get_backend_name() == "sqlite":
        return {"hide_parameters": True, "connect_args": {"timeout": 5}}
    limits = " ".join(f"-c {name}={value}" for name, value in POSTGRESQL_LIMITS.items())
    return {
        "pool_pre_ping": True,
        "pool_size": 10,
        "max_overflow": 20,
        "pool_timeout": 2,
        "hide_parameters": True,  # They are what callers said; errors are logged.
        "connect_args": {"connect_timeout": 2, "tcp_user_timeout": 2000, "options": limits},
    }

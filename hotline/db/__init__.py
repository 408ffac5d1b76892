"""The database: the base of all tables, times that keep their zone, and rows that wait."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, cast

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    JSON,
    DateTime,
    Dialect,
    MetaData,
    Table,
    TypeDecorator,
    func,
    select,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, registry

from hotline.db.drawing import forget_drawn_ids
from hotline.db.driving import Ready, run
from hotline.db.engine import POSTGRESQL_LIMITS, engine_options
from hotline.db.waiting import ALONE, One, WaitingSession

__all__ = [
    "ALONE", "EARLY", "ONE_MOMENT", "POSTGRESQL_LIMITS", "Base", "Ready", "UtcDateTime",
    "WaitingSession", "append", "ask", "db", "engine_options", "forget_drawn_ids", "hold",
    "hold_name", "insert", "put", "run", "weak_settings",
]  # fmt: skip

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
"""Every constraint has a name of its own, so that a migration can find it on both databases."""


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


ONE_MOMENT = "one_moment"
"""The execution option of a connection whose questions shall all see the same moment; on
PostgreSQL they do so with the isolation level REPEATABLE READ beside it."""

EARLY = "early"
"""The execution option of a question about who asks: no writer takes a place in line for it."""

db = SQLAlchemy(
    model_class=Base, session_options={"class_": WaitingSession, "expire_on_commit": False}
)


def insert(table: type[Base]) -> Any:
    """An INSERT that knows ON CONFLICT, in the words of the database in use."""
    dialect = sqlite if db.engine.dialect.name == "sqlite" else postgresql
    return dialect.insert(table)


def append(table: type[Base], **values: object) -> None:
    """Add one row, past the unit of work: it waits for others and is written with them."""
    _session().append(cast(Table, table.__table__), values)


def put(model: type[One], **values: object) -> One:
    """Add one row and hold its object, whose id is known at once: it waits for others as well.

    For rows that many others name, such as a new ticket: see ``waiting.WaitingSession.put``.
    """
    return _session().put(model, values)


def hold(model: type[One], row: Mapping[str, Any]) -> One:
    """The object of a row that was read as plain columns: see ``waiting.WaitingSession.hold``."""
    return _session().hold(model, row)


def ask(question: Ready, **values: object) -> list[Any]:
    """All rows of a question that is asked often, as plain columns; what waits is written first."""
    return question.ask(_session().connection(), **values)


def _session() -> WaitingSession:
    session: WaitingSession = db.session.registry()  # type: ignore[assignment]  # as db is made above
    return session


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

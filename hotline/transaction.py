"""The only module that commits."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from hotline.db import db

_writing: ContextVar[bool] = ContextVar("writing", default=False)
_sqlite_writers = threading.Lock()

QUEUE_SECONDS = 4.0
"""A writer that waits longer is told so; otherwise all would wait behind a locked database."""

SQLITE_PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=5000")
"""WAL with FULL keeps every acknowledged commit through a power cut; Python's default does not."""


class CommittedOutside(RuntimeError):
    """Something other than ``transaction()`` tried to commit."""


@contextmanager
def transaction() -> Iterator[None]:
    """Save all that happens in this block, or none of it.

    It is opened only at the edge: once per unsafe request, per row in a job, per command.
    What was read before it is forgotten, because a reader cannot become a writer on SQLite.
    """
    if _writing.get():
        raise CommittedOutside("A transaction is open already; only the edge opens one.")
    db.session.rollback()
    with _one_writer():
        token = _writing.set(True)
        try:
            yield
            db.session.commit()
        except BaseException:
            db.session.rollback()
            raise
        finally:
            _writing.reset(token)


@contextmanager
def _one_writer() -> Iterator[None]:
    """Queue the writers of this process: SQLite lets one write, and its own wait is a sleep."""
    if db.engine.dialect.name != "sqlite":
        yield
        return
    if not _sqlite_writers.acquire(timeout=QUEUE_SECONDS):
        raise OperationalError("BEGIN IMMEDIATE", None, TimeoutError("too many writers wait"))
    try:
        yield
    finally:
        _sqlite_writers.release()


@contextmanager
def schema_change() -> Iterator[None]:
    """Let a migration commit; nothing else may use this."""
    token = _writing.set(True)
    try:
        yield
    finally:
        _writing.reset(token)


def guard(engine: Engine) -> None:
    """Refuse every commit on ``engine`` that does not come from here, in production too."""
    event.listen(engine, "commit", _refuse_stray_commit)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _configure_sqlite)
        event.listen(engine, "begin", _begin_sqlite)


def _refuse_stray_commit(_connection: Connection) -> None:
    if not _writing.get():
        raise CommittedOutside("Only hotline.transaction commits.")


@event.listens_for(Session, "before_commit")
def _refuse_stray_session_commit(_session: Session) -> None:
    if not _writing.get():
        raise CommittedOutside("Only hotline.transaction commits.")


def _configure_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # SQLAlchemy then sends the BEGIN below, and only that.
    for pragma in SQLITE_PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    # A writer takes the write lock at once: a reader that wants to write later fails at once.
    connection.exec_driver_sql("BEGIN IMMEDIATE" if _writing.get() else "BEGIN")

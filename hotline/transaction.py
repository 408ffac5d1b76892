"""The only module that commits."""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from functools import lru_cache
from typing import Any, cast

from psycopg import ServerCursor
from psycopg.pq import TransactionStatus
from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from hotline.db import ALONE, EARLY, ONE_MOMENT, WaitingSession, db
from hotline.db.engine import check_when_taken
from hotline.db.queueing import WriterQueue

_writing: ContextVar["_Writer | None"] = ContextVar("writing", default=None)

QUEUE_SECONDS = 4.0
"""A writer that waits longer is told so; otherwise all would wait behind a locked database."""

SQLITE_PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=5000")
"""WAL with FULL keeps every acknowledged commit through a power cut; Python's default does not."""

CHANGES = re.compile(
    r"\b(?:INSERT|UPDATE|DELETE|MERGE|FOR SHARE|FOR KEY SHARE|pg_advisory_xact_lock)\b"
)
"""A lock that says UPDATE, as most do, is found as well."""


Begin = Callable[..., None]


class CommittedOutside(RuntimeError):
    """Something other than ``transaction()`` tried to commit."""


class NothingSaved(RuntimeError):
    """Somebody went on after an error that had ended the transaction."""


@contextmanager
def transaction() -> Iterator[None]:
    """Save all that happens in this block, or none of it.

    It is opened only at the edge: once per unsafe request, per row in a job, per command.
    What was read before it is forgotten: whoever changes something looks at it anew.
    """
    if _writing.get():
        raise CommittedOutside("A transaction is open already; only the edge opens one.")
    session = cast(WaitingSession, db.session())
    session.rollback()
    with _may_write():
        try:
            yield
            _save(session)
        except BaseException:
            session.rollback()
            raise


class _Writer(ExitStack):
    """Whoever may commit now, and the place it has among the writers of a SQLite file."""

    queued = False


@contextmanager
def _may_write() -> Iterator[None]:
    with _Writer() as writer:
        token = _writing.set(writer)
        try:
            yield
        finally:
            _writing.reset(token)


def _save(session: WaitingSession) -> None:
    session.flush()
    # Where nothing else was written or locked, this statement is the whole transaction: neither
    # its beginning nor its end has to travel.
    session.send(alone=True)
    session.commit()


@contextmanager
def schema_change() -> Iterator[None]:
    """Let a migration commit; nothing else may use this."""
    with _may_write():
        yield


def guard(engine: Engine) -> None:
    """Refuse every commit on ``engine`` that does not come from here, in production too.

    From now on a transaction begins with its first statement that writes or locks: what only
    reads is asked by itself, and sees what is committed at that moment, as it would inside one.
    SQLite knows no other lock than being alone: there a writer is so from its first look on.
    """
    event.listen(engine, "commit", _refuse_stray_commit)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _configure_sqlite)
        queue = WriterQueue(engine.url.database)
        begin = _begin_when_needed(_begin_sqlite(queue), may_ask_alone=_looks_only)
        event.listen(engine, "before_cursor_execute", begin)
    else:
        check_when_taken(engine)
        event.listen(engine, "commit", _refuse_broken_commit)
        begin = _begin_when_needed(_begin_postgresql, may_ask_alone=_asks_at_once)
        event.listen(engine, "before_cursor_execute", begin)


def _refuse_stray_commit(_connection: Connection) -> None:
    if not _writing.get():
        raise CommittedOutside("Only hotline.transaction commits.")


def _refuse_broken_commit(connection: Connection) -> None:
    """PostgreSQL answers the commit of a broken transaction with a rollback, and no error."""
    driver = connection.connection.driver_connection
    if driver is not None and driver.info.transaction_status is TransactionStatus.INERROR:
        raise NothingSaved("An error inside this transaction was passed over without a savepoint.")


@event.listens_for(Session, "before_commit")
def _refuse_stray_session_commit(_session: Session) -> None:
    if not _writing.get():
        raise CommittedOutside("Only hotline.transaction commits.")


def _configure_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # SQLAlchemy then sends the BEGIN below, and only that.
    for pragma in SQLITE_PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _begin_when_needed(begin: Callable[[Any], None], may_ask_alone: Callable[[Any], bool]) -> Begin:
    """Have ``begin`` called with the driver's cursor before what may not be asked by itself."""

    def before_cursor_execute(
        _connection: Connection, cursor: Any, statement: str, _values: Any, context: Any, _many: Any
    ) -> None:
        options = context.execution_options
        may = options.get(EARLY) or may_ask_alone(cursor)
        alone = only_reads(statement) and may and not options.get(ONE_MOMENT)
        if not alone and not options.get(ALONE):
            begin(cursor)

    return before_cursor_execute


@lru_cache(maxsize=4096)
def only_reads(statement: str) -> bool:
    """Whether a statement changes and locks nothing; what is not known to be so, may."""
    return statement.startswith(("SELECT", "WITH")) and not CHANGES.search(statement)


def _looks_only(_cursor: Any) -> bool:
    return _writing.get() is None


def _asks_at_once(cursor: Any) -> bool:
    return not isinstance(cursor, ServerCursor)  # Many rows, a part at a time, need a beginning.


def _begin_postgresql(cursor: Any) -> None:
    driver = cursor.connection
    # Without autocommit, as for a snapshot over several questions, the driver begins by itself.
    if driver.autocommit and driver.info.transaction_status is TransactionStatus.IDLE:
        driver.execute("BEGIN", prepare=False)


def _begin_sqlite(queue: WriterQueue) -> Callable[[Any], None]:
    def begin(cursor: Any) -> None:
        if cursor.connection.in_transaction:
            return
        writer = _writing.get()
        if writer is not None and not writer.queued:
            _queue_up(writer, queue)
        # A writer takes the write lock at once: a reader that wants to write later fails at once.
        cursor.connection.execute("BEGIN" if writer is None else "BEGIN IMMEDIATE")

    return begin


def _queue_up(writer: _Writer, queue: WriterQueue) -> None:
    if not queue.enter(QUEUE_SECONDS):
        raise OperationalError("BEGIN IMMEDIATE", None, TimeoutError("too many writers wait"))
    writer.queued = True
    writer.callback(queue.leave)

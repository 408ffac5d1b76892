"""How the engine is opened: bounded waits, and connections that still answer."""

import select
import time
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import InvalidatePoolError

POSTGRESQL_LIMITS = {
    "statement_timeout": "10s",
    "lock_timeout": "5s",
    "idle_in_transaction_session_timeout": "60s",
}

POSTGRESQL_SETTINGS = {**POSTGRESQL_LIMITS, "jit": "off", "work_mem": "32MB"}
"""No question of ours runs long enough to be worth compiling, and the hits of a common word fit."""

IDLE_SECONDS = 5.0
"""A connection that rested longer is asked for an answer before it is used."""


def engine_options(url: str) -> dict[str, Any]:
    """How the engine behind ``url`` is opened: bounded waits, so that no request hangs on it.

    PostgreSQL's driver begins no transaction by itself: ``transaction`` does, when one is needed.
    """
    if make_url(url).get_backend_name() == "sqlite":
        return {"hide_parameters": True, "connect_args": {"timeout": 5}}
    limits = " ".join(f"-c {name}={value}" for name, value in POSTGRESQL_SETTINGS.items())
    return {
        "isolation_level": "AUTOCOMMIT",
        "pool_size": 10,
        "max_overflow": 20,
        "pool_timeout": 2,
        "hide_parameters": True,  # They are what callers said; errors are logged.
        "connect_args": {"connect_timeout": 2, "tcp_user_timeout": 2000, "options": limits},
    }


def check_when_taken(engine: Engine) -> None:
    """Give out no connection of ``engine`` that its server has closed.

    A look at the socket tells at once, because a server that ends says so there; only after a
    rest is the server asked as well. That saves a question for each request.
    """
    event.listen(engine, "checkin", _note_rest)
    event.listen(engine, "checkout", _check(engine))


def _note_rest(_connection: Any, record: Any) -> None:
    record.info["rests_since"] = time.monotonic()


def _check(engine: Engine) -> Any:
    def check(connection: Any, record: Any, _fairy: Any) -> None:
        rested = time.monotonic() - record.info.get("rests_since", time.monotonic())
        if is_shut(connection) or (rested > IDLE_SECONDS and not _answers(engine, connection)):
            raise InvalidatePoolError()  # The pool then tries new ones.

    return check


def is_shut(connection: Any) -> bool:
    """Whether the server has said something unasked to a resting connection: that it ends."""
    look = select.poll()
    look.register(connection.fileno(), select.POLLIN)
    return bool(look.poll(0))


def _answers(engine: Engine, connection: Any) -> bool:
    dialect = engine.dialect
    try:
        return bool(dialect.do_ping(connection))
    except dialect.loaded_dbapi.Error as error:
        if dialect.is_disconnect(error, connection, None):
            return False
        raise

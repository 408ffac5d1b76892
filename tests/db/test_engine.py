"""No connection is given out that its server has closed."""

import socket
from types import SimpleNamespace

import pytest
from sqlalchemy.exc import InvalidatePoolError

from hotline.db import engine


class Gone(Exception):
    """What a driver says of a connection that is no more."""


class Wrong(Gone):
    """What a driver says of anything else."""


class Dialect:
    """One that answers, is gone, or is wrong."""

    loaded_dbapi = SimpleNamespace(Error=Gone)

    def __init__(self, error: Exception | None = None) -> None:
        self.error, self.asked = error, 0

    def do_ping(self, _connection) -> bool:
        self.asked += 1
        if self.error is not None:
            raise self.error
        return True

    def is_disconnect(self, error, _connection, _cursor) -> bool:
        return not isinstance(error, Wrong)


@pytest.fixture
def wire():
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, theirs


def take(connection, dialect: Dialect, rested: float) -> None:
    now = engine.time.monotonic()
    check = engine._check(SimpleNamespace(dialect=dialect))
    check(connection, SimpleNamespace(info={"rests_since": now - rested}), None)


def test_a_connection_that_was_just_used_is_not_asked(wire):
    dialect = Dialect()
    take(wire[0], dialect, rested=0)

    assert dialect.asked == 0


def test_a_server_that_has_closed_it_is_noticed_at_once(wire):
    wire[1].close()

    with pytest.raises(InvalidatePoolError):
        take(wire[0], Dialect(), rested=0)


def test_after_a_rest_it_is_asked(wire):
    dialect = Dialect()
    take(wire[0], dialect, rested=60)

    assert dialect.asked == 1


def test_one_that_does_not_answer_is_not_given_out(wire):
    with pytest.raises(InvalidatePoolError):
        take(wire[0], Dialect(Gone()), rested=60)


def test_what_else_is_wrong_is_said(wire):
    with pytest.raises(Wrong):
        take(wire[0], Dialect(Wrong()), rested=60)


def test_a_connection_that_comes_back_rests_from_then_on():
    record = SimpleNamespace(info={})
    engine._note_rest(None, record)

    assert record.info["rests_since"] <= engine.time.monotonic()

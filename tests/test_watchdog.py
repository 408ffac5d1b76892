"""A database that is stopped, not gone, holds up nobody for long."""

import contextlib
import os
import signal
import time
from pathlib import Path

import flask_migrate
import psycopg
import pytest
from sqlalchemy import event

from hotline import watchdog
from hotline.app import create_app
from hotline.db import db
from hotline.transaction import transaction
from tests import builders, postgres
from tests.conftest import settings_for, skip_or_fail


def test_every_request_ends_while_the_database_hangs(app_of_its_own, server):
    token = token_of_an_operator(app_of_its_own)
    assert asked(app_of_its_own, token)[0] == 200

    with frozen(server):
        answers = [asked(app_of_its_own, token) for _ in range(2)]

    assert [status for status, _seconds in answers] == [503, 503]
    assert max(seconds for _status, seconds in answers) < 5.5
    assert asked(app_of_its_own, token)[0] == 200


def test_a_connection_that_the_server_closes_meanwhile_costs_one_answer(app_of_its_own):
    token = token_of_an_operator(app_of_its_own)
    with app_of_its_own.app_context():
        event.listen(db.engine, "before_cursor_execute", end_it, once=True)

    assert [asked(app_of_its_own, token)[0] for _ in range(2)] == [503, 200]


def end_it(connection, *_rest) -> None:
    pid = connection.connection.driver_connection.info.backend_pid
    with psycopg.connect(
        connection.engine.url.render_as_string(False).replace("+psycopg", "")
    ) as it:
        it.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])


def test_one_that_is_lost_does_not_end_the_watch_over_the_others():
    class Lost:
        def fileno(self) -> int:
            raise psycopg.OperationalError("the connection is lost")

    watched = watchdog.Watchdog(lambda: True)
    watched.watch(lost := Lost())
    watchdog._cut(lost)
    watched._lost(lost, None, None)

    assert watched._waiting == {}


def test_a_command_may_take_its_time(app_of_its_own):
    with app_of_its_own.app_context():
        slept = db.session.scalar(db.text("SELECT 1 FROM pg_sleep(3.5)"))

    assert slept == 1


def token_of_an_operator(app) -> str:
    with app.app_context(), transaction():
        return builders.token(builders.person("operator"))


def asked(app, token: str) -> tuple[int, float]:
    began = time.monotonic()
    headers = {"Authorization": f"Bearer {token}"}
    answer = app.test_client().get("/api/v1/followups", headers=headers)
    return answer.status_code, time.monotonic() - began


class frozen:  # noqa: N801 - read as a word: with frozen(server)
    """Every process of the server is stopped for this block."""

    def __init__(self, server: postgres.Server) -> None:
        self.processes = [server.process.pid, *children_of(server.process.pid)]

    def __enter__(self) -> None:
        for pid in self.processes:
            os.kill(pid, signal.SIGSTOP)

    def __exit__(self, *_error: object) -> None:
        for pid in self.processes:
            os.kill(pid, signal.SIGCONT)


def children_of(parent: int) -> list[int]:
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):  # It has just ended.
            if int(path.read_text().rpartition(")")[2].split()[1]) == parent:
                found.append(int(path.parent.name))
    return found


@pytest.fixture
def server():
    if not Path("/proc/self/stat").exists():
        pytest.skip("the processes of the server are found in /proc")
    try:
        with postgres.server() as running:
            yield running
    except postgres.NoPostgres as reason:
        skip_or_fail(str(reason))


@pytest.fixture
def app_of_its_own(server, tmp_path):
    app = create_app(settings_for(server.url(), HOTLINE_SPOOL_DIR=str(tmp_path / "spool")))
    with app.app_context():
        flask_migrate.upgrade()
    yield app
    with app.app_context():
        db.engine.dispose()

"""The database is stopped, out of reach, silent or busy: the caller still reaches somebody."""

import socket
import sqlite3
import time
from collections.abc import Iterator
from dataclasses import replace

import flask_migrate
import pytest
from flask import Flask

from hotline.adapters.spool import Spool
from hotline.app import create_app
from hotline.calls import queries
from hotline.db import db
from hotline.edge.identity import settings
from hotline.jobs import spool as job
from hotline.jobs import work
from tests import postgres
from tests.company import SID, dialled, post, verbs
from tests.conftest import settings_for, skip_or_fail

SECONDS = 3.0
"""After this the caller would hear silence."""


def test_r_21_a_database_that_refuses_costs_the_caller_nothing(outage):
    app = outage("postgresql+psycopg://nobody@127.0.0.1:1/nothing")

    assert_the_caller_reaches_the_duty_phone(app)


def test_r_21_a_database_that_is_silent_costs_the_caller_less_than_three_seconds(outage):
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        port = silent.getsockname()[1]
        app = outage(f"postgresql+psycopg://nobody@127.0.0.1:{port}/nothing")

        assert_the_caller_reaches_the_duty_phone(app)


def test_r_21_a_database_that_is_busy_costs_the_caller_less_than_three_seconds(outage, tmp_path):
    file = tmp_path / "busy.sqlite3"
    app = outage(f"sqlite:///{file}")
    migrate(app)
    busy = sqlite3.connect(file, isolation_level=None)
    busy.execute("BEGIN IMMEDIATE")
    assert_the_caller_reaches_the_duty_phone(app)
    busy.execute("ROLLBACK")
    busy.close()

    assert_it_is_imported_once(app)


def test_r_21_a_stopped_database_gets_the_call_once_when_it_is_back(outage, stoppable):
    app = outage(stoppable.url())
    migrate(app)
    assert post(app.test_client(), "/twilio/voice", CallSid="CA" + "e" * 32).status_code == 200
    stoppable.stop()
    assert_the_caller_reaches_the_duty_phone(app)
    post(app.test_client(), "/twilio/voice/menu", Digits="1")
    stoppable.start()

    assert_it_is_imported_once(app, calls=2)
    with app.app_context():
        assert queries.by_sid(SID).ticket_id is not None


def test_r_21_a_worker_waits_while_the_database_is_away(outage):
    app = outage("postgresql+psycopg://nobody@127.0.0.1:1/nothing")
    post(app.test_client(), "/twilio/voice")
    with app.app_context(), pytest.raises(job.AWAY):
        job.take_in(work.prepare(settings()))

    assert len(waiting(app)) == 1


def test_every_webhook_has_an_answer_while_the_database_is_away(outage):
    client = outage("postgresql+psycopg://nobody@127.0.0.1:1/nothing").test_client()

    assert verbs(post(client, "/twilio/voice/whisper")) == ["Gather", "Hangup"]
    assert verbs(post(client, "/twilio/voice/accept", Digits="1")) == ["Say"]
    assert "Record" in verbs(post(client, "/twilio/voice/voicemail"))
    assert verbs(post(client, "/twilio/status", CallStatus="completed")) == []
    assert verbs(post(client, "/twilio/sms")) == []


def assert_the_caller_reaches_the_duty_phone(app: Flask) -> None:
    began = time.monotonic()
    answer = post(app.test_client(), "/twilio/voice")
    took = time.monotonic() - began

    assert answer.status_code == 200
    assert dialled(answer) == ["+815000000000"]
    assert took < SECONDS
    assert len(waiting(app)) == 1


def assert_it_is_imported_once(app: Flask, calls: int = 1) -> None:
    with app.app_context():
        surroundings = work.prepare(settings())
        spool = Spool(settings().spool_dir)
        [first, *_] = [spool.read(path) for path in spool.waiting()]
        job.take_in(surroundings)
        spool.put(replace(first))  # As if the worker had died before it could forget the file.
        job.take_in(surroundings)

        assert queries.count() == calls
        assert spool.waiting() == []


def waiting(app: Flask) -> list[object]:
    with app.app_context():
        return list(Spool(settings().spool_dir).waiting())


def migrate(app: Flask) -> None:
    with app.app_context():
        flask_migrate.upgrade()
        db.session.remove()


@pytest.fixture
def stoppable() -> Iterator[postgres.Server]:
    """A PostgreSQL of this test alone that keeps what it acknowledged."""
    try:
        with postgres.server(("fsync=off",)) as running:
            yield running
    except postgres.NoPostgres as reason:
        skip_or_fail(str(reason))


@pytest.fixture
def outage(tmp_path) -> Iterator[object]:
    """Makes an application on a database of its own."""
    made: list[Flask] = []

    def make(database_url: str) -> Flask:
        spool = str(tmp_path / "spool")
        app = create_app(settings_for(database_url, HOTLINE_SPOOL_DIR=spool))
        app.testing = True
        app.config["PROPAGATE_EXCEPTIONS"] = False
        made.append(app)
        return app

    yield make
    for app in made:
        with app.app_context():
            db.engine.dispose()

"""Only one module commits, and writers wait for one another."""

import threading
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from hotline import transaction as unit_of_work
from hotline.db import db
from hotline.heartbeats import Heartbeat, last_finished
from hotline.transaction import CommittedOutside, transaction

NOON = datetime(2026, 11, 2, 3, 0, tzinfo=UTC)


def test_what_happens_in_a_transaction_is_saved(app):
    with transaction():
        db.session.add(Heartbeat(kind="mail", finished_at=NOON))

    assert last_finished() == {"mail": NOON}


def test_an_error_saves_nothing(app):
    with pytest.raises(ZeroDivisionError), transaction():
        save_and_break()

    assert last_finished() == {}


def save_and_break() -> None:
    db.session.add(Heartbeat(kind="mail", finished_at=NOON))
    db.session.flush()
    raise ZeroDivisionError


def test_nothing_else_commits(app):
    db.session.add(Heartbeat(kind="mail", finished_at=NOON))

    with pytest.raises(CommittedOutside):
        db.session.commit()


def test_a_connection_of_its_own_cannot_commit_either(app):
    with pytest.raises(CommittedOutside), db.engine.begin() as connection:
        connection.execute(text("DELETE FROM heartbeats"))


def test_only_the_edge_opens_a_transaction(app):
    with pytest.raises(CommittedOutside, match="only the edge"), transaction(), transaction():
        pass


def test_a_time_without_a_zone_is_refused(app):
    with pytest.raises(Exception, match="without a zone"), transaction():
        db.session.add(Heartbeat(kind="mail", finished_at=datetime(2026, 11, 2)))  # noqa: DTZ001


def test_a_writer_does_not_queue_for_ever(app, monkeypatch):
    if db.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL lets several write")
    monkeypatch.setattr(unit_of_work, "QUEUE_SECONDS", 0.1)

    with (
        unit_of_work._sqlite_writers,
        pytest.raises(OperationalError, match="too many"),
        transaction(),
    ):
        pass


def test_readers_that_become_writers_never_fail(app):
    """Eight threads read and then write, fifty times each: no lock error, no lost update."""
    with transaction():
        db.session.add(Heartbeat(kind="0", finished_at=NOON))
    failures: list[Exception] = []
    threads = [threading.Thread(target=count_up, args=(app, failures)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    total = db.session.scalar(text("SELECT count(*) FROM heartbeats"))

    assert (failures, total) == ([], 8 * 25 + 1)


def count_up(app: Flask, failures: list[Exception]) -> None:
    with app.app_context():
        for turn in range(25):
            try:
                last_finished()
                with transaction():
                    name = f"{threading.get_ident() % 10**9}-{turn}"
                    db.session.add(Heartbeat(kind=name, finished_at=NOON))
            except Exception as error:
                failures.append(error)

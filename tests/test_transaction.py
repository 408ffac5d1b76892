"""Only one module commits, and writers wait for one another."""

import threading
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from flask import Flask
from psycopg.pq import TransactionStatus
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError, OperationalError

from hotline import transaction as unit_of_work
from hotline.db import ONE_MOMENT, db, hold_name
from hotline.db.queueing import WriterQueue
from hotline.heartbeats import Heartbeat, last_finished
from hotline.transaction import CommittedOutside, NothingSaved, transaction
from tests.conftest import DATABASE

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


def test_what_the_database_has_given_up_is_not_called_saved(app):
    if db.engine.dialect.name == "sqlite":
        pytest.skip("SQLite takes back the one statement that failed, and goes on")

    with pytest.raises(NothingSaved), transaction():
        save_and_pass_over_an_error()

    assert last_finished() == {}


def save_and_pass_over_an_error() -> None:
    db.session.add(Heartbeat(kind="mail", finished_at=NOON))
    db.session.flush()
    with suppress(DBAPIError):
        db.session.execute(text("DELETE FROM nowhere"))


def test_a_time_without_a_zone_is_refused(app):
    with pytest.raises(Exception, match="without a zone"), transaction():
        db.session.add(Heartbeat(kind="mail", finished_at=datetime(2026, 11, 2)))  # noqa: DTZ001


def test_a_writer_does_not_queue_for_ever(app, monkeypatch):
    if db.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL lets several write")
    monkeypatch.setattr(unit_of_work, "QUEUE_SECONDS", 0.1)
    others = WriterQueue(db.engine.url.database)
    others.enter(1)

    with pytest.raises(OperationalError, match="too many"), transaction():
        last_finished()
    others.leave()


def test_what_only_reads_is_asked_without_a_transaction(app):
    """On PostgreSQL nothing is begun; on SQLite a writer is alone from its first look on."""
    with transaction():
        last_finished()
        before = is_begun()
        db.session.execute(text("DELETE FROM heartbeats"))

        assert (before, is_begun()) == (db.engine.dialect.name == "sqlite", True)


def is_begun() -> bool:
    driver = db.session().connection().connection.driver_connection
    if db.engine.dialect.name == "sqlite":
        return driver.in_transaction
    return driver.info.transaction_status is TransactionStatus.INTRANS


def test_outside_a_transaction_nothing_is_begun_by_a_look(app):
    last_finished()

    assert not is_begun()


def test_a_part_at_a_time_is_read_within_one_transaction(app):
    with transaction():
        db.session.add_all(Heartbeat(kind=str(one), finished_at=NOON) for one in range(5))
    query = select(Heartbeat).execution_options(yield_per=2)

    assert len(db.session.scalars(query).all()) == 5


def test_several_questions_can_see_one_moment(app):
    options = {} if DATABASE == "sqlite" else {"isolation_level": "REPEATABLE READ"}
    with db.engine.connect().execution_options(**{ONE_MOMENT: True}, **options) as connection:
        before = connection.execute(select(Heartbeat.kind)).all()
        with transaction():
            db.session.add(Heartbeat(kind="mail", finished_at=NOON))

        assert connection.execute(select(Heartbeat.kind)).all() == before == []


@pytest.mark.parametrize(
    ("statement", "reads"),
    [
        ("SELECT 1", True),
        ("WITH a AS (SELECT 1) SELECT * FROM a", True),
        ("SELECT * FROM tickets FOR UPDATE", False),
        ("SELECT * FROM tickets FOR NO KEY UPDATE", False),
        ("SELECT * FROM tickets FOR SHARE", False),
        ("SELECT pg_advisory_xact_lock(1)", False),
        ("WITH a AS (INSERT INTO b VALUES (1)) SELECT 1", False),
        ("SET LOCAL jit = off", False),
    ],
)
def test_what_changes_or_locks_begins_a_transaction(statement, reads):
    assert unit_of_work.only_reads(statement) is reads


def test_of_two_who_look_first_and_write_then_one_waits_for_the_other(app):
    """Both find nothing and would write it: whoever holds the name first is the only one."""
    failures: list[Exception] = []
    threads = [threading.Thread(target=write_if_missing, args=(app, failures)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (failures, last_finished()) == ([], {"once": NOON})


def write_if_missing(app: Flask, failures: list[Exception]) -> None:
    with app.app_context():
        try:
            with transaction():
                hold_name("ab" * 32)
                if "once" not in last_finished():
                    db.session.add(Heartbeat(kind="once", finished_at=NOON))
        except Exception as error:
            failures.append(error)


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

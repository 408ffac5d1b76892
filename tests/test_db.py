"""Engines are opened with bounded waits, and times keep their zone on both databases."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import create_engine, literal, select, text
from sqlalchemy.exc import StatementError

from hotline.db import POSTGRESQL_LIMITS, UtcDateTime, db, engine_options, weak_settings
from hotline.heartbeats import Heartbeat, last_finished
from hotline.transaction import transaction
from tests.conftest import DATABASE

NOON = datetime(2026, 11, 4, 3, 0, tzinfo=UTC)
TOKYO = timezone(timedelta(hours=9))

only_sqlite = pytest.mark.skipif(DATABASE != "sqlite", reason="asks SQLite itself")
only_postgresql = pytest.mark.skipif(DATABASE == "sqlite", reason="asks PostgreSQL itself")


def test_a_time_comes_back_aware_and_in_utc(app):
    with transaction():
        db.session.add(Heartbeat(kind="mail", finished_at=NOON.astimezone(TOKYO)))
    db.session.expire_all()
    found = last_finished()["mail"]

    assert (found, found.utcoffset()) == (NOON, timedelta(0))


def test_a_time_without_a_zone_is_refused_in_questions_too(app):
    naive = datetime(2026, 11, 4)  # noqa: DTZ001 - what is refused

    with pytest.raises(StatementError, match="without a zone"):
        db.session.scalars(select(Heartbeat).where(Heartbeat.finished_at < naive)).all()


def test_no_time_is_no_time(app):
    assert db.session.scalar(select(literal(None, UtcDateTime()))) is None


def test_errors_do_not_tell_what_was_asked(app):
    with pytest.raises(Exception, match="hidden") as raised:
        db.session.execute(text("SELECT :what FROM nowhere"), {"what": "確認 花子"})

    assert "花子" not in str(raised.value)


@only_sqlite
@pytest.mark.parametrize(
    ("pragma", "value"),
    [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("busy_timeout", 5000)],
)
def test_r_18_every_connection_of_sqlite_is_safe(app, pragma, value):
    with db.engine.connect() as one, db.engine.connect() as other:
        found = [each.exec_driver_sql(f"PRAGMA {pragma}").scalar() for each in (one, other)]

    assert found == [value, value]


@only_sqlite
def test_sqlite_forgets_nothing_it_acknowledged(app):
    assert weak_settings() == []


@only_postgresql
@pytest.mark.parametrize(("name", "value"), POSTGRESQL_LIMITS.items())
def test_r_19_every_connection_of_postgresql_has_limits(app, name, value):
    query = text("SELECT current_setting(:name)::interval = CAST(:value AS interval)")

    assert db.session.scalar(query, {"name": name, "value": value}) is True


@only_postgresql
def test_r_19_a_server_that_can_forget_is_told(app):
    """The server of the tests is quick because it may forget."""
    named = {line.split()[0] for line in weak_settings()}

    assert named <= {"fsync", "full_page_writes", "synchronous_commit"}


def test_the_client_gives_up_on_a_server_that_is_gone():
    options = engine_options("postgresql+psycopg://hotline@db.example.jp/hotline")
    waits = options["connect_args"]

    assert waits["connect_timeout"] + waits["tcp_user_timeout"] / 1000 + 1 <= 5


def test_sqlite_waits_for_another_writer_and_not_for_ever():
    assert engine_options("sqlite:///x")["connect_args"] == {"timeout": 5}


def test_an_engine_can_be_made_of_the_options():
    engine = create_engine("postgresql+psycopg://x@127.0.0.1/x", **engine_options("postgresql://x"))

    assert engine.dialect.name == "postgresql"
    engine.dispose()

"""What monitors are told."""

from datetime import timedelta

import pytest
from alembic.script import ScriptDirectory
from flask.sansio.blueprints import BlueprintSetupState
from sqlalchemy.exc import OperationalError

from hotline import heartbeats
from hotline.db import NOT_DURABLE, db, weak_settings
from hotline.notices import service as notices
from hotline.people import service as people
from hotline.settings import ROOT, SettingsError
from hotline.transaction import transaction
from hotline.web import health
from tests import builders
from tests.builders import NOON
from tests.postgres import CARELESS

MINUTE = timedelta(minutes=1)
OUTSIDE = {"REMOTE_ADDR": "203.0.113.9"}


def test_a_living_process_says_so_without_the_database(client, statements):
    with statements() as sent:
        answer = client.get("/healthz")

    assert (answer.status_code, answer.json, sent) == (200, {"status": "ok"}, [])


def test_a_system_that_keeps_its_promises_is_ready(ready):
    with transaction():
        builders.notice(due_at=NOON - 4 * MINUTE)
    answer = ready()

    assert answer.status_code == 200
    assert answer.json["ready"] is True
    assert answer.json["backlog_seconds"] == 240
    assert answer.json["heartbeat_seconds"]["mail"] == 0


def test_without_a_worker_it_is_not_ready(client, at):
    with at(NOON):
        answer = client.get("/readyz")

    assert answer.status_code == 503
    assert "worker: mail" in answer.json["problems"]


def test_a_kind_of_work_that_is_silent_for_two_minutes_is_named(ready):
    with transaction():
        heartbeats.beat("mail", now=NOON)

    assert ready(later=2 * MINUTE).status_code == 200
    late = ready(later=2 * MINUTE + timedelta(seconds=1))
    assert late.status_code == 503
    assert "worker: mail" in late.json["problems"]
    assert "worker: housekeeping" not in late.json["problems"]


def test_a_notice_more_than_five_minutes_late_is_a_backlog(ready):
    with transaction():
        builders.notice(due_at=NOON - 5 * MINUTE - timedelta(seconds=1))
    answer = ready()

    assert (answer.status_code, answer.json["problems"]) == (503, ["backlog"])


def test_a_database_that_is_away_is_named(client, monkeypatch):
    def away(_now):
        raise OperationalError("SELECT 1", {}, Exception("connection refused"))

    monkeypatch.setattr(health, "_report", away)
    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json == {"ready": False, "database": "unreachable", "problems": ["database"]}


def test_the_newest_migration_is_read_as_alembic_reads_it():
    known = ScriptDirectory(str(ROOT / "migrations")).get_current_head()

    assert health.newest(health.MIGRATIONS) == known


def test_without_exactly_one_newest_migration_there_is_none(tmp_path):
    (tmp_path / "a.py").write_text('revision = "a1"\ndown_revision = None\n')
    (tmp_path / "b.py").write_text('revision = "b1"\ndown_revision = None\n')

    assert health.newest(tmp_path) == ""


def test_missing_migrations_are_named(client, monkeypatch):
    monkeypatch.setattr(health, "newest", lambda _folder: "a newer one")
    answer = client.get("/readyz")

    assert (answer.status_code, answer.json["problems"]) == (503, ["migrations"])


def test_figures_are_given_to_this_machine(client, at):
    with transaction():
        builders.notice(due_at=NOON - MINUTE)
        heartbeats.beat("mail", now=NOON - MINUTE)
        builders.ticket()
        builders.ticket(drill=True)
    with at(NOON):
        text = client.get("/metrics").text
    due_and_late = 1 + 3  # A drill is never late.

    assert "hotline_backlog_seconds 60.0" in text
    assert f'hotline_notices{{status="waiting"}} {1 + due_and_late + 1}.0' in text
    assert 'hotline_heartbeat_age_seconds{kind="mail"} 60.0' in text
    assert "hotline_followups_open 1.0" in text
    assert "hotline_audit_unsealed 2.0" in text
    assert "hotline_calendar_days_left 422.0" in text


@pytest.mark.parametrize(
    ("roles", "status"), [(["administrator"], 200), (["operator"], 403), ([], 403)]
)
def test_figures_are_given_to_administrators(client, roles, status):
    with transaction():
        token = people.create_token(builders.person(*roles), now=NOON)
    headers = {"Authorization": f"Bearer {token}"}

    assert client.get("/metrics", environ_base=OUTSIDE, headers=headers).status_code == status


@pytest.mark.parametrize(
    "request_",
    [
        {"environ_base": OUTSIDE},
        {"headers": {"X-Forwarded-For": "127.0.0.1"}},
        {"headers": {"Forwarded": "for=127.0.0.1"}},
    ],
)
def test_figures_are_not_given_to_strangers(client, request_):
    assert client.get("/metrics", **request_).status_code == 401


def test_what_was_sent_is_no_backlog(ready):
    with transaction():
        one = builders.notice(due_at=NOON - 60 * MINUTE)
        notices.claim(1, "ours", now=NOON, lease=MINUTE)
        notices.finish_all([one.id], "ours", now=NOON)

    assert ready().json["backlog_seconds"] == 0


FORGETFUL = ["fsync is off", "synchronous_commit is off"]


def test_production_does_not_start_on_a_database_that_forgets(setup, monkeypatch):
    monkeypatch.setattr(health, "weak_settings", lambda: FORGETFUL)

    with pytest.raises(SettingsError, match="fsync is off, synchronous_commit is off"):
        health.refuse_a_database_that_forgets(setup("production"))


def test_outside_production_it_may_forget(setup, monkeypatch):
    monkeypatch.setattr(health, "weak_settings", lambda: FORGETFUL)

    assert health.refuse_a_database_that_forgets(setup("demo")) is None


def test_production_starts_while_the_database_is_away(setup, monkeypatch):
    def away():
        raise OperationalError("SHOW", {}, Exception("connection refused"))

    monkeypatch.setattr(health, "weak_settings", away)

    assert health.refuse_a_database_that_forgets(setup("production")) is None


def test_production_starts_on_a_database_that_remembers(setup, monkeypatch):
    monkeypatch.setattr(health, "weak_settings", list)

    assert health.refuse_a_database_that_forgets(setup("production")) is None


def test_the_database_is_asked_what_it_could_forget(app):
    expected = CARELESS if db.engine.dialect.name == "postgresql" else ()

    assert weak_settings() == [one.replace("=", " is ") for one in sorted(expected, key=_asked)]


def _asked(option):
    return list(NOT_DURABLE).index(option.split("=")[0])


@pytest.fixture
def setup(app, monkeypatch):
    """``setup("production")`` is the moment at which the page is attached to the application."""

    def attach(env):
        settings = app.extensions["hotline.settings"].model_copy(update={"env": env})
        monkeypatch.setitem(app.extensions, "hotline.settings", settings)
        return BlueprintSetupState(health.bp, app, {}, first_registration=True)

    return attach


@pytest.fixture
def ready(client, at):
    """``ready()`` asks at noon, when every kind of work has just finished."""
    with transaction():
        for kind in heartbeats.SILENT_AFTER:
            heartbeats.beat(kind, now=NOON)

    def ask(*, later=timedelta(0)):
        db.session.remove()
        with at(NOON + later):
            return client.get("/readyz")

    return ask

"""``flask followup``."""

import json

import pytest
from sqlalchemy import select

from hotline.audit.models import AuditEntry
from hotline.cli import followup
from hotline.db import db
from hotline.edge import identity

DUE = "2027-01-04T09:00+09:00"


@pytest.fixture
def flask(app):
    return lambda *args: app.test_cli_runner().invoke(args=args)


def test_drills_are_made_with_one_promise_and_one_notice_each(flask):
    made = json.loads(flask("followup", "add", "--count", "3", "--due", DUE, "--json").output)
    listed = json.loads(flask("followup", "list", "--json").output)
    told = json.loads(flask("notice", "list", "--json").output)

    assert made == listed
    assert {row["due_at"] for row in listed} == {"2027-01-04T09:00:00+09:00"}
    assert {row["subject"] for row in told} == {f"followup:{row['id']}" for row in listed}
    assert flask("integrity", "check").exit_code == 0


def test_promises_are_listed_by_status(flask):
    flask("followup", "add", "--due", DUE)

    assert len(json.loads(flask("followup", "list", "--status", "pending", "--json").output)) == 1
    assert flask("followup", "list", "--status", "announced").output == "None.\n"


def test_the_list_can_be_bounded_and_is_on_record(flask):
    flask("followup", "add", "--count", "3", "--due", DUE)
    listed = json.loads(flask("followup", "list", "--limit", "2", "--json").output)
    read = select(AuditEntry.subject).where(AuditEntry.action == "read")

    assert len(listed) == 2
    assert db.session.scalars(read).all() == ["list:followups"]


def test_drills_are_refused_in_production(flask, monkeypatch):
    real = identity.settings()
    live = real.model_copy(update={"env": "production"})
    monkeypatch.setattr(followup, "settings", lambda: live)
    done = flask("followup", "add", "--due", DUE)

    assert done.exit_code == 1
    assert "refused in production" in done.output


@pytest.mark.parametrize("count", ["0", "10001", "many"])
def test_a_count_that_makes_no_sense_is_refused(flask, count):
    assert flask("followup", "add", "--count", count, "--due", DUE).exit_code == 2

"""``flask duty``: the roster from the command line."""

import json

import pytest
from sqlalchemy import select

from hotline.audit.models import AuditEntry
from hotline.db import db
from hotline.transaction import transaction
from tests import builders

NIGHT = ["--from", "2099-01-01T17:00+09:00", "--to", "2099-01-02T09:00+09:00"]


def test_somebody_is_put_on_duty_and_listed(flask, operator):
    flask("add", "--email", operator, "--line", "jnx", "--role", "operator", *NIGHT)
    [shift] = json.loads(flask("list", "--at", "2099-01-01T20:00+09:00", "--json"))

    assert (shift["email"], shift["to"]) == (operator, "2099-01-02T09:00:00+09:00")
    assert "2099-01-01 17:00:00" in flask("list")


@pytest.mark.parametrize(
    ("email", "role"), [("nobody@example.jp", "operator"), (None, "supervisor")]
)
def test_a_wrong_shift_is_refused_with_the_reason(flask, operator, email, role):
    who = ["--email", email or operator, "--line", "jnx", "--role", role]

    assert "person" in flask("add", *who, *NIGHT, fails=True)


def test_who_reads_the_roster_is_on_record(flask):
    flask("list")

    assert db.session.scalars(select(AuditEntry.subject)).all() == ["list:duty"]


@pytest.fixture
def flask(app):
    def invoke(*arguments, fails=False):
        done = app.test_cli_runner().invoke(args=["duty", *arguments])

        assert (done.exit_code != 0) is fails, done.output
        return done.output

    return invoke


@pytest.fixture
def operator(app):
    with transaction():
        return builders.person("operator").email

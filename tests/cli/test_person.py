"""``flask person``: accounts on the command line."""

import json
from datetime import UTC, datetime

import pyotp
import pytest
from sqlalchemy import select

from hotline.db import db
from hotline.edge import keys
from hotline.notices.models import Notice
from hotline.people import queries
from hotline.people import service as people
from hotline.people.rules import Account, Role
from hotline.transaction import transaction

NOW = datetime(2026, 11, 4, 3, 0, tzinfo=UTC)
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
INVITE = ("person", "invite", "--email", "a@example.jp", "--name", "確認", "--role", "operator")


@pytest.fixture
def flask(app):
    """``flask("person", "list")`` runs the command."""
    return lambda *args: app.test_cli_runner().invoke(args=args)


def somebody(*, secret: str | None = None) -> None:
    with transaction():
        given = Account("a@example.jp", "確認", frozenset({Role.OPERATOR}))
        made = people.invite(given, by_id=None, now=NOW)
        made.totp_secret = keys.cipher().encrypt(secret) if secret else None


def test_an_invitation_is_an_account_and_a_notice(flask):
    done = flask(*INVITE)

    assert done.exit_code == 0
    assert queries.by_email("a@example.jp").roles == {"operator"}
    assert db.session.scalars(select(Notice.kind)).all() == ["invite"]


def test_an_invitation_that_makes_no_sense_fails_with_a_sentence(flask):
    done = flask(*INVITE[:-1], "member")

    assert done.exit_code == 1
    assert "A member needs the number of the company" in done.output


def test_an_account_of_a_partner_nobody_knows_is_refused(flask):
    done = flask(*INVITE[:-1], "vendor", "--vendor-code", "V-77")

    assert done.exit_code == 1
    assert "no partner with this code" in done.output
    assert queries.everybody() == []


def test_people_are_listed_for_people_and_for_programs(flask):
    somebody()

    assert "a@example.jp" in flask("person", "list").output
    assert json.loads(flask("person", "list", "--json").stdout) == [
        {
            "id": queries.by_email("a@example.jp").id,
            "email": "a@example.jp",
            "name": "確認",
            "roles": ["operator"],
            "state": "invited",
        }
    ]


def test_somebody_is_shut_out(flask):
    somebody()

    assert flask("person", "disable", "A@example.jp").exit_code == 0
    assert queries.by_email("a@example.jp").disabled_at is not None


def test_the_last_administrator_stays(flask):
    somebody()
    with transaction():
        made = queries.by_email("a@example.jp")
        given = Account(made.email, made.name, frozenset({Role.ADMINISTRATOR}))
        people.set_account(made, given, by_id=None, now=NOW)
    done = flask("person", "disable", "a@example.jp")

    assert done.exit_code == 1
    assert "last administrator" in done.output


def test_nobody_is_no_account(flask):
    done = flask("person", "disable", "nobody@example.jp")

    assert done.exit_code == 1
    assert "Nobody has the address" in done.output


def test_the_current_code_is_printed(flask, at):
    somebody(secret=SECRET)
    with at(NOW):
        assert flask("person", "code", "a@example.jp").output.strip() == pyotp.TOTP(SECRET).at(NOW)


def test_without_a_second_factor_there_is_no_code(flask):
    somebody()

    assert flask("person", "code", "a@example.jp").exit_code == 1


def test_production_prints_no_code(app, flask, monkeypatch):
    somebody(secret=SECRET)
    settings = app.extensions["hotline.settings"].model_copy(update={"env": "production"})
    monkeypatch.setitem(app.extensions, "hotline.settings", settings)
    done = flask("person", "code", "a@example.jp")

    assert done.exit_code == 1
    assert "never prints one" in done.output

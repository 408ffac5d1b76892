"""``flask token``: API tokens on the command line."""

from datetime import UTC, datetime, timedelta

import pytest

from hotline import clock
from hotline.people import queries
from hotline.people import service as people
from hotline.people.rules import Account, Role
from hotline.transaction import transaction

NOW = datetime(2026, 11, 4, 3, 0, tzinfo=UTC)
EMAIL = "a@example.jp"


@pytest.fixture
def flask(app):
    """``flask("token", "create", …)`` runs the command."""
    with transaction():
        people.invite(Account(EMAIL, "確認", frozenset({Role.OPERATOR})), by_id=None, now=NOW)
    return lambda *args: app.test_cli_runner().invoke(args=args)


def test_the_token_is_all_that_is_printed(flask):
    done = flask("token", "create", "--email", EMAIL)

    assert done.exit_code == 0
    assert queries.by_token(done.stdout.strip(), now=NOW).email == EMAIL


def test_a_token_may_have_a_name_and_an_end(flask):
    done = flask("token", "create", "--email", EMAIL, "--name", "夜間の取込み", "--days", "7")
    token, later = done.stdout.strip(), clock.now() + timedelta(days=7)

    assert queries.by_token(token, now=later - timedelta(hours=1)) is not None
    assert queries.by_token(token, now=later) is None


@pytest.mark.parametrize("more", [("--days", "0"), ("--days", "x"), ("--name", "あ" * 101)])
def test_a_name_or_an_end_that_makes_no_sense_is_refused(flask, more):
    assert flask("token", "create", "--email", EMAIL, *more).exit_code != 0


def test_nobody_gets_no_token(flask):
    assert flask("token", "create", "--email", "nobody@example.jp").exit_code == 1


def test_somebody_disabled_gets_no_token(flask):
    with transaction():
        people.disable(queries.by_email(EMAIL), by_id=None, now=NOW)
    done = flask("token", "create", "--email", EMAIL)

    assert done.exit_code == 1
    assert "disabled" in done.output


def test_one_token_is_revoked(flask):
    token, other = (flask("token", "create", "--email", EMAIL).stdout.strip() for _ in range(2))
    done = flask("token", "revoke", token)

    assert done.exit_code == 0
    assert queries.by_token(token, now=NOW) is None
    assert queries.by_token(other, now=NOW) is not None


def test_all_tokens_of_a_person_are_revoked(flask):
    token = flask("token", "create", "--email", EMAIL).stdout.strip()
    done = flask("token", "revoke", "--email", EMAIL)

    assert done.output == "1 revoked.\n"
    assert queries.by_token(token, now=NOW) is None


@pytest.mark.parametrize("args", [(), ("x", "--email", EMAIL), ("never-was",)])
def test_revoking_nothing_fails(flask, args):
    assert flask("token", "revoke", *args).exit_code != 0

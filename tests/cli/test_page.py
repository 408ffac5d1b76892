"""``flask page``: who is being rung, and taking it from the command line."""

import json

import pytest
from sqlalchemy import select

from hotline.audit.models import AuditEntry
from hotline.db import db
from hotline.duty import service as duty
from hotline.transaction import transaction
from tests import builders
from tests.builders import NOON


def test_an_open_page_is_listed_with_who_was_rung(flask, page, coordinator):
    [row] = json.loads(flask("list", "--json"))

    assert (row["id"], row["ticket"], row["status"]) == (page.id, page.number, "open")
    assert (row["rung"], row["next_at"]) == (["山田 花子"], "2026-11-04T12:00:45+09:00")
    assert "山田 花子" in flask("list")


def test_who_takes_it_ends_it(flask, page, coordinator):
    told = flask("take", str(page.id), "--email", coordinator.email)
    [row] = json.loads(flask("list", "--all", "--json"))

    assert page.number in told
    assert (row["status"], row["ended_by"], row["next_at"]) == ("taken", "山田 花子", None)
    assert flask("list") == "None.\n"


def test_the_second_is_told_who_has_it(flask, page, coordinator):
    with transaction():
        second = builders.person("supervisor").email
    flask("take", str(page.id), "--email", coordinator.email)

    assert "山田 花子 has this already" in flask(
        "take", str(page.id), "--email", second, fails=True
    )


def test_nobody_takes_nothing(flask, page):
    assert "nothing here" in flask("take", str(page.id), "--email", "x@example.jp", fails=True)


def test_who_reads_the_list_is_on_record(flask):
    flask("list")

    assert db.session.scalars(select(AuditEntry.subject)).all() == ["list:pages"]


@pytest.fixture
def flask(app):
    def invoke(*arguments, fails=False):
        done = app.test_cli_runner().invoke(args=["page", *arguments])

        assert (done.exit_code != 0) is fails, done.output
        return done.output

    return invoke


@pytest.fixture
def coordinator(app):
    with transaction():
        return builders.person("coordinator", name="山田 花子", phone="+819012345601")


@pytest.fixture
def page(app, coordinator):
    with transaction():
        made = builders.page()
        duty.ring_next(made.id, now=NOON)
    return made

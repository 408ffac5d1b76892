"""``flask ticket``: the newest tickets."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from hotline.audit.models import AuditEntry
from hotline.db import db
from hotline.tickets.rules import spaced
from hotline.transaction import transaction
from tests import builders
from tests.builders import NOON


def test_programs_get_every_fact_that_is_no_case_text(flask, ticket):
    [row] = json.loads(flask("--json"))

    assert row == {
        "number": ticket.number,
        "status": "received",
        "severity": ticket.severity,
        "case_types": ["ransom"],
        "received_at": "2026-11-04T12:00:00+09:00",
        "promised_at": "2026-11-04T12:00:00+09:00",
    }


def test_people_get_one_line_each_without_the_company(flask, ticket):
    said = flask()

    assert said.startswith(f"{spaced(ticket.number)}  received")
    assert said.endswith("1 in all.\n")
    assert "確認工業" not in said


def test_the_newest_call_comes_first_and_the_list_can_be_bounded(flask, ticket):
    with transaction():
        older = builders.ticket(received_at=NOON - timedelta(days=1))
    numbers = [row["number"] for row in json.loads(flask("--json"))]

    assert numbers == [ticket.number, older.number]
    assert len(json.loads(flask("--limit", "1", "--json"))) == 1


def test_without_tickets_that_is_said(flask):
    assert flask() == "None.\n"


def test_who_reads_tickets_is_on_record(flask):
    flask()

    assert db.session.scalars(select(AuditEntry.subject)).all() == ["list:tickets"]


@pytest.fixture
def flask(app):
    """``flask("--json")`` runs ``flask ticket list --json``; what it printed."""

    def invoke(*arguments):
        done = app.test_cli_runner().invoke(args=["ticket", "list", *arguments])

        assert done.exit_code == 0, done.output
        return done.output

    return invoke


@pytest.fixture
def ticket(app):
    with transaction():
        return builders.ticket(company="確認工業")

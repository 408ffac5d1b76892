"""``flask report``: the figures of the page, month by month, for people and for programs."""

import csv
import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from hotline import clock
from hotline.audit.models import AuditEntry
from hotline.db import db
from hotline.transaction import transaction
from tests import builders
from tests.builders import NOON

SECOND, MONTH = timedelta(seconds=1), timedelta(days=31)


@pytest.fixture
def flask(app):
    """``flask("--json")`` runs ``flask report months`` in November 2026, after eight calls."""
    with transaction():
        for _ in range(4):
            builders.call(status="done", received_at=NOON, answered_at=NOON + 20 * SECOND)
        builders.call(status="missed", received_at=NOON)
        for _ in range(3):
            builders.call(status="missed", received_at=NOON - MONTH)

    def run(*words: str, code: int = 0) -> str:
        with clock.fixed(NOON):
            done = app.test_cli_runner().invoke(args=["report", "months", *words])
        assert done.exit_code == code, done.output
        return done.output

    return run


def test_months_stand_in_lines_under_the_names_of_their_figures(flask):
    calls = flask("--from", "2026-10", "--to", "2026-11").split("\n\n")[0].splitlines()
    columns = ("calls", "missed", "answered_share", "waited_seconds")
    names = calls[0].split()

    assert names[0] == "CALLS"
    assert [[line.split()[names.index(one)] for one in columns] for line in calls[1:]] == [
        ["3", "3", "-", "-"],
        ["5", "1", "80.0%", "20"],
        ["8", "4", "50.0%", "20"],
    ]
    assert [line.split()[0] for line in calls[1:]] == ["2026-10", "2026-11", "total"]


def test_a_program_is_given_numbers(flask):
    [month] = json.loads(flask("--from", "2026-11", "--json"))

    assert month["month"] == "2026-11"
    assert month["calls"]["answered_share"] == 0.8
    assert (month["calls"]["waited_seconds"], month["partners"]["took_minutes"]) == (20, None)
    assert month["costs"] == {"approvals": 0, "yen": 0}


def test_a_spreadsheet_is_given_a_line_for_each_month(flask):
    october, november = csv.DictReader(flask("--from", "2026-10", "--csv").splitlines())

    assert (october["month"], november["month"]) == ("2026-10", "2026-11")
    assert november["calls.answered_share"] == "80.0%"
    assert (october["calls.waited_seconds"], november["calls.waited_seconds"]) == ("", "20")


@pytest.mark.parametrize(
    ("words", "months"),
    [((), ("2025-12", "2026-11")), (("--to", "2026-03"), ("2025-04", "2026-03"))],
)
def test_without_a_first_month_there_are_twelve(flask, words, months):
    listed = [one["month"] for one in json.loads(flask(*words, "--json"))]

    assert (listed[0], listed[-1], len(listed)) == (*months, 12)


@pytest.mark.parametrize(
    ("words", "code", "why"),
    [
        (("--from", "2026-12", "--to", "2026-11"), 1, "before the first one"),
        (("--from", "2023-11", "--to", "2026-11"), 1, "36 months at most"),
        (("--from", "2026-13"), 2, "is not a month such as 2026-11"),
        (("--from", "2026-11-04"), 2, "is not a month such as 2026-11"),
        (("--csv", "--json"), 2, "Choose one of"),
    ],
)
def test_what_is_no_span_is_refused(flask, words, code, why):
    assert why in flask(*words, code=code)


def test_who_reads_figures_is_on_record(flask):
    flask("--from", "2026-10", "--csv")
    [entry] = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "read")).all()

    assert entry.subject == "report:figures"
    assert entry.detail == {"first": "2026-10-01", "last": "2026-11-30", "form": "csv"}

"""``flask audit verify``."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import update

from hotline.audit import queries
from hotline.audit import service as audit
from hotline.audit.models import AuditEntry
from hotline.db import db
from hotline.transaction import transaction
from tests.builders import NOON


@pytest.fixture
def flask(app, at):
    with transaction():
        for number in range(3):
            audit.write("ticket.read", f"ticket:{number}", by_id=None, now=NOON)
    with transaction():
        audit.seal(2)

    def run(*args, now=NOON):
        with at(now):
            return app.test_cli_runner().invoke(args=args)

    return run


def alter():
    with transaction():
        db.session.execute(update(AuditEntry).where(AuditEntry.seq == 2).values(action="other"))


def test_a_whole_trail_is_said_to_be_whole(flask):
    done = flask("audit", "verify")

    assert done.exit_code == 0
    assert done.output.splitlines() == [
        "The trail is whole: 2 entries sealed, 1 wait for the worker.",
        f"Head: {queries.head()}",
    ]


def test_a_head_that_was_noted_is_looked_for(flask):
    noted = str(queries.head())
    there = flask("audit", "verify", "--expect", noted)
    absent = flask("audit", "verify", "--expect", noted.replace("2:", "3:"))

    assert (there.exit_code, absent.exit_code) == (0, 1)
    assert absent.output == (
        "The trail is broken at 3: is not the entry that was noted elsewhere.\n"
    )


def test_what_is_no_place_of_the_chain_is_refused(flask):
    done = flask("audit", "verify", "--expect", "2")

    assert done.exit_code == 2
    assert "is not a number, a colon and 64 hexadecimal digits" in done.output


def test_s_23_what_waits_too_long_for_its_seal_is_a_finding(flask):
    done = flask("audit", "verify", now=NOON + timedelta(minutes=6))
    told = json.loads(flask("audit", "verify", "--json", now=NOON + timedelta(minutes=6)).output)

    assert done.exit_code == 1
    assert done.output == "1 entries have had no seal for more than 5 minutes.\n"
    assert (told["ok"], told["overdue"], told["broken"]) == (False, 1, None)


def test_s_23_a_broken_trail_names_the_first_broken_entry(flask):
    alter()
    done = flask("audit", "verify")

    assert done.exit_code == 1
    assert done.output == "The trail is broken at 2: was altered after it was sealed.\n"


def test_programs_are_told_the_same(flask):
    whole = json.loads(flask("audit", "verify", "--json").output)
    alter()
    broken = json.loads(flask("audit", "verify", "--json").output)

    assert (whole["ok"], whole["sealed"], whole["broken"]) == (True, 2, None)
    assert (broken["ok"], broken["broken"]["seq"]) == (False, 2)

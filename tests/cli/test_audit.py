"""``flask audit verify``."""

import json

import pytest
from sqlalchemy import update

from hotline.audit import service as audit
from hotline.audit.models import AuditEntry
from hotline.db import db
from hotline.transaction import transaction
from tests.builders import NOON


@pytest.fixture
def flask(app):
    with transaction():
        for number in range(3):
            audit.write("ticket.read", f"ticket:{number}", by_id=None, now=NOON)
    with transaction():
        audit.seal(2)
    return lambda *args: app.test_cli_runner().invoke(args=args)


def alter():
    with transaction():
        db.session.execute(update(AuditEntry).where(AuditEntry.seq == 2).values(action="other"))


def test_a_whole_trail_is_said_to_be_whole(flask):
    done = flask("audit", "verify")

    assert done.exit_code == 0
    assert done.output == "The trail is whole: 2 entries sealed, 1 wait for the worker.\n"


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

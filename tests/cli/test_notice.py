"""``flask notice``."""

import json
import random
from datetime import timedelta

import pytest
from sqlalchemy import select

from hotline.audit.models import AuditEntry
from hotline.db import db
from hotline.notices import rules
from hotline.notices import service as notices
from hotline.notices.rules import Failure
from hotline.transaction import transaction
from tests import builders
from tests.builders import NOON


@pytest.fixture
def flask(app):
    return lambda *args: app.test_cli_runner().invoke(args=args)


@pytest.fixture
def refused(app):
    """A notice whose receiver refused it for good."""
    with transaction():
        one = builders.notice(person_id=7)
        notices.claim(1, "ours", now=NOON, lease=rules.LEASE)
        failure = Failure("RCPT 550 no such user", permanent=True)
        notices.record_failure(one.id, "ours", failure, now=NOON, rng=random.Random(1))
    return one


def test_notices_are_listed_with_all_that_is_known(flask, refused, at):
    with at(NOON + timedelta(minutes=6)):
        listed = json.loads(flask("notice", "list", "--status", "failed", "--json").output)

    [row] = listed
    assert (row["id"], row["to"], row["marks"]) == (refused.id, "person:7", "late")
    assert (row["failures"], row["last_error"]) == (1, "RCPT 550 no such user")
    assert row["dedup_key"] == refused.dedup_key
    assert row["next_look_at"] == "2026-11-04T13:00:00+09:00"


def test_a_person_reads_one_line_each(flask, refused):
    output = flask("notice", "list").output

    assert output.endswith("3 in all.\n")
    assert "undelivered" in output


def test_who_reads_notices_is_on_record(flask):
    flask("notice", "list")

    assert db.session.scalars(select(AuditEntry.subject)).all() == ["list:notices"]


def test_a_refused_notice_is_tried_again(flask, refused, app):
    done = flask("notice", "retry", str(refused.id))
    listed = json.loads(flask("notice", "list", "--status", "waiting", "--json").output)

    assert done.exit_code == 0
    assert refused.id in [row["id"] for row in listed]


def test_a_notice_that_is_over_is_not_tried_again(flask, refused):
    with transaction():
        notices.withdraw(refused.subject)
    done = flask("notice", "retry", str(refused.id))

    assert done.exit_code == 1
    assert "is withdrawn; there is nothing to try again" in done.output


def test_a_notice_that_does_not_exist_is_not_tried_again(flask):
    assert flask("notice", "retry", "404").exit_code == 1

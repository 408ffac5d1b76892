"""Nine o'clock: many promises of one moment are announced together, and each of them once."""

from datetime import datetime

import pytest
from sqlalchemy import select

from hotline.db import db
from hotline.followups.models import Followup
from hotline.jobs import mail
from hotline.notices.models import Notice
from hotline.timeline.models import Line
from hotline.transaction import transaction
from tests import builders
from tests.jobs.conftest import NINE

MANY = 40


def test_many_promises_of_one_moment_cost_few_statements(work, postman, promises, statements):
    with statements() as sent:
        mail.deliver(work)

    assert len(postman.mails) == MANY
    assert len(sent) < 3 * MANY


def test_each_promise_is_announced_and_told_in_its_story_once(work, postman, promises):
    mail.deliver(work)
    told = db.session.scalars(select(Line.ticket_id).where(Line.event == "announced")).all()
    announced = db.session.scalars(select(Followup.announced_at)).all()

    assert sorted(about for _, about in postman.told) == sorted(promises)
    assert len(told) == len(set(told)) == MANY
    assert announced == [NINE] * MANY


def test_each_of_several_coordinators_is_told_of_each_promise_once(work, postman, promises):
    with transaction():
        builders.person("coordinator")
    mail.deliver(work)

    assert len(postman.told) == len(set(postman.told)) == 2 * MANY


def test_a_slow_provider_has_each_message_written_down_by_itself(work, time, postman, promises):
    unwritten = []

    def a_tenth_of_a_second_passes():
        time.seconds += 0.1
        sent = select(Notice.id).where(Notice.status == "sent")
        unwritten.append(len(postman.mails) - len(db.session.scalars(sent).all()))
        db.session.rollback()

    postman.on_the_way = a_tenth_of_a_second_passes
    mail.deliver(work)

    assert unwritten == [0] * MANY


def test_what_cannot_be_prepared_together_is_prepared_one_by_one(
    work, postman, promises, monkeypatch
):
    def broken(*_given, **_named):
        raise ZeroDivisionError

    monkeypatch.setattr("hotline.jobs.delivery.prepare_together", broken)
    mail.deliver(work)

    assert len(postman.mails) == MANY


@pytest.fixture
def promises(app, coordinator) -> list[str]:
    """What the notices call the promises of many tickets, all for NINE."""
    at = datetime.fromisoformat("2026-12-30T22:15+09:00")
    with transaction():
        for _ in range(MANY):
            builders.ticket(now=at, received_at=at)
        return [f"followup:{one}" for one in db.session.scalars(select(Followup.id))]

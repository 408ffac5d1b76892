"""What fails is tried again, alarms people, and is given up only in their sight."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from hotline.audit.models import AuditEntry
from hotline.db import db
from hotline.errors import Missing, Refused
from hotline.notices import queries
from hotline.notices import service as notices
from hotline.notices.rules import ALERT, Kind, Status
from hotline.transaction import transaction
from tests.builders import NOON
from tests.notices.steps import claim, count, fail, on_record, read, tell_one


def test_a_refusal_for_good_alarms_supervisors_and_the_address_for_trouble_once(app):
    one = tell_one()
    for hour in range(3):
        now = NOON + timedelta(hours=hour)
        claim(now=now)
        fail(one, permanent=True, now=now)
    alarms = [notice for notice in queries.listed() if notice.kind == Kind.UNDELIVERED]

    assert read(one).status == Status.FAILED
    assert sorted(notice.audience for notice in alarms) == [ALERT, "supervisor"]
    assert alarms[0].facts == {"about": f"{one.subject} 4821 7093 3", "number": "482170933"}


def test_an_invitation_that_is_held_alarms_once_a_day_however_often_it_is_sent(app):
    for minute in range(3):
        now = NOON + timedelta(minutes=minute)
        one = tell_one(kind=Kind.INVITE, subject="person:13", due_at=now, facts={})
        claim(now=now)
        fail(one, permanent=True, now=now)
    alarms = [notice for notice in queries.listed() if notice.kind == Kind.UNDELIVERED]

    assert sorted(notice.audience for notice in alarms) == [ALERT, "supervisor"]
    assert {notice.facts["about"] for notice in alarms} == {"person:13"}


def test_giving_up_alarms_once_more(app):
    one = tell_one()
    for tries in range(12):
        now = NOON + timedelta(hours=7 * tries)
        claim(now=now)
        fail(one, now=now)
    alarms = [notice.subject for notice in queries.listed() if notice.kind == Kind.UNDELIVERED]

    assert read(one).status == Status.GIVEN_UP
    assert sorted(set(alarms)) == [f"notice:{one.id}:failed", f"notice:{one.id}:given_up"]
    assert one.id not in [taken.id for taken in claim(now=NOON + timedelta(days=30))]


def test_what_does_not_arrive_is_on_record(app):
    one = tell_one()
    for tries in range(12):
        now = NOON + timedelta(hours=7 * tries)
        claim(now=now)
        fail(one, now=now)
    entries = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()

    assert set(on_record()) == {"notice.failed", "notice.given_up"}
    assert entries[-1].action == "notice.given_up"
    assert entries[-1].detail == {"about": one.subject, "tries": 12}


def test_a_failure_that_may_pass_is_not_on_record(app):
    one = tell_one()
    claim()
    fail(one)

    assert on_record() == []


def test_an_alarm_that_fails_raises_no_further_alarm(app):
    one = tell_one(kind=Kind.BACKLOG, audience=ALERT)
    claim()
    fail(one, permanent=True)

    assert count() == 1


def test_a_person_can_have_a_refused_notice_tried_again(app):
    one = tell_one()
    claim()
    fail(one, permanent=True)
    with transaction():
        notices.retry(one.id, by_id=None, now=NOON)

    assert one.id in [taken.id for taken in claim()]
    assert (read(one).failures, one.first_failed_at) == (0, None)


def test_what_was_sent_is_not_tried_again(app):
    one = tell_one()
    claim()
    with transaction():
        notices.finish_all([one.id], "ours", now=NOON)

    with transaction(), pytest.raises(Refused, match="is sent; there is nothing to try again"):
        notices.retry(one.id, by_id=None, now=NOON)


def test_a_notice_that_does_not_exist_cannot_be_tried_again(app):
    with transaction(), pytest.raises(Missing):
        notices.retry(404, by_id=None, now=NOON)

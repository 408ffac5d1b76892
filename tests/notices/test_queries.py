"""What waits, what arrived, and what did not."""

from datetime import timedelta

from hotline.db import db
from hotline.notices import queries, rules
from hotline.notices import service as notices
from hotline.notices.rules import ALERT, Kind, Status
from hotline.transaction import transaction
from tests.builders import NOON
from tests.notices.steps import claim, fail, tell_one


def test_the_backlog_is_the_age_of_the_oldest_due_notice(app):
    tell_one(due_at=NOON - timedelta(minutes=7))
    tell_one(due_at=NOON + timedelta(minutes=7))

    assert queries.backlog(NOON) == timedelta(minutes=7)


def test_what_nobody_can_repair_by_waiting_is_no_backlog(app):
    one = tell_one()
    tell_one(kind=Kind.BACKLOG, audience=ALERT)
    claim()
    fail(one, permanent=True)
    with transaction():
        for alarm in queries.listed():
            if alarm.kind == Kind.UNDELIVERED:
                db.session.delete(alarm)

    assert queries.backlog(NOON + timedelta(hours=2)) == timedelta(0)


def test_notices_are_counted_and_listed_by_status(app):
    one = tell_one()
    tell_one(due_at=NOON + timedelta(days=1))
    claim()
    counts = queries.count_by_status()

    assert (counts["sending"], counts["waiting"], counts["given_up"]) == (1, 1, 0)
    assert [found.id for found in queries.listed("sending")] == [one.id]


def test_what_did_not_arrive_is_listed_page_by_page(app):
    told = [tell_one(due_at=NOON - timedelta(minutes=number)) for number in range(3)]
    tell_one(due_at=NOON - timedelta(minutes=9))
    with transaction():
        for one in notices.claim(9, "ours", now=NOON, lease=rules.LEASE):
            if one.id in {lost.id for lost in told}:
                one.status = Status.GIVEN_UP
    first = queries.unsent(2)
    rest = queries.unsent(2, (first[-1].due_at, first[-1].id))

    assert [one.id for one in (*first, *rest)] == [one.id for one in told]


def test_channels_are_known_by_what_was_or_will_be_told(app):
    facts = {"subject": "ticket:1", "kind": Kind.RECEIVED, "audience": "caller"}
    by_mail = tell_one(channel="mail", **facts)
    tell_one(channel="sms", **facts)
    claim()
    with transaction():
        notices.finish_all([by_mail.id], "ours", now=NOON)
    told = queries.channels("ticket:1", Kind.RECEIVED)
    still_to_be_told = queries.channels("ticket:1", Kind.RECEIVED, open_only=True)

    assert (told, still_to_be_told) == ({"mail", "sms"}, {"sms"})

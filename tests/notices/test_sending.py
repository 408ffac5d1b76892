"""Claimed, sent, finished: by many workers, each once, and never lost."""

import threading
from datetime import timedelta

from hotline.notices import queries, rules
from hotline.notices import service as notices
from hotline.notices.rules import Channel, Kind, Status
from hotline.transaction import transaction
from tests import builders
from tests.builders import NOON
from tests.notices.steps import alarms, claim, fail, on_record, read, tell_one


def test_the_oldest_are_claimed_first_and_each_once(app):
    late, later, latest = (
        tell_one(due_at=NOON - timedelta(minutes=minutes)) for minutes in (3, 2, 1)
    )
    first, second = claim("one", limit=2), claim("two", limit=2)

    assert [one.id for one in first] == [late.id, later.id]
    assert [one.id for one in second] == [latest.id]


def test_a_claim_that_ran_out_is_taken_by_another_and_the_promise_stays(app):
    one = tell_one()
    claim("dead")
    too_early = claim("other", now=NOON + rules.LEASE - timedelta(seconds=1))
    claim("other", now=NOON + rules.LEASE)

    assert too_early == []
    assert (read(one).claim_id, one.due_at, one.attempts) == ("other", NOON, 2)


def lose(one, *, times, every):
    """Workers claim it, one after the other, and none says how it went."""
    for number in range(times):
        claim(f"worker {number}", limit=1, now=NOON + number * every)


def test_claims_that_run_out_for_a_day_alarm_people_and_then_rest_for_an_hour(app):
    one = tell_one()
    lose(one, times=11, every=timedelta(hours=3))
    now = NOON + timedelta(hours=33)

    assert (read(one).status, one.attempts) == (Status.FAILED, 10)
    assert alarms() == {f"notice:{one.id}:failed"}
    assert on_record() == ["notice.failed"]
    assert one.wake_at == NOON + timedelta(hours=31)
    assert one.id in [taken.id for taken in claim(now=now)]


def test_claims_that_run_out_for_three_days_are_given_up(app):
    one = tell_one()
    lose(one, times=12, every=timedelta(hours=8))

    assert read(one).status == Status.GIVEN_UP
    assert f"notice:{one.id}:given_up" in alarms()


def test_a_few_claims_that_ran_out_long_ago_do_not_hold_a_notice_up(app):
    one = tell_one()
    lose(one, times=4, every=timedelta(days=30))

    assert (read(one).status, one.attempts) == (Status.SENDING, 4)


def test_claims_that_ran_out_count_when_it_fails_at_last(app):
    one = tell_one()
    lose(one, times=10, every=timedelta(minutes=2))
    later = NOON + timedelta(hours=26)
    with transaction():
        notices.release([one.id], "worker 9", wake_at=later)
    claim(now=later)
    status = fail(one, now=later)

    assert (status, read(one).attempts, one.failures) == (Status.FAILED, 10, 1)


def test_a_retry_does_not_look_like_a_message_sent_twice(app):
    one = tell_one()
    claim()
    fail(one, permanent=True)
    with transaction():
        notices.retry(one.id, by_id=None, now=NOON)
    claim("again")
    with transaction():
        notices.finish_all([one.id], "again", now=NOON)

    assert rules.marks(read(one), now=NOON) == []


def test_a_late_finisher_changes_nothing(app, caplog):
    one = tell_one()
    claim("dead")
    claim("other", now=NOON + rules.LEASE)
    with transaction():
        ours = notices.finish_all([one.id], "dead", now=NOON)

    assert ours == set()
    assert (read(one).status, one.claim_id) == (Status.SENDING, "other")


def test_a_late_failure_changes_nothing(app):
    one = tell_one()
    claim("dead")
    claim("other", now=NOON + rules.LEASE)

    assert fail(one, name="dead") is None
    assert (read(one).failures, one.claim_id) == (0, "other")


def test_a_finished_notice_is_sent_and_never_claimed_again(app):
    one = tell_one()
    claim()
    with transaction():
        ours = notices.finish_all([one.id], "ours", now=NOON)

    assert ours == {one.id}
    assert (read(one).status, one.sent_at, one.claim_id) == (Status.SENT, NOON, None)
    assert claim(now=NOON + timedelta(days=9)) == []


def test_a_failure_is_written_down_and_tried_again_under_the_same_key(app):
    one = tell_one()
    before = one.dedup_key
    claim()
    status = fail(one)
    again = claim(now=NOON + timedelta(minutes=2))

    assert status is Status.WAITING
    assert [(taken.id, taken.dedup_key) for taken in again] == [(one.id, before)]
    assert (one.failures, one.last_error) == (1, "RCPT 550 no such user")
    assert one.first_failed_at == NOON


def test_what_was_claimed_and_not_tried_is_given_back(app):
    tried, untried = tell_one(), tell_one()
    claim()
    with transaction():
        released = notices.release([untried.id], "ours", wake_at=NOON)

    assert released == 1
    assert (read(untried).status, untried.attempts, untried.claim_id) == ("waiting", 0, None)
    assert (read(tried).status, tried.attempts) == ("sending", 1)


def test_a_dropped_notice_is_over(app):
    one = tell_one()
    with transaction():
        [taken] = notices.claim(1, "ours", now=NOON, lease=rules.LEASE)
        notices.drop(taken, now=NOON)

    assert read(one).status == Status.WITHDRAWN
    assert on_record() == ["notice.withdrawn"]


def test_many_workers_claim_each_notice_once(app):
    with transaction():
        for _ in range(60):
            builders.notice()
    taken, barrier = [], threading.Barrier(4)

    def work(name):
        with app.app_context():
            barrier.wait()
            while found := claim(name, limit=5):
                taken.extend(one.id for one in found)

    threads = [threading.Thread(target=work, args=[f"worker {n}"]) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(taken) == 60
    assert len(set(taken)) == 60


def test_each_channel_is_claimed_by_itself(app):
    facts = {"subject": "page:1", "kind": Kind.PAGE}
    told = {one: tell_one(channel=one, **facts) for one in ("mail", "sms", "voice")}
    with transaction():
        taken = notices.claim(9, "ours", now=NOON, lease=rules.LEASE, channel=Channel.SMS)

    assert [one.id for one in taken] == [told["sms"].id]
    assert [queries.is_due(NOON, Channel(one)) for one in told] == [True, False, True]

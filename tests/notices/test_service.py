import random
import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from hotline.audit.models import AuditEntry
from hotline.db import db
from hotline.errors import Missing, Refused
from hotline.notices import queries, rules
from hotline.notices import service as notices
from hotline.notices.models import Notice
from hotline.notices.rules import ALERT, Channel, Failure, Kind, Status
from hotline.transaction import transaction
from tests import builders
from tests.builders import NOON

RNG = random.Random(1)


def tell_one(**facts):
    with transaction():
        return builders.notice(**facts)


def claim(name="ours", *, limit=10, now=NOON):
    with transaction():
        return notices.claim(limit, name, now=now, lease=rules.LEASE)


def fail(one, *, name="ours", permanent=False, now=NOON):
    with transaction():
        failure = Failure("RCPT 550 no such user", permanent)
        return notices.record_failure(one.id, name, failure, now=now, rng=RNG)


def read(one):
    return db.session.get(Notice, one.id, populate_existing=True)


def on_record():
    return list(db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


def count():
    return db.session.scalar(select(func.count()).select_from(Notice))


def test_what_is_told_waits_for_its_moment(app):
    one = tell_one(due_at=NOON + timedelta(days=3))

    assert (one.status, one.wake_at) == (Status.WAITING, NOON + timedelta(days=3))
    assert claim() == []


def test_telling_the_same_thing_twice_is_one_notice(app):
    first = tell_one(subject="followup:1")
    second = tell_one(subject="followup:1")

    assert (second.id, count()) == (first.id, 1)


def test_a_second_recipient_gets_a_key_of_their_own(app):
    first = tell_one(subject="followup:1", person_id=1)
    second = tell_one(subject="followup:1", person_id=2)

    assert first.dedup_key != second.dedup_key


def test_a_withdrawn_notice_is_never_claimed(app):
    tell_one(subject="followup:1")
    with transaction():
        withdrawn = notices.withdraw("followup:1")

    assert (withdrawn, claim()) == (1, [])


def test_what_was_sent_is_not_withdrawn(app):
    one = tell_one()
    claim()
    with transaction():
        notices.finish(one.id, "ours", now=NOON)
    with transaction():
        withdrawn = notices.withdraw(one.subject)

    assert (withdrawn, read(one).status) == (0, Status.SENT)


def test_what_is_true_again_is_told_after_all(app):
    one = tell_one(subject="followup:1")
    with transaction():
        notices.withdraw("followup:1")
    tell_one(subject="followup:1")

    assert [taken.id for taken in claim()] == [one.id]


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


def alarms():
    return {notice.subject for notice in queries.listed() if notice.kind == Kind.UNDELIVERED}


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
        notices.finish(one.id, "again", now=NOON)

    assert rules.marks(read(one), now=NOON) == []


def test_a_late_finisher_changes_nothing(app, caplog):
    one = tell_one()
    claim("dead")
    claim("other", now=NOON + rules.LEASE)
    with transaction():
        ours = notices.finish(one.id, "dead", now=NOON)

    assert ours is False
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
        ours = notices.finish(one.id, "ours", now=NOON)

    assert ours is True
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


def test_an_addressed_notice_goes_to_one_person_and_its_siblings_to_the_others(app):
    one = tell_one()
    with transaction():
        [taken] = notices.claim(1, "ours", now=NOON, lease=rules.LEASE)
        notices.address(taken, [5, 6, 7], now=NOON)
    about = queries.about(one.subject)

    assert [notice.person_id for notice in about] == [5, 6, 7]
    assert len({notice.dedup_key for notice in about}) == 3
    assert [notice.status for notice in about] == ["sending", "waiting", "waiting"]


def test_whoever_had_theirs_taken_back_can_still_be_told(app):
    one = tell_one()
    theirs = tell_one(subject=one.subject, person_id=5)
    with transaction():
        notices.drop(read(theirs), now=NOON)
    with transaction():
        chosen = notices.address(read(one), [5], now=NOON)

    assert (chosen, read(one).person_id) == (5, 5)


def test_nobody_is_left_when_all_have_a_notice_of_their_own(app):
    one = tell_one()
    tell_one(subject=one.subject, person_id=5)
    with transaction():
        chosen = notices.address(read(one), [5], now=NOON)

    assert (chosen, read(one).person_id) == (None, None)


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
        notices.finish(one.id, "ours", now=NOON)

    with transaction(), pytest.raises(Refused, match="is sent; there is nothing to try again"):
        notices.retry(one.id, by_id=None, now=NOON)


def test_a_notice_that_does_not_exist_cannot_be_tried_again(app):
    with transaction(), pytest.raises(Missing):
        notices.retry(404, by_id=None, now=NOON)


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


def test_each_channel_is_claimed_by_itself(app):
    facts = {"subject": "page:1", "kind": Kind.PAGE}
    told = {one: tell_one(channel=one, **facts) for one in ("mail", "sms", "voice")}
    with transaction():
        taken = notices.claim(9, "ours", now=NOON, lease=rules.LEASE, channel=Channel.SMS)

    assert [one.id for one in taken] == [told["sms"].id]
    assert [queries.is_due(NOON, one) for one in Channel] == [True, False, True]


@pytest.mark.parametrize("channel", ["sms", "voice", "pigeon"])
def test_what_a_channel_has_no_words_for_cannot_be_told_by_it(app, channel):
    with transaction(), pytest.raises(ValueError, match=channel):
        builders.notice(kind=Kind.INVITE, channel=channel)


def test_a_withdrawn_notice_is_no_longer_held(app):
    one = tell_one()
    claim()
    before = queries.is_held(one.id, "ours")
    with transaction():
        notices.withdraw(one.subject)

    assert (before, queries.is_held(one.id, "ours")) == (True, False)


def test_only_what_is_not_true_any_more_is_withdrawn(app):
    due, late = (
        tell_one(subject="followup:1", kind=kind) for kind in (Kind.PROMISE_DUE, Kind.PROMISE_LATE)
    )
    with transaction():
        withdrawn = notices.withdraw("followup:1", {Kind.PROMISE_LATE})

    assert withdrawn == 1
    assert (read(due).status, read(late).status) == (Status.WAITING, Status.WITHDRAWN)


def test_siblings_remember_for_which_audience_they_are(app):
    one = tell_one()
    with transaction():
        [taken] = notices.claim(1, "ours", now=NOON, lease=rules.LEASE)
        notices.address(taken, [5, 6], now=NOON)
    [sibling] = [found for found in queries.about(one.subject) if found.person_id == 6]

    assert sibling.facts["audience"] == "coordinator"


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
        notices.finish(by_mail.id, "ours", now=NOON)
    told = queries.channels("ticket:1", Kind.RECEIVED)
    still_to_be_told = queries.channels("ticket:1", Kind.RECEIVED, open_only=True)

    assert (told, still_to_be_told) == ({"mail", "sms"}, {"sms"})


def plan(**changes):
    facts = {"kind": Kind.PROMISE_DUE, "due_at": NOON, "facts": {}, "audience": "coordinator"}
    return notices.Planned(**{**facts, **changes})


def test_several_things_are_told_at_once_and_each_once(app):
    planned = [plan(), plan(kind=Kind.PROMISE_LATE)]
    for _ in range(2):
        with transaction():
            notices.tell_all("followup:1", planned, now=NOON)

    assert [one.kind for one in queries.about("followup:1")] == ["promise_due", "promise_late"]


def test_telling_nothing_is_no_statement(app):
    with transaction():
        notices.tell_all("followup:1", [], now=NOON)

    assert count() == 0


def test_of_several_things_what_is_true_again_is_told_after_all(app):
    planned = [plan(), plan(kind=Kind.PROMISE_LATE)]
    with transaction():
        notices.tell_all("followup:1", planned, now=NOON)
        notices.withdraw("followup:1", {Kind.PROMISE_LATE})
    with transaction():
        notices.tell_all("followup:1", planned, now=NOON)

    assert {one.status for one in queries.about("followup:1")} == {Status.WAITING}

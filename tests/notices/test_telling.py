"""What is told is a row, once for each thing and moment; what is no longer true is withdrawn."""

from datetime import timedelta

import pytest

from hotline.notices import queries, rules
from hotline.notices import service as notices
from hotline.notices.rules import Kind, Status
from hotline.transaction import transaction
from tests import builders
from tests.builders import NOON
from tests.notices.steps import claim, count, read, tell_one


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
        notices.finish_all([one.id], "ours", now=NOON)
    with transaction():
        withdrawn = notices.withdraw(one.subject)

    assert (withdrawn, read(one).status) == (0, Status.SENT)


def test_what_is_true_again_is_told_after_all(app):
    one = tell_one(subject="followup:1")
    with transaction():
        notices.withdraw("followup:1")
    tell_one(subject="followup:1")

    assert [taken.id for taken in claim()] == [one.id]


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


@pytest.mark.parametrize("channel", ["sms", "voice", "pigeon"])
def test_what_a_channel_has_no_words_for_cannot_be_told_by_it(app, channel):
    with transaction(), pytest.raises(ValueError, match=channel):
        builders.notice(kind=Kind.INVITE, channel=channel)


def test_a_withdrawn_notice_is_no_longer_held(app):
    one = tell_one()
    claim()
    before = queries.held([one.id], "ours")
    with transaction():
        notices.withdraw(one.subject)

    assert (before, queries.held([one.id], "ours")) == ({one.id}, set())


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

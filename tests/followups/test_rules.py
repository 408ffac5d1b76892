"""How a promise may move on, and when it is late."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError

from hotline import policy
from hotline.errors import Refused
from hotline.followups import rules
from hotline.followups.rules import EscalationPolicy, PromisePolicy, Status

DUE = datetime(2026, 11, 4, 0, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
ESCALATION = policy.read(Path("config/escalation.toml"), EscalationPolicy)
GRACE = {"p1": 5, "p2": 15, "p3": 60, "p4": 240}


@pytest.mark.parametrize(("severity", "minutes"), GRACE.items())
def test_a_promise_is_late_after_the_grace_of_its_severity(severity, minutes):
    until = rules.take_up_by(DUE, severity, ESCALATION)

    assert until == DUE + timedelta(minutes=minutes)


def test_the_last_moment_of_grace_is_not_late():
    assert not rules.is_late(Status.ANNOUNCED, DUE, now=DUE)
    assert rules.is_late(Status.ANNOUNCED, DUE, now=DUE + SECOND)


@pytest.mark.parametrize("status", [Status.TAKEN, Status.DONE, Status.MOVED, Status.CALLED_OFF])
def test_a_promise_somebody_took_up_is_not_late(status):
    assert not rules.is_late(status, DUE, now=DUE + SECOND)


@pytest.mark.parametrize("ended", [Status.DONE, Status.MOVED, Status.CALLED_OFF])
@pytest.mark.parametrize("wanted", Status)
def test_an_ended_promise_stays_ended(ended, wanted):
    with pytest.raises(Refused, match=f"already {ended}"):
        rules.check_move(ended, wanted)


def test_a_promise_may_be_kept_before_it_is_due():
    rules.check_move(Status.PENDING, Status.DONE)


def test_nothing_becomes_pending_again():
    assert not any(Status.PENDING in following for following in rules.NEXT.values())


def test_a_move_needs_a_reason_and_a_time_to_come():
    assert rules.check_reason(" \n") is not None
    assert rules.check_reason("担当者不在") is None
    assert rules.check_new_time(DUE, now=DUE) is not None
    assert rules.check_new_time(DUE + SECOND, now=DUE) is None
    assert rules.check_new_time(DUE + timedelta(days=367), now=DUE) is not None


PROMISE = policy.read(Path("config/promise.toml"), PromisePolicy)


@pytest.mark.parametrize(
    ("in_hours", "language", "said"),
    [
        (False, "ja", "11月4日、水曜日の午前9時までに、担当者からお電話いたします。"),
        (False, "en", "We will call you by 9 a.m. on Wednesday, 4 November."),
        (True, "ja", "ただいまから担当者が対応いたします。"),
        (True, "en", "We will help you right now."),
    ],
)
def test_a_promise_is_one_sentence_everywhere(in_hours, language, said):
    told = rules.sentence(DUE, in_hours=in_hours, language=language, policy=PROMISE)

    assert told == said


@pytest.mark.parametrize(
    ("ja", "en"), [("すぐに", "by $due_at"), ("$due_atまで", "by $due"), ("$ まで", "by $due_at")]
)
def test_a_sentence_without_its_time_is_refused(ja, en):
    now = {"ja": "すぐに", "en": "now"}

    with pytest.raises(ValidationError, match="due_at stands in both"):
        PromisePolicy.model_validate({"at_once": now, "later": {"ja": ja, "en": en}})


def test_the_team_is_told_when_it_is_late_and_the_lead_after_that():
    late = DUE + timedelta(minutes=5)
    steps = list(rules.escalations(late, "p1", ESCALATION, now=DUE))
    lead = late + timedelta(minutes=5)

    assert steps == [
        ("coordinator_team", "mail", late),
        ("lead", "mail", lead),
        ("lead", "sms", lead),
    ]


def test_what_is_late_already_is_told_from_now_on():
    now = DUE + timedelta(hours=3)
    steps = list(rules.escalations(DUE, "p4", ESCALATION, now=now))
    hour = timedelta(minutes=60)

    assert {(audience, at) for audience, _, at in steps} == {
        ("coordinator_team", now),
        ("lead", now + hour),
    }


def test_a_step_without_mail_would_miss_who_has_no_phone():
    step = {"audience": "lead", "after_minutes": GRACE, "channels": ["sms"]}

    with pytest.raises(ValidationError, match="not everybody has a phone"):
        EscalationPolicy.model_validate({"grace_minutes": GRACE, "steps": [step]})


def test_nobody_stands_in_two_steps():
    step = {"audience": "lead", "after_minutes": GRACE}

    with pytest.raises(ValidationError, match="one step only"):
        EscalationPolicy.model_validate({"grace_minutes": GRACE, "steps": [step, step]})

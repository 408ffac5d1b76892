"""A caller waits while everybody on duty is in a call, hears the place, and is rung for in turn."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from hotline.calls import service as calls
from hotline.calls.models import Call
from hotline.calls.rules import Status
from hotline.db import db
from hotline.people.models import Person
from hotline.transaction import transaction
from tests import builders
from tests.builders import NOON
from tests.company import SID, dialled, verbs, words

WAIT = "/twilio/voice/queue/wait?language=ja&attempt=1"
OUT = "/twilio/voice/queue/left?language=ja"


def test_only_who_is_in_no_call_is_rung(phone, operators, talking):
    talking(operators[0])

    assert dialled(phone("/twilio/voice/ring")) == [operators[1].phone]


def test_while_everybody_is_in_a_call_the_caller_waits(phone, operators, talking):
    talking(*operators)
    answer = phone("/twilio/voice/ring")

    assert verbs(answer) == ["Enqueue"]
    assert the_call().queued_at == NOON


def test_a_supervisor_on_duty_is_rung_before_anybody_waits(phone, operators, talking):
    talking(*operators)
    with transaction():
        builders.shift(builders.person("supervisor", phone="+81312345609"), "supervisor")

    assert dialled(phone("/twilio/voice/ring")) == ["+81312345609"]


def test_who_waits_hears_the_place_the_promise_and_the_key(phone, operators, talking, waiting):
    talking(*operators)
    waiting(NOON - timedelta(minutes=1))
    phone("/twilio/voice/ring")
    told = words(phone(WAIT))

    assert "2番目" in told
    assert "伝言" in told


def test_who_is_next_leaves_as_soon_as_somebody_is_free(phone, operators, talking, waiting):
    talking(operators[0])
    first = waiting(NOON - timedelta(minutes=1))
    waiting(NOON, SID)

    assert verbs(phone(WAIT)) == ["Gather", "Redirect"]
    assert verbs(phone(WAIT, CallSid=first)) == ["Leave"]


def test_who_left_for_a_free_person_is_rung_for(phone, operators, waiting):
    waiting(NOON, SID)
    out = phone(OUT, QueueResult="leave")
    rung = phone("/twilio/voice/ring?language=ja")

    assert "/twilio/voice/ring" in out.text
    assert len(dialled(rung)) == 2
    assert the_call().queued_at is None


def test_the_key_leaves_a_message_instead_also_when_it_is_asked_twice(phone, operators, waiting):
    waiting(NOON, SID)
    key = phone("/twilio/voice/queue/key?language=ja&attempt=1", Digits="1")
    first, again = (phone(OUT, QueueResult="leave") for _ in range(2))

    assert verbs(key) == ["Leave"]
    assert first.data == again.data
    assert "Record" in verbs(first)


def test_another_key_changes_nothing(phone, operators, talking, waiting):
    talking(*operators)
    waiting(NOON, SID)
    answer = phone("/twilio/voice/queue/key?language=ja&attempt=3", Digits="7")

    assert verbs(answer) == ["Gather", "Redirect"]


def test_after_ten_minutes_a_message_can_be_left(phone, operators, talking, waiting):
    talking(*operators)
    waiting(NOON - timedelta(minutes=10), SID)

    assert verbs(phone(WAIT)) == ["Leave"]
    assert "Record" in verbs(phone(OUT, QueueResult="leave"))


@pytest.mark.parametrize("result", ["queue-full", "error", "system-error"])
def test_whom_the_company_cannot_hold_leaves_a_message(phone, operators, waiting, result):
    waiting(NOON, SID)

    assert "Record" in verbs(phone(OUT, QueueResult=result))


def test_who_hangs_up_while_waiting_was_missed(phone, operators, waiting):
    waiting(NOON, SID)
    out = phone(OUT, QueueResult="hangup")
    phone("/twilio/status", CallStatus="completed")

    assert verbs(out) == []
    assert the_call().status == Status.MISSED


def test_who_was_taken_on_the_screen_leaves_and_that_phone_alone_rings(phone, operators, waiting):
    waiting(NOON, SID)
    with transaction():
        call = db.session.scalars(select(Call)).one()
        call.claimed_by_id, call.claimed_at = operators[1].id, NOON

    assert verbs(phone(WAIT)) == ["Leave"]
    rung = phone("/twilio/voice/ring?language=ja")
    assert dialled(rung) == [operators[1].phone]
    assert "step=others" in rung.text


def test_when_that_phone_is_not_picked_up_the_others_are_rung(phone, operators):
    rung = phone("/twilio/voice/ring?language=ja&step=others")

    assert len(dialled(rung)) == 2
    assert "step=supervisor" in rung.text


def test_after_the_supervisors_too_the_caller_may_wait(phone, operators, talking):
    talking(*operators)
    answer = phone("/twilio/voice/voicemail?language=ja&step=supervisor")

    assert verbs(answer) == ["Enqueue"]


def test_a_call_whose_end_was_lost_keeps_nobody_busy(phone, operators, talking):
    talking(*operators, since=NOON - timedelta(hours=5))

    assert len(dialled(phone("/twilio/voice/ring"))) == 2


def test_when_nobody_is_on_duty_any_more_nobody_waits(phone, waiting):
    waiting(NOON, SID)

    assert verbs(phone(WAIT)) == ["Leave"]


@pytest.mark.parametrize("path", [WAIT, "/twilio/voice/queue/key?language=ja"])
def test_while_the_database_is_down_nobody_is_held(phone, broken, path):
    assert verbs(phone(path, Digits="1")) == ["Leave"]
    assert dialled(phone(OUT, QueueResult="leave")) == ["+815000000000"]


def the_call() -> Call:
    db.session.rollback()
    return db.session.scalars(select(Call).where(Call.call_sid == SID)).one()


@pytest.fixture
def broken(monkeypatch):
    def fail(*_args, **_kwargs):
        raise ZeroDivisionError("a mistake of ours")

    monkeypatch.setattr(calls, "record", fail)


@pytest.fixture
def operators(app) -> list[Person]:
    with transaction():
        found = [builders.person("operator", phone=f"+8131234560{one}") for one in (1, 2)]
        for one in found:
            builders.shift(one)
        return found


@pytest.fixture
def talking(app):
    """These people are in a call."""

    def talk(*people, since=NOON):
        with transaction():
            for one in people:
                status = Status.ANSWERED
                builders.call(status=status, answered_at=since, answered_by_id=one.id)

    return talk


@pytest.fixture
def waiting(app):
    """A caller waits since this moment; gives the id of the call."""

    def wait(since, sid=None):
        with transaction():
            sid = sid or builders.call_sid()
            builders.call(call_sid=sid, received_at=since, queued_at=since)
            return sid

    return wait

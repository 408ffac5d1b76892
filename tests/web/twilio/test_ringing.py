"""Who is rung after the menu, who has the call, and where it goes when nobody takes it."""

import pytest

from hotline.calls import queries
from hotline.calls.rules import Status
from hotline.notices.models import Notice
from hotline.transaction import transaction
from tests import builders
from tests.builders import NOON
from tests.company import CALLED, SID, dialled, verbs, words
from tests.web.twilio.records import ACCEPT, CHILD, RECORDING, count, the_call

pytestmark = pytest.mark.usefixtures("patience")


def test_everybody_on_duty_is_rung_and_sees_the_number_that_was_called(phone, on_duty):
    on_duty("operator", "+81312345601", "+81312345602")
    answer = phone("/twilio/voice/ring")

    assert dialled(answer) == ["+81312345601", "+81312345602"]
    assert f'callerId="{CALLED}"' in answer.text


def test_after_the_operators_the_supervisor_is_rung(phone, on_duty):
    on_duty("supervisor", "+81312345603")
    answer = phone("/twilio/voice/ring?step=supervisor", DialCallStatus="no-answer")

    assert dialled(answer) == ["+81312345603"]
    assert "/twilio/voice/voicemail" in answer.text


def test_with_nobody_on_duty_all_supervisors_are_rung_and_alarmed(phone):
    with transaction():
        builders.person("supervisor", phone="+81312345604")
    answer = phone("/twilio/voice/ring")

    assert dialled(answer) == ["+81312345604"]
    assert count(Notice) == 1


def test_with_no_phone_on_the_roster_the_duty_phone_is_rung(phone):
    assert dialled(phone("/twilio/voice/ring")) == ["+815000000000"]


def test_who_picks_up_is_asked_for_a_key_and_hung_up_without_one(phone):
    answer = phone(f"/twilio/voice/whisper?call={SID}&person=7&line=sompo_desk", **CHILD)

    assert verbs(answer) == ["Gather", "Hangup"]
    assert "SOMPO" in words(answer)
    assert queries.count() == 0


def test_a_whisper_for_a_line_that_is_gone_still_speaks(phone):
    assert verbs(phone("/twilio/voice/whisper?line=gone", **CHILD)) == ["Gather", "Hangup"]


def test_a_person_presses_the_key_and_has_the_call(phone):
    phone("/twilio/voice")
    answer = phone(ACCEPT, Digits="1", **CHILD)

    assert verbs(answer) == ["Say"]
    assert (the_call().status, the_call().answered_by_id) == (Status.ANSWERED, 7)


def test_a_machine_presses_no_key_and_has_nothing(phone):
    phone("/twilio/voice")
    answer = phone(ACCEPT, Digits="", **CHILD)

    assert verbs(answer) == ["Hangup"]
    assert the_call().status == Status.RINGING


@pytest.mark.parametrize("path", ["/twilio/voice/ring?step=supervisor", "/twilio/voice/voicemail"])
def test_after_a_conversation_nobody_else_is_rung(phone, path):
    phone(ACCEPT, Digits="1", **CHILD)
    answer = phone(path, DialCallStatus="completed")

    assert verbs(answer) == ["Say", "Hangup"]
    assert "失礼いたします" in words(answer)


def test_when_nobody_was_reached_the_caller_leaves_a_message(phone):
    phone("/twilio/voice")
    asked = phone("/twilio/voice/voicemail", DialCallStatus="no-answer")
    thanked = phone("/twilio/voice/voicemail/left?language=ja", **RECORDING)
    phone("/twilio/status", CallStatus="completed")

    assert verbs(asked) == ["Say", "Say", "Record", "Say", "Hangup"]
    assert "伝言をお預かりしました" in words(thanked)
    assert the_call().status == Status.VOICEMAIL
    assert queries.missed(NOON) == [the_call()]


def test_a_message_that_was_cut_off_is_thanked_for_and_not_recorded(phone):
    answer = phone("/twilio/voice/voicemail/left?language=ja")

    assert verbs(answer) == ["Say", "Hangup"]
    assert queries.count() == 0


def test_after_the_duty_phone_was_spoken_to_there_is_no_voicemail(phone):
    talked = phone("/twilio/voice/voicemail?step=duty", DialCallStatus="completed")
    silent = phone("/twilio/voice/voicemail?step=duty", DialCallStatus="no-answer")

    assert "Record" not in verbs(talked)
    assert "Record" in verbs(silent)


@pytest.fixture
def on_duty(app):
    """Puts somebody with each of these phones on duty."""

    def put(role, *phones):
        with transaction():
            for number in phones:
                builders.shift(builders.person(role, phone=number), role)

    return put

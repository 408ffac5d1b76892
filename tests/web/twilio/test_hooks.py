"""What the telephone company asks, and what it is told: the ring, the menu, every report."""

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import event, select

from hotline import clock
from hotline.calls import queries
from hotline.calls.models import CallEvent, Recording
from hotline.calls.rules import Status
from hotline.db import db
from hotline.tickets.models import Ticket
from tests.builders import NOON
from tests.company import TEXT, post, verbs, words
from tests.web.twilio.records import ACCEPT, CHILD, RECORDING, count, the_call

pytestmark = pytest.mark.usefixtures("patience")

NIGHT = NOON + timedelta(hours=11)


def test_a_ring_is_on_record_and_is_greeted_with_the_menu(phone):
    answer = phone("/twilio/voice")

    assert answer.content_type == "text/xml; charset=utf-8"
    assert verbs(answer) == ["Say", "Say", "Gather", "Redirect"]
    assert "JNX会員専用サイバー事故相談窓口" in words(answer)
    assert the_call().status == Status.RINGING


def test_out_of_hours_the_promise_is_said_at_once(phone):
    with clock.fixed(NIGHT):
        answer = phone("/twilio/voice")

    assert "営業時間外" in words(answer)
    assert "11月5日、木曜日の午前9時" in words(answer)


def test_the_line_follows_from_the_number_that_was_called(phone):
    answer = phone("/twilio/voice", To="+81120318258")

    assert "SOMPO" in words(answer)
    assert the_call().line == "sompo_desk"


def test_the_same_ring_again_is_the_same_call(phone):
    first, second = phone("/twilio/voice"), phone("/twilio/voice")

    assert first.data == second.data
    assert queries.count() == 1


def test_a_key_opens_the_ticket_and_its_number_and_promise_are_said(phone):
    phone("/twilio/voice")
    answer = phone("/twilio/voice/menu?language=ja&attempt=1", Digits="1")
    ticket = db.session.scalars(select(Ticket)).one()

    assert ticket.case_types == ["ransom"]
    assert ticket.number in words(answer).replace(" ", "")
    assert verbs(answer) == ["Say", "Say", "Redirect"]


@pytest.mark.parametrize(
    ("key", "case_type"),
    [("1", "ransom"), ("2", "leak"), ("3", "defacement"), ("4", "spoofed_mail"), ("0", "other")],
)
def test_each_key_has_its_case_type(phone, key, case_type):
    phone("/twilio/voice/menu", Digits=key)

    assert db.session.scalars(select(Ticket)).one().case_types == [case_type]


def test_a_second_key_makes_no_second_ticket(phone):
    first = phone("/twilio/voice/menu", Digits="1")
    second = phone("/twilio/voice/menu", Digits="2")

    assert words(first) == words(second)
    assert count(Ticket) == 1


def test_key_five_goes_on_in_english(phone):
    answer = phone("/twilio/voice/menu?language=ja&attempt=1", Digits="5")

    assert "Please press a key" in words(answer)
    assert "language=en" in answer.text
    assert the_call().language == "en"


def test_without_a_key_the_menu_is_said_again_and_then_somebody_is_rung(phone):
    again = phone("/twilio/voice/menu?language=ja&attempt=1")
    then = phone("/twilio/voice/menu?language=ja&attempt=2")

    assert "番号を確認できませんでした" in words(again)
    assert verbs(then) == ["Redirect"]
    assert count(Ticket) == 0


def test_the_recording_of_a_conversation_is_no_message(phone):
    answer = phone("/twilio/recording", RecordingSource="DialVerb", **RECORDING)

    assert answer.status_code == 200
    assert the_call().status == Status.RINGING
    assert [one.kind for one in db.session.scalars(select(Recording))] == ["conversation"]


def test_a_recording_that_still_runs_is_no_news(phone):
    phone(
        "/twilio/recording", RecordingSource="DialVerb", RecordingStatus="in-progress", **RECORDING
    )

    assert queries.count() == 0


def test_the_recording_of_a_message_comes_without_the_numbers(phone):
    bare = {"From": None, "To": None, "CallStatus": None, "Direction": None}
    phone("/twilio/recording", RecordingSource="RecordVerb", **RECORDING, **bare)

    assert the_call().status == Status.VOICEMAIL


def test_reports_about_phones_we_rang_are_not_calls(phone):
    answer = phone("/twilio/status", **CHILD, CallStatus="completed")

    assert answer.status_code == 200
    assert queries.count() == 0


def test_a_call_that_never_reached_us_but_ended_is_missed(phone):
    phone("/twilio/status", CallStatus="completed")

    assert queries.missed(NOON) == [the_call()]


def test_a_text_message_is_on_record_and_answered_with_nothing(phone):
    answer, again = phone("/twilio/sms"), phone("/twilio/sms")

    assert (verbs(answer), verbs(again)) == ([], [])
    assert [one.body for one in queries.texts()] == [TEXT["Body"]]


def test_r_16_ten_times_shuffled_webhooks_end_in_one_call(phone):
    story = [
        ("/twilio/voice", {}),
        ("/twilio/status", {"CallStatus": "ringing", "SequenceNumber": "0"}),
        ("/twilio/status", {"CallStatus": "in-progress", "SequenceNumber": "1"}),
        ("/twilio/voice/menu", {"Digits": "2"}),
        (ACCEPT, {"Digits": "1", **CHILD}),
        ("/twilio/status", {"CallStatus": "completed", "SequenceNumber": "2"}),
    ] * 10
    random.Random(16).shuffle(story)
    answers = [phone(path, **fields) for path, fields in story]

    assert {answer.status_code for answer in answers} == {200}
    assert (the_call().status, the_call().menu_key) == (Status.DONE, "2")
    assert (count(Ticket), count(CallEvent)) == (1, 3)


def test_r_16_the_same_choice_from_four_sides_at_once_is_one_ticket(app):
    def press(_number):
        return post(app.test_client(), "/twilio/voice/menu", Digits="1").status_code

    with ThreadPoolExecutor(4) as company:
        statuses = list(company.map(press, range(8)))

    assert set(statuses) == {200}
    assert (queries.count(), count(Ticket)) == (1, 1)


@pytest.mark.parametrize("path", ["/twilio/voice", "/twilio/voice/menu", "/twilio/status"])
def test_r_17_a_webhook_is_one_transaction_and_sends_nothing(phone, path, committed):
    phone(path, Digits="1")

    assert len(committed) == 1


@pytest.fixture
def committed(app):
    """One entry for each commit."""
    seen: list[object] = []
    note = seen.append
    event.listen(db.engine, "commit", note)
    yield seen
    event.remove(db.engine, "commit", note)


def test_a_choice_on_the_telephone_takes_no_more_statements_than_it_needs(phone, statements):
    phone("/twilio/voice")
    with statements() as sent:
        phone("/twilio/voice/menu", Digits="1")
    asked = [one for one in sent if "nextval" not in one]

    assert len(asked) == (13 if db.engine.dialect.name == "sqlite" else 8)

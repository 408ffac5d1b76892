"""Key 9: where a ticket stands, for whoever knows its number and the caller's code."""

from datetime import timedelta
from xml.etree import ElementTree as ET

import pytest
from sqlalchemy import select

from hotline.calls import queries
from hotline.calls import service as calls
from hotline.calls.models import Call
from hotline.db import db
from hotline.edge import progress
from hotline.tickets import service as tickets
from hotline.tickets.models import Ticket
from hotline.tickets.rules import Status
from hotline.timeline import queries as timeline
from hotline.timeline.rules import Audience, Event
from hotline.transaction import transaction
from tests import builders
from tests.builders import NOON, promise_of
from tests.company import dialled, verbs, words


def test_key_nine_asks_for_the_number_then_for_the_code(phone, ticket):
    asked = phone("/twilio/voice/menu?language=ja&attempt=1", Digits="9")
    then = phone("/twilio/voice/status/number?language=ja&attempt=1", Digits=ticket.number)

    assert "受付番号9桁" in words(asked)
    assert "確認コード6桁" in words(then)
    assert f"number={ticket.number}" in then.text


def test_a_whole_call_goes_where_its_documents_lead(phone, at_night):
    """Ring, menu, 9, number, code; after the status, silence ends it."""
    heard = phone("/twilio/voice")
    for keyed in ("9", at_night.number, at_night.caller_code):
        heard = phone(next_of(heard), Digits=keyed)

    assert "11月5日、木曜日の午前9時" in words(heard)
    assert verbs(heard) == ["Gather", "Say", "Hangup"]
    assert the_call().ticket_id == at_night.id


def test_number_and_code_tell_status_promise_and_the_way_to_a_person(phone, ticket):
    with transaction():
        db.session.merge(ticket).status = "callback_pending"
    told = words(code(phone, ticket))

    assert "こちらからお電話します" in told
    assert "0を押してください" in told
    assert ticket.number in told.replace(" ", "")


def test_in_english_too(phone, ticket):
    assert "We have your report." in words(code(phone, ticket, language="en"))


def test_what_was_promised_is_said_until_its_time(phone, at_night):
    assert "11月5日、木曜日の午前9時" in words(code(phone, at_night))


def test_what_comes_next_is_said_in_the_words_of_the_page(phone, at_night):
    with transaction():
        db.session.merge(at_night).status = "callback_pending"
    told = words(code(phone, at_night, language="en"))

    assert told.count(progress.WORDS[Status.CALLBACK_PENDING].next) == 2  # It is said twice.


def test_whoever_waits_longer_than_promised_hears_that_we_are_late(phone, ticket):
    with transaction():
        late = promise_of(db.session.merge(ticket))
        late.due_at = late.take_up_by = NOON - timedelta(minutes=1)
    told = words(code(phone, ticket, language="en"))

    assert "we are late. We are sorry." in told
    assert progress.WORDS[Status.RECEIVED].next not in told


def test_a_duplicate_tells_where_the_other_ticket_stands_and_names_only_itself(phone, ticket):
    with transaction():
        other = builders.ticket(company="別会社")
        tickets.join(db.session.merge(ticket), other, by_id=1, now=NOON)
        other.status = "responding"
        db.session.flush()
        number = other.number
    told = words(code(phone, ticket))

    assert "専門" in told
    assert number not in told.replace(" ", "")
    assert "別会社" not in told


def test_a_wrong_code_and_a_wrong_number_sound_alike(phone, ticket):
    wrong = words(code(phone, ticket, digits="000000" if ticket.caller_code != "000000" else "1"))
    unknown = words(phone("/twilio/voice/status/code?attempt=1&number=999999998", Digits="000000"))

    assert wrong == unknown
    assert "確認できませんでした" in wrong


def test_after_three_tries_a_person_helps(phone, ticket):
    path = f"/twilio/voice/status/code?language=ja&attempt=3&number={ticket.number}"
    answer = phone(path, Digits="")

    assert verbs(answer) == ["Say", "Redirect"]
    assert "/twilio/voice/ring" in answer.text


def test_who_guesses_too_often_is_put_through_to_a_person(phone, ticket):
    for _ in range(5):
        code(phone, ticket, digits="")

    answer = code(phone, ticket)
    assert "しばらくのあいだ" in words(answer)
    assert "/twilio/voice/ring" in answer.text


@pytest.mark.parametrize("digits", ["", "12345", "123456789"])
def test_what_is_no_number_is_asked_for_again(phone, digits):
    answer = phone("/twilio/voice/status/number?language=ja&attempt=1", Digits=digits)

    assert "attempt=2" in answer.text
    assert "受付番号9桁" in words(answer)


@pytest.mark.parametrize("step", ["number", "code", "told"])
def test_zero_leads_to_a_person_at_every_step(phone, step):
    answer = phone(f"/twilio/voice/status/{step}?attempt=1&number=482170933", Digits="0")

    assert "/twilio/voice/ring" in answer.text


def test_who_heard_the_status_was_not_missed(phone, ticket):
    code(phone, ticket)
    phone("/twilio/voice/status/told")
    phone("/twilio/status", CallStatus="completed")
    call = the_call()

    assert call.status == "missed"
    assert queries.missed(NOON) == []
    assert call.ticket_id == ticket.id


def test_who_heard_the_status_and_wanted_a_person_was_missed(phone, ticket):
    code(phone, ticket)
    phone("/twilio/voice/ring")
    phone("/twilio/status", CallStatus="completed")

    assert [call.id for call in queries.missed(NOON)] == [the_call().id]


def test_nobody_is_paged_for_a_caller_who_only_heard_the_status(phone, ticket):
    with transaction():
        db.session.merge(ticket)
    code(phone, ticket)
    phone("/twilio/status", CallStatus="completed")

    assert not db.session.scalar(select(Call.id).where(Call.handled_at.is_(None)))
    assert builders.promise_of(ticket).status == "pending"


def test_the_member_reads_that_the_status_was_heard(phone, ticket):
    code(phone, ticket)
    lines = [line.event for line, _by in timeline.of_ticket(ticket.id, Audience.MEMBER)]

    assert Event.STATUS_HEARD in lines


def test_while_the_database_is_down_the_caller_reaches_the_duty_phone(phone, ticket, monkeypatch):
    def fail(*_args, **_kwargs):
        raise ZeroDivisionError("a mistake of ours")

    monkeypatch.setattr(calls, "record", fail)

    assert dialled(code(phone, ticket)) == ["+815000000000"]


def code(phone, ticket, *, digits=None, language="ja"):
    path = f"/twilio/voice/status/code?language={language}&attempt=1&number={ticket.number}"
    return phone(path, Digits=ticket.caller_code if digits is None else digits)


def next_of(answer) -> str:
    """Where the digits go that this document waits for."""
    (gather,) = ET.fromstring(answer.data).iter("Gather")
    return gather.get("action")


def the_call() -> Call:
    db.session.rollback()
    return db.session.scalars(select(Call)).one()


@pytest.fixture
def ticket(app) -> Ticket:
    with transaction():
        return builders.ticket(company="確認工業")


@pytest.fixture
def at_night(app) -> Ticket:
    with transaction():
        return builders.ticket(received_at=NOON.replace(hour=9), now=NOON.replace(hour=9))

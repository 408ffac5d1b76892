"""What the telephone company asks, and what it is told: signed, short, and never silent."""

import random
import re
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from xml.etree import ElementTree as ET

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, func, select
from twilio.request_validator import RequestValidator
from werkzeug.datastructures import MultiDict

from hotline import clock, policy
from hotline.adapters import signature
from hotline.adapters.spool import Spool
from hotline.adapters.twilio import OWN_PATTERNS, PATTERNS
from hotline.app import create_app
from hotline.calls import queries
from hotline.calls import service as calls
from hotline.calls.models import Call, CallEvent, Recording, TextMessage
from hotline.calls.rules import Status, VoicePolicy
from hotline.db import db
from hotline.edge.identity import settings as of_this_app
from hotline.notices.models import Notice
from hotline.policy import PolicyError
from hotline.settings import ROOT
from hotline.tickets.models import Ticket
from hotline.transaction import transaction
from hotline.web import twilio
from hotline.web.twilio import WEBHOOKS
from tests import builders
from tests.builders import NOON
from tests.company import (
    CALLED,
    CALLER,
    PUBLIC_URL,
    RING,
    SID,
    TEXT,
    TOKEN,
    dialled,
    post,
    signed,
    verbs,
    words,
)
from tests.conftest import settings_for

NIGHT = NOON + timedelta(hours=11)
RECORDING = {"RecordingSid": "RE" + "c" * 32, "RecordingDuration": "12"}
CHILD = {"CallSid": "CA" + "d" * 32, "Direction": "outbound-dial"}
ACCEPT = f"/twilio/voice/accept?call={SID}&person=7&language=ja"


# The way of a call


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


# In any order and number


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


# What is refused

FORGERIES: dict[str, Callable] = {}


def forgery(make: Callable) -> Callable:
    FORGERIES[make.__name__] = make
    return make


def send(client, path, fields, headers, **more):
    return client.post(path, data=fields, headers=headers, **more)


@forgery
def no_signature(client):
    return send(client, "/twilio/voice", RING, {})


@forgery
def an_empty_signature(client):
    return send(client, "/twilio/voice", RING, {signature.SIGNATURE_HEADER: ""})


@forgery
def a_guessed_signature(client):
    return send(client, "/twilio/voice", RING, {signature.SIGNATURE_HEADER: "A" * 27 + "="})


@forgery
def a_signature_of_no_letters_we_know(client):
    return send(client, "/twilio/voice", RING, {signature.SIGNATURE_HEADER: "é\x7f"})


@forgery
def two_signatures(client):
    good = signed("/twilio/voice", RING)[signature.SIGNATURE_HEADER]
    return send(client, "/twilio/voice", RING, [(signature.SIGNATURE_HEADER, good)] * 2)


@forgery
def another_token(client):
    return send(
        client, "/twilio/voice", RING, signed("/twilio/voice", RING, token="the token of another")
    )


@forgery
def an_empty_token(client):
    return send(client, "/twilio/voice", RING, signed("/twilio/voice", RING, token=""))


@forgery
def a_changed_field(client):
    changed = {**RING, "From": "+81312345678"}
    return send(client, "/twilio/voice", changed, signed("/twilio/voice", RING))


@forgery
def an_added_field(client):
    changed = {**RING, "Digits": "1"}
    return send(client, "/twilio/voice", changed, signed("/twilio/voice", RING))


@forgery
def a_removed_field(client):
    changed = {name: value for name, value in RING.items() if name != "Direction"}
    return send(client, "/twilio/voice", changed, signed("/twilio/voice", RING))


@forgery
def a_repeated_field(client):
    changed = {**RING, "CallSid": [SID, "CA" + "f" * 32]}
    return send(client, "/twilio/voice", changed, signed("/twilio/voice", RING))


@forgery
def a_field_split_anew(client):
    """Names and values are joined without a mark: this has the very same signature."""
    rest, tail = RING["CallSid"][:2], RING["CallSid"][2:]
    changed = {name: value for name, value in RING.items() if name != "CallSid"}
    changed[f"CallSid{rest}"] = tail
    return send(client, "/twilio/voice", changed, signed("/twilio/voice", RING))


@forgery
def another_path(client):
    return send(client, "/twilio/voice/menu", RING, signed("/twilio/voice", RING))


@forgery
def an_added_query(client):
    return send(client, "/twilio/voice?language=en", RING, signed("/twilio/voice", RING))


@forgery
def a_changed_query(client):
    good = signed("/twilio/voice/accept?person=1", RING)
    return send(client, "/twilio/voice/accept?person=2", RING, good)


@forgery
def the_query_moved_into_the_form(client):
    good = signed("/twilio/voice/menu?Digits=1", RING)
    return send(client, "/twilio/voice/menu", {**RING, "Digits": "1"}, good)


@forgery
def another_host(client):
    url = "http://evil.example/twilio/voice"
    good = {signature.SIGNATURE_HEADER: signature.sign(url, MultiDict(RING), TOKEN)}
    evil = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "http"}
    return send(client, "/twilio/voice", RING, {**good, **evil})


@forgery
def another_host_by_its_header(client):
    url = "http://evil.example/twilio/voice"
    good = {signature.SIGNATURE_HEADER: signature.sign(url, MultiDict(RING), TOKEN)}
    return send(client, "/twilio/voice", RING, good, base_url="http://evil.example")


@forgery
def another_scheme(client):
    url = PUBLIC_URL.replace("http:", "https:") + "/twilio/voice"
    good = {signature.SIGNATURE_HEADER: signature.sign(url, MultiDict(RING), TOKEN)}
    return send(client, "/twilio/voice", RING, {**good, "X-Forwarded-Proto": "https"})


@forgery
def another_algorithm(client):
    good = RequestValidator(TOKEN).compute_signature(
        PUBLIC_URL + "/twilio/voice", MultiDict(RING), "HMAC_SHA256"
    )
    headers = {
        signature.SIGNATURE_HEADER: good,
        "X-Twilio-Webhooks-Signature-Settings": "key=k,algorithm=HMAC_SHA256",
    }
    return send(client, "/twilio/voice", RING, headers)


@forgery
def a_json_body(client):
    path = "/twilio/voice?bodySHA256=" + "0" * 64
    good = {signature.SIGNATURE_HEADER: signature.sign(PUBLIC_URL + path, MultiDict({}), TOKEN)}
    return client.post(path, json=RING, headers=good)


@forgery
def a_multipart_body(client):
    good = signed("/twilio/voice", RING)
    return send(client, "/twilio/voice", RING, good, content_type="multipart/form-data")


@forgery
def an_empty_body(client):
    return send(client, "/twilio/voice", {}, signed("/twilio/voice", {}))


@forgery
def a_body_of_70_kilobytes(client):
    big = {**RING, "Padding": "x" * 70_000}
    return send(client, "/twilio/voice", big, signed("/twilio/voice", big))


@forgery
def a_body_of_another_account(client):
    return post(client, "/twilio/voice", AccountSid="AC" + "9" * 32)


@forgery
def a_browser_as_the_caller(client):
    return post(client, "/twilio/voice", From="client:mallory")


@forgery
def a_call_id_with_a_line_end(client):
    return post(client, "/twilio/voice", CallSid=SID + "\n")


@forgery
def a_get_request(client):
    return client.get("/twilio/voice", query_string=RING)


@pytest.mark.parametrize("name", sorted(FORGERIES))
def test_s_15_a_forged_webhook_is_refused_and_leaves_no_record(app, client, spool, name):
    answer = FORGERIES[name](client)

    assert 400 <= answer.status_code < 500
    assert "<Response" not in answer.text
    assert (queries.count(), count(CallEvent), count(TextMessage)) == (0, 0, 0)
    assert spool.waiting() == []


@pytest.mark.parametrize("name", ["a_changed_field", "a_browser_as_the_caller"])
def test_s_15_a_refusal_is_logged_without_a_number(client, caplog, name):
    FORGERIES[name](client)

    assert "webhook.refused" in caplog.text
    assert not re.search(r"\+81|81354226351|12345678|mallory", caplog.text)


@pytest.mark.parametrize(
    ("name", "status"),
    [("a_changed_field", 403), ("a_browser_as_the_caller", 400), ("a_body_of_70_kilobytes", 413)],
)
def test_s_15_each_refusal_has_its_own_answer(client, name, status):
    assert FORGERIES[name](client).status_code == status


@pytest.mark.parametrize("webhook", sorted(WEBHOOKS))
def test_s_15_every_webhook_is_signed(client, webhook):
    assert client.post(f"/twilio{WEBHOOKS[webhook].path}", data=RING).status_code == 403


def test_the_log_of_a_call_holds_no_number(phone, caplog):
    for path in ("/twilio/voice", "/twilio/voice/menu", "/twilio/status", "/twilio/sms"):
        phone(path, Digits="1")

    assert CALLER.lstrip("+") not in caplog.text


# Whatever comes


NAMES = sorted({*PATTERNS, "Body"})
ANYTHING = st.one_of(
    st.text(max_size=40),
    st.sampled_from(["", "\x00", "１", "髙", "𠮷", "'; DROP TABLE calls", "9" * 400, SID, CALLER]),
)


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    endpoint=st.sampled_from(sorted(WEBHOOKS)),
    fields=st.dictionaries(st.sampled_from(NAMES), ANYTHING, max_size=4),
    query=st.dictionaries(st.sampled_from(sorted(OWN_PATTERNS)), ANYTHING, max_size=2),
)
def test_whatever_stands_in_a_signed_webhook_is_twiml_or_a_refusal(app, endpoint, fields, query):
    client = app.test_client()
    base = TEXT if endpoint == "sms" else RING
    with app.test_request_context(f"/twilio{WEBHOOKS[endpoint].path}", query_string=query) as made:
        path = made.request.full_path.rstrip("?")
    form = {**base, **fields}
    answer = client.post(path, data=form, headers=signed(path, form))

    assert answer.status_code in (200, 400)
    if answer.status_code == 200:
        assert ET.fromstring(answer.data).tag == "Response"


# Whatever fails


@pytest.fixture
def broken(monkeypatch):
    """The desk's own code fails on everything."""

    def fail(*_args, **_kwargs):
        raise ZeroDivisionError("a mistake of ours")

    monkeypatch.setattr(calls, "record", fail)


@pytest.mark.parametrize("path", ["/twilio/voice", "/twilio/voice/menu", "/twilio/voice/ring"])
def test_whatever_fails_the_caller_reaches_the_duty_phone(phone, broken, spool, path):
    answer = phone(path, Digits="1")

    assert answer.status_code == 200
    assert dialled(answer) == ["+815000000000"]
    assert len(spool.waiting()) == 1


def test_in_english_too(phone, broken, spool):
    assert "person on call" in words(phone("/twilio/voice/ring?language=en"))


@pytest.mark.parametrize(
    ("path", "fields", "expected"),
    [
        (ACCEPT, {"Digits": "1"}, ["Say"]),
        ("/twilio/voice/voicemail", {}, ["Say", "Say", "Record", "Say", "Hangup"]),
        ("/twilio/voice/voicemail/left", RECORDING, ["Say", "Hangup"]),
        ("/twilio/status", {"CallStatus": "completed"}, []),
        ("/twilio/recording", {**RECORDING, "RecordingSource": "RecordVerb"}, []),
        ("/twilio/sms", {}, []),
    ],
)
def test_whatever_fails_the_answer_is_what_comes_next(phone, broken, spool, path, fields, expected):
    assert verbs(phone(path, **fields)) == expected
    assert len(spool.waiting()) == 1


def test_when_the_disk_is_full_too_the_caller_still_reaches_the_duty_phone(
    phone, broken, monkeypatch, caplog
):
    def full(*_args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Spool, "put", full)

    assert dialled(phone("/twilio/voice")) == ["+815000000000"]
    assert "spool.failed" in caplog.text


# What keeps the application from starting


def test_production_does_not_start_until_the_duty_phones_are_set(app):
    made = settings_for("sqlite:///unused", **PRODUCTION)

    with pytest.raises(PolicyError, match="duty_phone of jnx, sompo_desk was never set"):
        create_app(made)


def test_a_menu_key_needs_a_case_type_that_exists(app, tmp_path):
    shutil.copytree(ROOT / "config", tmp_path / "config")
    voice = tmp_path / "config" / "voice.toml"
    voice.write_text(voice.read_text("utf-8").replace('"leak"', '"fire"'), "utf-8")
    made = settings_for("sqlite:///unused", HOTLINE_CONFIG_DIR=str(tmp_path / "config"))
    try:
        with pytest.raises(PolicyError, match="fire is no case type"):
            create_app(made)
    finally:
        policy.load(ROOT / "config", [VoicePolicy])


PRODUCTION = {
    "HOTLINE_ENV": "production",
    "HOTLINE_SECRET_KEY": "5b0c9f1e7a3d4826b1f0c9e8d7a6534251f0e9d8c7b6a594",
    "HOTLINE_PUBLIC_URL": "https://hotline.example",
    "HOTLINE_PHONE": "twilio",
    "HOTLINE_PHONE_FROM": CALLED,
    "TWILIO_AUTH_TOKEN": "0f1e2d3c4b5a69788796a5b4c3d2e1f0",
    "TWILIO_ACCOUNT_SID": "AC1234567890abcdef1234567890abcdef",
    "HOTLINE_MAIL": "smtp",
    "HOTLINE_SMTP_URL": "smtp://localhost",
    "HOTLINE_MAIL_FROM": "hotline@hotline.example",
}


def the_call() -> Call:
    db.session.rollback()
    return db.session.scalars(select(Call)).one()


def count(model) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model)) or 0


@pytest.fixture(autouse=True)
def patience(monkeypatch):
    """A busy machine is no outage; tests/web/twilio/test_outage.py measures the real seconds."""
    monkeypatch.setattr(twilio.hooks, "DATABASE_SECONDS", 20)


@pytest.fixture
def spool(app):
    """The spool of this application, empty before and after."""
    found = Spool(of_this_app().spool_dir)
    yield found
    for path in found.waiting():
        found.done(path)


@pytest.fixture
def phone(app, client):
    """The telephone company, at noon."""

    def ring(path, **fields):
        return post(client, path, **fields)

    with clock.fixed(NOON):
        yield ring


@pytest.fixture
def on_duty(app):
    """Puts somebody with each of these phones on duty."""

    def put(role, *phones):
        with transaction():
            for number in phones:
                builders.shift(builders.person(role, phone=number), role)

    return put


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

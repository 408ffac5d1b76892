"""Their words in, our words out."""

from datetime import UTC, datetime

import pytest
from werkzeug.datastructures import MultiDict

from hotline.adapters import twilio
from hotline.adapters.twilio import Malformed
from hotline.calls.rules import Event, Kind
from tests.company import CALLED, CALLER, RING, SID, TEXT

NOON = datetime(2026, 11, 4, 3, 0, tzinfo=UTC)
CALL = ("CallSid", "From", "To")


def read(needed=CALL, **changed):
    form = MultiDict({**RING, **changed})
    return twilio.read(form, account=RING["AccountSid"], needed=needed)


def test_a_ring_is_read():
    happening = twilio.came(read(), at=NOON)

    assert happening.kind is Kind.CAME
    assert (happening.call_sid, happening.from_number, happening.to_number) == (SID, CALLER, CALLED)


@pytest.mark.parametrize("word", sorted(twilio.WITHHELD))
def test_a_withheld_number_is_no_number(word):
    assert twilio.came(read(From=word), at=NOON).from_number == ""


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CallSid", "CA" + "a" * 31),
        ("CallSid", "CA" + "A" * 32),
        ("CallSid", SID + "\n"),
        ("CallSid", "SM" + "a" * 32),
        ("AccountSid", "AC" + "1" * 32),
        ("AccountSid", ""),
        ("From", "client:mallory"),
        ("From", "+８１３５４２２６３５１"),
        ("From", "+81354226351\x00"),
        ("From", "+" + "9" * 20_000),
        ("To", ""),
        ("To", "anonymous"),
        ("Digits", "1;2"),
        ("Digits", "１"),
        ("SequenceNumber", "-1"),
        ("SequenceNumber", "9" * 7),
        ("RecordingSid", "RE"),
        ("RecordingDuration", "1.5"),
    ],
)
def test_a_field_of_another_shape_is_malformed(name, value):
    with pytest.raises(Malformed, match=name):
        read(**{name: value})


@pytest.mark.parametrize(
    "caller", ["+12345", "03-5422-6351", "110", "+", "Anonymous", "sip:line@example.com"]
)
def test_a_real_caller_is_answered_however_the_number_is_written(caller):
    assert read(From=caller)["From"] == ""


@pytest.mark.parametrize("name", ["CallStatus", "DialCallStatus", "Direction"])
def test_a_new_word_costs_no_caller_the_answer(name):
    assert name not in read(**{name: "sleeping"})


def test_a_report_that_says_nothing_we_know_is_malformed():
    form = MultiDict({**RING, "CallStatus": "sleeping"})
    with pytest.raises(Malformed, match="CallStatus"):
        twilio.read(form, account=RING["AccountSid"], needed=(*CALL, "CallStatus"))


def test_hanging_up_is_no_key():
    assert twilio.chose(read(Digits="hangup"), at=NOON).key == ""


@pytest.mark.parametrize("name", ["CallSid", "From", "To", "AccountSid"])
def test_a_missing_field_is_malformed(name):
    form = MultiDict({key: value for key, value in RING.items() if key != name})
    with pytest.raises(Malformed, match=name):
        twilio.read(form, account=RING["AccountSid"], needed=CALL)


def test_a_field_that_stands_twice_is_malformed():
    form = MultiDict([*RING.items(), ("CallSid", SID)])
    with pytest.raises(Malformed, match="CallSid"):
        twilio.read(form, account=RING["AccountSid"], needed=CALL)


def test_the_message_of_a_malformed_webhook_names_no_number():
    with pytest.raises(Malformed) as refusal:
        read(From="+81354226351\x00")

    assert str(refusal.value) == "From"


@pytest.mark.parametrize(("digits", "key"), [("1", "1"), ("12", "1"), ("", ""), ("#", "#")])
def test_the_first_key_counts(digits, key):
    assert twilio.chose(read(Digits=digits), at=NOON).key == key


@pytest.mark.parametrize(
    ("status", "event"),
    [
        ("queued", Event.RINGING),
        ("in-progress", Event.CONNECTED),
        ("completed", Event.ENDED),
        ("canceled", Event.ENDED),
    ],
)
def test_their_status_is_our_event(status, event):
    happening = twilio.told(read(CallStatus=status, SequenceNumber="3"), at=NOON)

    assert (happening.event, happening.sequence) == (event, 3)


def test_a_recording_is_a_message_only_when_the_caller_left_it():
    sid = "RE" + "c" * 32
    left = read(RecordingSid=sid, RecordingDuration="12", RecordingSource="RecordVerb")
    happening = twilio.recorded(left, at=NOON)

    assert (happening.recording_sid, happening.seconds) == (sid, 12)
    assert happening.kind is Kind.RECORDED
    assert told_of(left, RecordingSource="DialVerb") is Kind.TALKED
    assert told_of(left, RecordingStatus="absent") is Kind.UNRECORDED
    assert twilio.has_ended(left)
    assert not twilio.has_ended({**left, "RecordingStatus": "in-progress"})


def told_of(fields, **changed):
    return twilio.recorded({**fields, **changed}, at=NOON).kind


def text(**changed):
    form = MultiDict({**TEXT, **changed})
    fields = twilio.read(form, account=TEXT["AccountSid"], needed=("MessageSid", "From", "To"))
    return twilio.texted(fields, at=NOON)


def test_a_text_message_keeps_rare_letters_and_shows_hidden_ones():
    assert text(Body="𠮷田👨‍👩‍👧\n\x00\x1b[31m").body == "𠮷田👨‍👩‍👧\n\ufffd\ufffd[31m"


@pytest.mark.parametrize("sender", ["KDDI", "12345", "+81354226351"])
def test_a_text_message_may_come_from_a_company_or_a_short_number(sender):
    assert text(From=sender).from_number == sender


@pytest.mark.parametrize(
    "changed", [{"Body": "あ" * 1601}, {"MessageSid": "x"}, {"From": "a" * 12}]
)
def test_a_text_message_of_another_shape_is_malformed(changed):
    with pytest.raises(Malformed):
        text(**changed)


def test_the_query_that_we_wrote_ourselves_is_read():
    query = MultiDict({"language": "en", "attempt": "2", "utm": "x"})

    assert twilio.read_query(query) == {"language": "en", "attempt": "2"}


@pytest.mark.parametrize(
    ("name", "value"), [("language", "de"), ("attempt", "0"), ("person", "x"), ("call", "CA1")]
)
def test_a_query_that_we_did_not_write_is_malformed(name, value):
    with pytest.raises(Malformed, match=name):
        twilio.read_query(MultiDict({name: value}))

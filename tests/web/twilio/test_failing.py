"""Whatever stands in a webhook and whatever fails: the caller hears somebody."""

import shutil
from xml.etree import ElementTree as ET

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hotline import policy
from hotline.adapters.spool import Spool
from hotline.adapters.twilio import OWN_PATTERNS, PATTERNS
from hotline.app import create_app
from hotline.calls import service as calls
from hotline.calls.rules import VoicePolicy
from hotline.policy import PolicyError
from hotline.settings import ROOT
from hotline.web.twilio import WEBHOOKS
from tests.company import CALLED, CALLER, RING, SID, TEXT, dialled, signed, verbs, words
from tests.conftest import settings_for
from tests.web.twilio.records import ACCEPT, RECORDING

pytestmark = pytest.mark.usefixtures("patience")

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

"""Every document of TwiML beside its sample: another wording is another sample, and is read.

After a change on purpose write the samples anew: HOTLINE_WRITE_SAMPLES=1 pytest tests/adapters
"""

import os
from pathlib import Path
from string import Template
from xml.etree import ElementTree as ET

import pytest

from hotline.adapters import twiml
from hotline.adapters.twiml import Place, Rung, Script, Standing
from hotline.adapters.twiml.offering import OFFER_ANSWER, OfferCall
from hotline.adapters.twiml.waiting import HOLD
from hotline.calls.rules import PLACES, VoicePolicy
from hotline.duty.rules import LinesPolicy
from hotline.policy import PolicyError, read
from hotline.settings import ROOT
from hotline.web.twilio import WEBHOOKS
from hotline.web.twilio import contact as twilio_contact
from hotline.web.twilio import offer as twilio_offer

SAMPLES = Path(__file__).parent / "samples"
CONFIG = ROOT / "config"
LINE = read(CONFIG / "lines.toml", LinesPolicy).line("jnx")
VOICE = read(CONFIG / "voice.toml", VoicePolicy)
SCRIPT = Script(VOICE, twiml.load_texts(CONFIG))
SID = "CA" + "a" * 32
NUMBER = "482170933"
NEXT = {
    "ja": "それまで、再起動や初期化、削除はしないでください。",
    "en": "Until then, please do not restart, reset or delete anything.",
}
PROMISE = {
    "ja": "1月4日、月曜日の午前9時までに、担当者からお電話いたします。",
    "en": "We will call you by 9 a.m. on Monday, 4 January.",
}
SAID = {"ja": "ご相談を受け付けました。", "en": "We have your call."}
RUNG = [Rung("+819012345678", 7), Rung("+819012345679", 8, "en"), Rung("+815000000000", None)]


WHAT = {"ja": "フォレンジック調査", "en": "Forensics"}
BY = {"ja": "1月4日、月曜日の午前9時20分", "en": "9:20 a.m. on Monday, 4 January"}
REASONS = {"ja": [("1", "人員の空きがない")], "en": [("1", "Nobody is free")]}


def rung(language: str) -> OfferCall:
    return OfferCall(12, 3, language)


def ring(step: str, language: str, script: Script = SCRIPT) -> str:
    about = {"call_sid": SID, "caller_id": LINE.called[0], "step": step, "language": language}
    return script.ring(RUNG, LINE, **about)


DOCUMENTS = {
    "welcome": lambda language: SCRIPT.welcome(LINE, "", language),
    "welcome_out_of_hours": lambda language: SCRIPT.welcome(LINE, PROMISE[language], language),
    "menu_again": lambda language: SCRIPT.menu_again(language, attempt=2),
    "ticket": lambda language: SCRIPT.ticket(NUMBER, PROMISE[language], language),
    "put_through": lambda language: SCRIPT.put_through(language),
    "ring_operators": lambda language: ring("operator", language),
    "ring_supervisors": lambda language: ring("supervisor", language),
    "duty_phone": lambda language: SCRIPT.duty_phone(LINE, language),
    "voicemail": lambda language: SCRIPT.voicemail(language),
    "message_taken": lambda language: SCRIPT.message_taken(language),
    "goodbye": lambda language: SCRIPT.goodbye(language),
    "whisper": lambda language: SCRIPT.whisper(LINE, language, call_sid=SID, person=7),
    "taken": lambda language: SCRIPT.taken(language),
    "not_taken": lambda _language: SCRIPT.not_taken(),
    "ask_number": lambda language: SCRIPT.ask_number(language, attempt=1),
    "ask_number_again": lambda language: SCRIPT.ask_number(
        language, attempt=2, first="status_wrong"
    ),
    "ask_code": lambda language: SCRIPT.ask_code(NUMBER, language, attempt=1),
    "status": lambda language: SCRIPT.status(
        Standing(NUMBER, SAID[language], PROMISE[language], NEXT[language]), language
    ),
    "status_slowed": lambda language: SCRIPT.no_status(
        language, name="status_slowed", onward=twiml.RING
    ),
    "enqueue": lambda language: SCRIPT.enqueue(LINE, language),
    "waiting": lambda language: SCRIPT.waiting(Place(2), PROMISE[language], language),
    "waiting_on": lambda language: SCRIPT.waiting(Place(1, look=9), PROMISE[language], language),
    "leave": lambda _language: twiml.LEAVE,
    "check": lambda language: SCRIPT.check(language, contact=3),
    "check_again": lambda language: SCRIPT.check(language, contact=3, attempt=2),
    "check_over": lambda language: SCRIPT.check_over("contact_verified", language),
    "check_trouble": lambda language: SCRIPT.check_trouble(LINE, language),
    "offer": lambda language: SCRIPT.offer(WHAT[language], BY[language], rung(language)),
    "offer_for_quote": lambda language: SCRIPT.offer(
        WHAT[language], BY[language], rung(language), for_quote=True
    ),
    "offer_reasons": lambda language: SCRIPT.offer_reasons(
        REASONS[language], rung(language), attempt=1
    ),
    "offer_yours": lambda language: SCRIPT.offer_over("offer_yours", language),
    "offer_taken": lambda language: SCRIPT.offer_over("offer_taken", language),
    "offer_unsaved": lambda language: SCRIPT.offer_unsaved(OFFER_ANSWER, rung(language), attempt=2),
    "offer_trouble": lambda language: SCRIPT.offer_trouble(LINE, language),
}
ALL = [(name, language) for name in DOCUMENTS for language in ("ja", "en")]


@pytest.mark.parametrize(("name", "language"), ALL)
def test_a_document_is_as_its_sample(name, language):
    found = pretty(DOCUMENTS[name](language))
    sample = SAMPLES / f"{name}.{language}.xml"
    if os.environ.get("HOTLINE_WRITE_SAMPLES"):
        sample.write_text(found, encoding="utf-8")

    assert found == sample.read_text(encoding="utf-8")


def test_there_is_no_sample_that_nobody_checks():
    assert {path.stem for path in SAMPLES.iterdir()} == {f"{name}.{lang}" for name, lang in ALL}


@pytest.mark.parametrize(("name", "language"), ALL)
def test_every_address_in_a_document_is_one_of_ours(name, language):
    ours = {f"/twilio{webhook.path}" for webhook in WEBHOOKS.values()}
    ours |= {f"/twilio/offer{webhook.path}" for webhook in twilio_offer.WEBHOOKS.values()}
    ours |= {f"/twilio/contact{webhook.path}" for webhook in twilio_contact.WEBHOOKS.values()}
    for verb in ET.fromstring(DOCUMENTS[name](language)).iter():
        for key in ("action", "url", "waitUrl", "recordingStatusCallback"):
            assert verb.get(key, "/twilio/voice").partition("?")[0] in ours
        if verb.tag == "Redirect":
            assert verb.text.partition("?")[0] in ours


@pytest.mark.parametrize(("name", "language"), ALL)
def test_no_document_ends_in_silence_or_loops(name, language):
    document = ET.fromstring(DOCUMENTS[name](language))
    last = document[-1].tag

    # "taken" ends, and so connects; every other way leads on or hangs up.
    assert last in ("Redirect", "Hangup", "Dial", "Enqueue", "Leave") or name == "taken"
    assert all(queue.get("action") for queue in document.iter("Enqueue"))
    assert all(record.get("action") for record in document.iter("Record"))
    assert all(dial.get("action") for dial in document.iter("Dial"))


@pytest.mark.parametrize(("name", "language"), ALL)
def test_every_sentence_has_a_voice_and_its_language(name, language):
    pairs = {(voice.name, voice.language) for voice in VOICE.voices.values()}
    for say in ET.fromstring(DOCUMENTS[name](language)).iter("Say"):
        assert (say.get("voice"), say.get("language")) in pairs


def test_a_ticket_number_is_read_digit_by_digit():
    said = ET.fromstring(SCRIPT.ticket(NUMBER, "", "ja")).iter("say-as")

    assert {one.get("interpret-as") for one in said} == {"digits"}


def test_a_ticket_number_may_stand_at_the_end_of_a_text():
    texts = {**twiml.load_texts(CONFIG)["ja"], "ticket": Template("番号は$number")}
    said = Script(VOICE, {"ja": texts}).ticket(NUMBER, "", "ja")

    assert "<s>番号は</s><say-as" in said
    assert said.count("<s>") == 1


def test_no_more_phones_are_rung_than_the_company_rings_at_once():
    many = [Rung(f"+8190123456{number:02}", number) for number in range(1, 20)]
    about = {"call_sid": SID, "caller_id": LINE.called[0], "step": "operator", "language": "ja"}

    assert SCRIPT.ring(many, LINE, **about).count("<Number") == 10


def test_a_line_that_records_nothing_announces_no_recording():
    quiet = LINE.model_copy(update={"recording": "off"})
    about = {"call_sid": SID, "caller_id": "", "step": "operator", "language": "ja"}

    assert "録音" not in SCRIPT.welcome(quiet, "", "ja")
    assert "record=" not in SCRIPT.ring(RUNG, quiet, **about)


@pytest.mark.parametrize("name", ["waiting", "waiting_on"])
def test_whoever_waits_hears_something_to_the_end_of_the_document(name):
    gather, onward = ET.fromstring(DOCUMENTS[name]("ja"))

    assert gather[-1].tag == "Play"
    assert int(gather.get("timeout")) <= 1
    assert onward.tag == "Redirect"


def test_while_a_call_is_held_only_what_twilio_allows_is_asked_for():
    allowed = {"Gather", "Say", "Play", "Redirect", "Leave", "Response"}
    for name in ("waiting", "waiting_on", "leave"):
        assert {verb.tag for verb in ET.fromstring(DOCUMENTS[name]("ja")).iter()} <= allowed


def test_the_sound_of_the_queue_lies_where_the_document_says(app):
    with app.test_client().get(HOLD) as sound:
        assert sound.status_code == 200
        assert sound.data[:4] == b"RIFF"


def test_nothing_is_a_valid_document():
    assert list(ET.fromstring(twiml.NOTHING)) == []


def test_a_missing_text_keeps_the_application_from_starting(tmp_path):
    for language in ("ja", "en"):
        folder = tmp_path / "texts" / "voice" / language
        folder.mkdir(parents=True)
        for name in PLACES:
            (folder / f"{name}.txt").write_text("ことば", encoding="utf-8")
    (tmp_path / "texts" / "voice" / "en" / "menu.txt").unlink()

    with pytest.raises(PolicyError, match=r"voice/ja: switch: there is no such text"):
        twiml.load_texts(tmp_path)
    (tmp_path / "texts" / "voice" / "ja" / "switch.txt").unlink()
    with pytest.raises(PolicyError, match=r"voice/en: menu: is missing"):
        twiml.load_texts(tmp_path)


def test_a_text_that_is_not_utf8_keeps_the_application_from_starting(tmp_path):
    folder = tmp_path / "texts" / "voice" / "ja"
    folder.mkdir(parents=True)
    (folder / "menu.txt").write_bytes("番号".encode("cp932"))

    with pytest.raises(PolicyError, match="voice/ja"):
        twiml.load_texts(tmp_path)


def test_r_22_the_static_fallback_rings_the_duty_phone_and_needs_nothing_of_ours():
    document = ET.fromstring(SCRIPT.fallback(LINE))

    assert [verb.tag for verb in document] == ["Say", "Say", "Dial", "Say", "Say", "Hangup"]
    assert document.find("Dial/Number").text == LINE.duty_phone
    assert not [verb for verb in document.iter() if verb.get("action") or verb.get("url")]


def pretty(document: str) -> str:
    root = ET.fromstring(document)
    ET.indent(root)
    return ET.tostring(root, encoding="unicode") + "\n"

"""Every text of a notice reads as its sample.

After a change on purpose write the samples anew: HOTLINE_WRITE_SAMPLES=1 pytest tests/jobs
"""

import os
import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from hotline.jobs import wording
from hotline.notices import rules
from hotline.notices.rules import Channel, Kind, Told
from hotline.settings import ROOT, SettingsError
from tests.jobs.conftest import NINE

LINK = "https://hotline.example.jp/…"
PROMISE = {
    "ja": "1月4日、月曜日の午前9時までに、担当者からお電話いたします。",
    "en": "We will call you by 9 a.m. on Monday, 4 January.",
}
LATER = {Kind.PROMISE_LATE: timedelta(minutes=7)}
SAMPLES = Path(__file__).parent / "samples"
FACTS = {
    "number": "482170933",
    "line": "0120-066-318",
    "about": "followup:12 4821 7093 3",
    "minutes": 7,
    "silent": "mail",
    "year": 2027,
    "starts": "2027/1/4 9:00",
    "ends": "2027/1/4 21:00",
    "operator": "JNX: 2027/1/4 21:00 - 2027/1/5 9:00",
    "supervisor": "-",
    "coordinator": "-",
    "first": "JNX: 2027/1/4 21:00 - 2027/1/5 9:00",
    "num": 1,
    "call": 12,
    "length": "0:42",
    "drill": "",
    "clock": "GDPR 72h",
    "until": "2027/1/7 9:00",
    "code": "482709",
    "what": "(what changed)",
    "at": "2027/1/4 9:00",
    "host": "hotline.example.jp",
}


@pytest.mark.parametrize("key", list(wording.needed()), ids=lambda key: wording.file_name(*key))
def test_each_text_reads_as_its_sample(key):
    kind, channel, language = key
    texts = wording.load(ROOT / "config")
    told = Told({**FACTS, "promise": PROMISE[language]}, NINE, LINK, language)
    now = NINE + LATER.get(kind, timedelta(0))
    words = rules.compose(texts.text(kind, language, channel), told, now=now)
    head = f"Subject: {words.subject}\n\n" if channel is Channel.MAIL else ""
    found, sample = f"{head}{words.body}", SAMPLES / wording.file_name(*key)
    if os.environ.get("HOTLINE_WRITE_SAMPLES"):
        sample.write_text(found, encoding="utf-8")

    assert found == sample.read_text(encoding="utf-8")


def test_every_sample_is_of_a_text():
    assert {path.name for path in SAMPLES.iterdir()} == {
        wording.file_name(*key) for key in wording.needed()
    }


def test_a_language_we_do_not_have_is_japanese():
    texts = wording.load(ROOT / "config")

    assert texts.text(Kind.RESET, "fr") is texts.text(Kind.RESET, "ja")


def test_every_broken_text_is_named_at_once(tmp_path):
    folder = tmp_path / wording.FOLDER
    shutil.copytree(ROOT / "config" / wording.FOLDER, folder)
    (folder / "reset.en.txt").write_text("Subject\n\n$password\n")
    (folder / "invite.ja.txt").unlink()
    (folder / "received.sms.ja.txt").write_text("長い文。" * 60)
    (folder / "backlog.ja.txt").write_bytes(b"\xff\xfe")

    with pytest.raises(SettingsError) as failed:
        wording.load(tmp_path)
    told = str(failed.value)
    assert "reset.en.txt: uses $password" in told
    assert "invite.ja.txt" in told
    assert "received.sms.ja.txt: becomes up to 4 parts as a text message; 3 at most" in told
    assert "backlog.ja.txt" in told


def test_a_text_message_without_a_promise_has_no_empty_line():
    texts = wording.load(ROOT / "config")
    told = Told({**FACTS, "promise": ""}, NINE, LINK, "ja")
    words = rules.compose(texts.text(Kind.RECEIVED, "ja", Channel.SMS), told, now=NINE)

    assert "\n\n" not in words.body


def test_a_text_message_stays_within_three_parts():
    texts = wording.load(ROOT / "config")
    link = "https://hotline.example.jp/status/" + 34 * "x"
    told = Told({**FACTS, "promise": PROMISE["ja"]}, NINE, link, "ja")
    words = rules.compose(texts.text(Kind.RECEIVED, "ja", Channel.SMS), told, now=NINE)

    assert rules.segments(words.body.strip()) <= 3

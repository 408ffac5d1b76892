"""What a call's status follows from, and what the voice texts must be."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise, product

import pytest

from hotline.calls import rules
from hotline.calls.rules import Status, TextError
from hotline.errors import Invalid
from hotline.policy import PolicyError, read
from hotline.settings import ROOT

NOON = datetime(2026, 11, 4, 3, 0, tzinfo=UTC)
ORDER = list(Status)
NAMES = ("answered", "ended", "recorded")
GOOD = dict.fromkeys(rules.PLACES, "ことば")


@pytest.mark.parametrize(
    ("answered", "ended", "recorded", "status"),
    [
        (False, False, False, Status.RINGING),
        (True, False, False, Status.ANSWERED),
        (False, True, False, Status.MISSED),
        (False, True, True, Status.VOICEMAIL),
        (False, False, True, Status.VOICEMAIL),
        (True, True, False, Status.DONE),
        (True, True, True, Status.DONE),
    ],
)
def test_the_status_follows_from_what_is_known(answered, ended, recorded, status):
    assert rules.status_of(answered=answered, ended=ended, recorded=recorded) is status


def test_whatever_else_becomes_known_a_call_never_goes_back():
    facts = [dict(zip(NAMES, one, strict=True)) for one in product((0, 1), repeat=3)]
    for less, more in product(facts, facts):
        if all(more[name] >= less[name] for name in less):
            before, after = rules.status_of(**less), rules.status_of(**more)

            assert ORDER.index(after) >= ORDER.index(before)


def test_the_order_of_the_statuses_is_the_order_of_a_call():
    assert all(ORDER.index(a) < ORDER.index(b) for a, b in pairwise(["ringing", "missed", "done"]))


@pytest.mark.parametrize(
    ("status", "age", "owed"),
    [
        ("missed", timedelta(0), True),
        ("voicemail", timedelta(0), True),
        ("done", timedelta(days=1), False),
        ("answered", timedelta(days=1), False),
        ("ringing", timedelta(minutes=59), False),
        ("ringing", timedelta(minutes=60), True),
    ],
)
def test_somebody_must_deal_with_a_call_that_reached_nobody(status, age, owed):
    assert rules.is_owed(status, received_at=NOON - age, now=NOON) is owed


def test_the_shipped_voice_speaks_both_languages_and_knows_five_keys():
    voice = read(ROOT / "config" / "voice.toml", rules.VoicePolicy)

    assert voice.voices["ja"].name == "Polly.Kazuha-Neural"
    assert sorted(voice.menu) == ["0", "1", "2", "3", "4"]


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        (('[voices.en]\nname = "Polly.Joanna-Neural"\nlanguage = "en-US"\n', ""), "a voice for"),
        (('0 = "other"', '5 = "other"'), "key 5 is English"),
        (('"Polly.Kazuha-Neural"', '"man"'), "voices.ja.name"),
        (("menu_seconds = 8", "menu_seconds = 0"), "menu_seconds"),
    ],
)
def test_a_voice_that_could_not_speak_is_refused(tmp_path, changed, sentence):
    shipped = (ROOT / "config" / "voice.toml").read_text(encoding="utf-8")
    (tmp_path / "voice.toml").write_text(shipped.replace(*changed), encoding="utf-8")

    with pytest.raises(PolicyError, match=sentence):
        read(tmp_path / "voice.toml", rules.VoicePolicy)


def test_a_text_is_one_line_however_it_was_broken():
    texts = rules.parse_texts({**GOOD, "greeting": "お電話 \n $line \n"}, "en")

    assert texts["greeting"].substitute(line="窓口") == "お電話 窓口"


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("greeting", "$company", "greeting: uses \\$company"),
        ("greeting", "100$ です", "greeting: holds a \\$ that names no place"),
        ("menu", "  \n", "menu: is empty"),
        ("song", "ラララ", "song: there is no such text"),
    ],
)
def test_a_text_that_could_not_be_spoken_is_refused(name, text, sentence):
    with pytest.raises(TextError, match=sentence):
        rules.parse_texts({**GOOD, name: text}, "en")


def test_a_missing_text_is_named():
    with pytest.raises(TextError, match="menu: is missing"):
        rules.parse_texts({name: text for name, text in GOOD.items() if name != "menu"}, "en")


def test_a_call_entered_by_hand_may_be_a_little_ahead_of_our_clock():
    rules.check_entered(
        line="jnx", lines=("jnx",), received_at=NOON + timedelta(minutes=5), now=NOON
    )


def test_a_call_entered_by_hand_needs_a_known_line_and_a_time_that_has_come():
    late = NOON + timedelta(minutes=5, seconds=1)
    with pytest.raises(Invalid) as refusal:
        rules.check_entered(line="moon", lines=("jnx",), received_at=late, now=NOON)

    assert sorted(refusal.value.fields) == ["line", "received_at"]

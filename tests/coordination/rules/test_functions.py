"""What partners can be asked for: the eight functions as they are shipped, and refused files."""

import re
import tomllib
from copy import deepcopy
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import ValidationError

from hotline import policy
from hotline.calendars import service as calendars
from hotline.coordination.rules import FUNCTIONS, FunctionsPolicy

FILE = Path("config/functions.toml")
SHIPPED = policy.read(FILE, FunctionsPolicy)
RAW = tomllib.loads(FILE.read_text(encoding="utf-8"))
FRIDAY_EVENING = datetime(2026, 9, 18, 9, 30, tzinfo=UTC)
"""18:30 in Tokyo; the next business day is Thursday 24."""


def changed(change):
    raw = deepcopy(RAW)
    change(raw)
    return raw


def test_every_function_has_works_outputs_milestones_and_a_time_to_answer():
    for rule in SHIPPED.function:
        assert rule.works
        assert rule.milestones
        assert rule.outputs[-1].code == "other"
    assert set(SHIPPED.by_code) == set(FUNCTIONS)
    assert SHIPPED.by_code["forensics"].reply_minutes == 60


def test_milestones_are_due_by_the_clock_or_by_business_days(app):
    dues = SHIPPED.by_code["forensics"].dues(FRIDAY_EVENING, calendars.from_config("hotline"))

    assert dues["call_back"] == datetime(2026, 9, 18, 10, 30, tzinfo=UTC)
    assert dues["quote"] == datetime(2026, 9, 24, 8, 0, tzinfo=UTC)
    assert dues["first_word"] == datetime(2026, 9, 21, 9, 30, tzinfo=UTC)
    assert dues["order"] is None
    assert list(dues) == [one.code for one in SHIPPED.by_code["forensics"].milestones]


def test_no_milestone_is_due_after_all_of_the_work(app):
    latest = datetime(2026, 9, 20, 0, 0, tzinfo=UTC)
    hotline = calendars.from_config("hotline")
    dues = SHIPPED.by_code["gdpr"].dues(FRIDAY_EVENING, hotline, latest=latest)

    assert dues["applies"] == datetime(2026, 9, 19, 9, 30, tzinfo=UTC)
    assert (dues["notified"], dues["completed"]) == (latest, None)


def test_prices_name_their_unit_and_their_paper():
    prices = SHIPPED.by_code["forensics"].prices
    (per_device,) = (one for one in prices if one.unit == "device")

    assert (per_device.from_yen, per_device.to_yen) == (2_500_000, 2_500_000)
    assert "2025" in SHIPPED.sources[per_device.source].en


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("愛知県知立市東栄1-1", ("chubu", "愛知県")),
        ("〒600-0000 京都府京都市 東京都支店あて", ("kinki", "京都府")),
        ("知立市", ("", "")),
    ],
)
def test_an_address_tells_its_region(address, place):
    assert SHIPPED.place_of(address) == place


def test_keys_of_the_telephone_mean_reasons():
    assert [SHIPPED.reason_of_key(key).code for key in "1234"] == [
        "no_capacity", "schedule", "not_our_field", "conflict",
    ]  # fmt: skip
    assert SHIPPED.reason_of_key("7") is None
    assert SHIPPED.decline_reasons["other"].needs_text


def test_press_texts_wait_for_the_scope_of_the_forensic_work():
    (waits,) = SHIPPED.by_code["pr"].waits_for

    assert (waits.function, waits.output) == ("forensics", "scope")


def test_everything_is_looked_up_by_its_code():
    legal = SHIPPED.by_code["legal"]

    assert legal.output("opinion").en == "Opinion"
    assert legal.milestone("opinion").due_days == 3
    assert "police" in legal.work_codes
    assert (legal.output("scope"), legal.milestone("scope")) == (None, None)
    assert (SHIPPED.regions["kinki"].en, SHIPPED.languages["de"].en) == ("Kinki", "German")


REFUSED = {
    "is missing": lambda raw: raw["function"].pop(),
    "is given twice": lambda raw: raw["function"].append(raw["function"][0]),
    "forensics: works: cause": lambda raw: raw["function"][0]["works"].append(
        raw["function"][0]["works"][2]
    ),
    "there is no source B9": lambda raw: raw["function"][0]["prices"][0].update(source="B9"),
    "from_yen is more than to_yen": lambda raw: raw["function"][0]["prices"][0].update(to_yen=1),
    "cannot wait for itself": lambda raw: raw["function"][1]["waits_for"][0].update(
        function="data_recovery"
    ),
    "gdpr: there is no language xx": lambda raw: raw["function"][6].update(language="xx"),
    "forensics brings no opinion": lambda raw: raw["function"][1]["waits_for"][0].update(
        output="opinion"
    ),
    "either due_hours or due_days": lambda raw: raw["function"][0]["milestones"][0].update(
        due_days=1
    ),
    "the prefecture 北海道": lambda raw: raw["region"][1]["prefectures"].append("北海道"),
    "the key 1": lambda raw: raw["decline_reason"][1].update(key="1"),
}


@pytest.mark.parametrize("sentence", REFUSED)
def test_a_file_that_cannot_be_meant_is_refused(sentence):
    with pytest.raises(ValidationError, match=re.escape(sentence)):
        FunctionsPolicy.model_validate(changed(REFUSED[sentence]))

"""What somebody types about a partner becomes facts, or one sentence for each field."""

from datetime import date

import pytest

from hotline.calendars.rules import parse_spans
from hotline.errors import Invalid
from hotline.notices.rules import Channel
from hotline.vendors.rules import Known, clean_spans, company, contact, written_spans

KNOWN = Known({"forensics": 60, "pr": 240}, ("kanto", "chubu"), ("ja", "en"))
TEXTS = {
    "code": "Ｖ-1009",
    "name": " シグマ鑑識合同会社 ",
    "country": "jp",
    "zone": "Asia/Tokyo",
    "holidays": "japan",
    "weekly-0": "9:00〜12:00、13:00〜18:00",
    "capacity": "２",
    "contract_from": "2026/4/1",
    "reply-forensics": "30",
}
CHOSEN = {"functions": ["pr", "forensics"], "regions": ["chubu"], "languages": ["en", "ja"]}
CONTACT = {"name": "ご当番", "locale": "ja", "phone": "03-1234-5678", "email": "a@b.example"}


def read(chosen=CHOSEN, **texts):
    return company({**TEXTS, **texts}, chosen, KNOWN)


def test_a_whole_form_becomes_facts():
    found = read(contract_to="2027/3/31")

    assert (found.code, found.name, found.country) == ("V-1009", "シグマ鑑識合同会社", "JP")
    assert (found.capacity, found.regions, found.languages) == (2, ("chubu",), ("ja", "en"))
    assert found.functions == {"forensics": 30, "pr": 240}  # Nothing agreed: the usual time.
    assert found.hours.weekly[:2] == (parse_spans(["09:00-12:00", "13:00-18:00"]), ())
    assert (found.contract_from, found.contract_to) == (date(2026, 4, 1), date(2027, 3, 31))


def test_who_is_always_there_needs_no_hours():
    assert read(round_the_clock="on", **{"weekly-0": ""}).hours.round_the_clock


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("code", ""),
        ("code", "V 1"),
        ("name", ""),
        ("name", "あ" * 201),
        ("corporate_number", "12"),
        ("country", ""),
        ("country", "XX"),
        ("zone", ""),
        ("zone", "../etc/passwd"),
        ("holidays", "mars"),
        ("weekly-0", ""),
        ("weekly-0", "18:00-09:00"),
        ("weekly-3", "いつでも"),
        ("capacity", ""),
        ("capacity", "0"),
        ("capacity", "2.5"),
        ("contract_from", ""),
        ("contract_from", "きょう"),
        ("contract_to", "2026/3/31"),
        ("reply-forensics", "10081"),
        ("note", "\x00"),
    ],
)
def test_each_field_that_cannot_be_used_is_named(field, text):
    with pytest.raises(Invalid) as refusal:
        read(**{field: text})

    assert list(refusal.value.fields) == [field]


@pytest.mark.parametrize("name", ["functions", "regions", "languages"])
def test_only_what_is_listed_can_be_chosen(name):
    with pytest.raises(Invalid) as refusal:
        read({**CHOSEN, name: ["catering"]})

    assert list(refusal.value.fields) == [name]


def test_hours_are_written_as_they_are_read():
    assert written_spans(clean_spans("9:00 - 12:30 , 13:00~24:00")) == "09:00-12:30, 13:00-24:00"
    assert clean_spans("") == ()


def test_a_contact_may_have_a_landline():
    found = contact(CONTACT, ["mail", "voice"])

    assert (found.phone, found.channels) == ("+81312345678", (Channel.VOICE, Channel.MAIL))


@pytest.mark.parametrize(
    ("changes", "channels", "field"),
    [
        ({"name": ""}, ["mail"], "name"),
        ({"locale": "xx"}, ["mail"], "locale"),
        ({}, [], "channels"),
        ({"email": ""}, ["mail"], "email"),
        ({"email": "a@b, c@d"}, ["voice"], "email"),
        ({"phone": ""}, ["voice"], "phone"),
        ({"phone": "12"}, ["mail"], "phone"),
        ({}, ["sms"], "phone"),  # A landline.
    ],
)
def test_a_contact_can_be_reached_by_the_ways_that_are_ticked(changes, channels, field):
    with pytest.raises(Invalid) as refusal:
        contact({**CONTACT, **changes}, channels)

    assert list(refusal.value.fields) == [field]


def test_a_mobile_phone_takes_text_messages():
    assert contact({**CONTACT, "phone": "090-1234-5678"}, ["sms"]).channels == (Channel.SMS,)

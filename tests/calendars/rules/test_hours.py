"""Spans, reasons and the file that holds the hours."""

from datetime import date

import pytest

from hotline import policy
from hotline.calendars import rules
from hotline.calendars.rules import CalendarPolicy, Span
from hotline.errors import Invalid
from tests.calendars.desk import CONFIG, REASON


@pytest.mark.parametrize(
    "text", ["9-17", "17:00-09:00", "09:00-09:00", "09:00-24:01", "09:60-17:00"]
)
def test_a_span_that_is_none_is_refused(text):
    with pytest.raises(ValueError, match=text):
        Span.parse(text)


@pytest.mark.parametrize("texts", [["13:00-17:00", "09:00-12:00"], ["09:00-12:00", "11:59-17:00"]])
def test_spans_out_of_order_or_overlapping_are_refused(texts):
    with pytest.raises(ValueError, match="overlap or are out of order"):
        rules.parse_spans(texts)


@pytest.mark.parametrize("text", ["", "  ", "長" * 201, "a\0b", "two\nlines"])
def test_a_reason_that_cannot_be_kept_is_refused(text):
    with pytest.raises(Invalid) as refused:
        rules.given_reason(text, "training")

    assert list(refused.value.fields) == ["reason_ja"]


def test_a_reason_is_kept_without_the_spaces_around_it():
    assert rules.given_reason(" 社内研修 ", "training") == REASON


def test_spans_are_read_back_as_they_were_stored():
    spans = rules.parse_spans(["09:00-12:00", "12:00-24:00"])

    assert rules.write_spans(spans) == [["09:00", "12:00"], ["12:00", "24:00"]]
    assert rules.read_spans(rules.write_spans(spans)) == spans


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('monday = ["09:00-17:00"]', 'monday = ["17:00-09:00"]', "must end after it starts"),
        ('monday = ["09:00-17:00"]', 'monday = "09:00-17:00"', "must be a list of texts"),
        ('["09:00-17:00"]', "[]", "at least one weekday must have hours"),
        ('first = "12-31"', 'first = "12-32"', "12-32 is not a day of any year"),
        ('first = "12-31"', "first = 1231", "must be a month and a day"),
        ("[calendars.government", "[calendars.other", "exactly the calendars"),
        ('"Asia/Tokyo"', '"Asia/Seoul"', "Asia/Tokyo"),
        ("sunday = []", "sunday = []\nholiday = []", "Extra inputs"),
    ],
)
def test_a_mistake_in_the_file_stops_the_start_with_a_sentence(tmp_path, old, new, sentence):
    text = (CONFIG / "calendars.toml").read_text(encoding="utf-8")
    (tmp_path / "calendars.toml").write_text(text.replace(old, new), encoding="utf-8")

    with pytest.raises(policy.PolicyError, match=sentence):
        policy.read(tmp_path / "calendars.toml", CalendarPolicy)


@pytest.mark.parametrize(
    ("first", "last", "inside", "outside"),
    [
        ("12-31", "01-03", [(2026, 12, 31), (2027, 1, 3)], [(2026, 12, 30), (2027, 1, 4)]),
        ("08-13", "08-15", [(2026, 8, 13), (2026, 8, 15)], [(2026, 8, 12), (2026, 8, 16)]),
        ("02-29", "02-29", [(2028, 2, 29)], [(2027, 2, 28), (2027, 3, 1)]),
    ],
)
def test_a_yearly_closure_holds_its_first_and_last_day(first, last, inside, outside):
    closure = rules.YearlyClosure(first=first, last=last, label=REASON)

    assert all(date(*day) in closure for day in inside)
    assert not any(date(*day) in closure for day in outside)

"""National holidays: the official list, its kinds of rest days, and what lies beyond it."""

from datetime import date

import holidays
import pytest

from hotline.calendars import rules
from hotline.calendars.rules import Label
from tests.calendars.desk import HOTLINE, NAMES, calendar, tokyo


@pytest.mark.parametrize("year", sorted({day.year for day in NAMES}))
def test_the_library_that_stands_in_agrees_on_every_official_year(year):
    official = {day for day in NAMES if day.year == year}

    assert set(holidays.country_holidays("JP", years=year)) == official


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2026, 5, 6), "休日（振替休日）"),
        (date(2024, 2, 12), "休日（振替休日）"),
        (date(2026, 9, 22), "休日（国民の休日）"),
        (date(2026, 9, 21), "敬老の日"),
    ],
)
def test_what_the_official_list_calls_a_rest_day_is_named_by_its_kind(day, name):
    assert HOTLINE.day(day).name.ja == name


def test_a_rest_day_of_neither_kind_keeps_its_official_name():
    special = rules.OfficialDays({date(2026, 6, 10): "休日"})

    assert special.name(date(2026, 6, 10)) == "休日"


def test_an_unknown_holiday_is_named_in_japanese_in_english_too():
    special = rules.OfficialDays({date(2026, 6, 10): "即位の日"})

    assert special.label(date(2026, 6, 10)) == Label(ja="即位の日", en="即位の日")


def test_beyond_the_official_list_the_answer_is_provisional():
    start = HOTLINE.service_start(tokyo("2027-12-30T17:00"))

    assert start.provisional
    assert "暫定：2028年" in rules.reason(start)["ja"]
    assert "provisional" in rules.reason(start)["en"]


def test_within_the_official_list_the_answer_is_final():
    start = HOTLINE.service_start(tokyo("2026-12-30T17:00"))

    assert not start.provisional
    assert "暫定" not in rules.reason(start)["ja"]


def test_a_call_in_hours_beyond_the_list_is_provisional_too():
    start = HOTLINE.service_start(tokyo("2030-05-07T10:00"))

    assert start.in_hours
    assert start.provisional


def test_the_library_names_substitute_holidays_as_we_do():
    assert HOTLINE.day(date(2030, 5, 6)).name.ja == "休日（振替休日）"


@pytest.mark.parametrize(
    ("today", "warned"), [("2027-10-01", False), ("2027-10-02", True), ("2028-02-01", True)]
)
def test_a_warning_comes_90_days_before_the_list_ends(today, warned):
    assert bool(HOTLINE.warning(date.fromisoformat(today))) is warned


def test_a_calendar_without_holidays_neither_guesses_nor_warns():
    plain = calendar()

    assert plain.warning(date(2050, 1, 1)) is None
    assert not plain.service_start(tokyo("2050-01-01T12:00")).provisional

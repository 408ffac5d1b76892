from datetime import UTC, date, datetime, time

import pytest

from hotline.errors import Invalid, Missing, Problem
from hotline.web.typed import parse_day, parse_id, parse_moment, parse_time


@pytest.mark.parametrize(
    "text",
    [
        "2026/12/30",
        "2026-12-30",
        "2026.12.30",
        "２０２６／１２／３０",
        "2026年12月30日",
        " 2026/12/30 ",
    ],
)
def test_a_date_may_be_typed_in_many_ways(text):
    assert parse_day(text) == date(2026, 12, 30)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "tomorrow",
        "2026/12",
        "30/12/2026",
        "1999/12/31",
        "2100/01/01",
        "2026/12/30\0",
        "９" * 9999,
    ],
)
def test_what_is_no_date_says_how_to_write_one(text):
    with pytest.raises(Problem, match="Write the date as 2026/12/30"):
        parse_day(text)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("9/19", date(2026, 9, 19)),
        ("９月２４日", date(2026, 9, 24)),
        ("9-25", date(2025, 9, 25)),
        ("12/30", date(2025, 12, 30)),
        ("2024/2/29", date(2024, 2, 29)),
    ],
)
def test_without_a_year_the_last_such_day_is_meant(text, day):
    assert parse_day(text, today=date(2026, 9, 24)) == day


@pytest.mark.parametrize("text", ["2/30", "13/1", "0/0"])
def test_a_day_without_a_year_must_exist_too(text):
    with pytest.raises(Problem, match="There is no such date"):
        parse_day(text, today=date(2026, 9, 24))


def test_where_no_day_is_given_a_year_is_needed():
    with pytest.raises(Problem, match="Write the date as"):
        parse_day("9/19")


@pytest.mark.parametrize("text", ["2026/02/31", "2026/13/01", "2026/00/10"])
def test_a_day_that_does_not_exist_is_named_as_such(text):
    with pytest.raises(Problem, match="There is no such date"):
        parse_day(text)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("9:00", time(9)),
        ("18:10:05", time(18, 10, 5)),
        ("１８：１０", time(18, 10)),
        ("9時30分", time(9, 30)),
        ("9時", time(9)),
        ("2330", time(23, 30)),
        ("930", time(9, 30)),
    ],
)
def test_a_time_may_be_typed_in_many_ways(text, at):
    assert parse_time(text) == at


@pytest.mark.parametrize("text", ["", "25:00", "9:60", "noon", "9", "-1:00", "2460", "12345"])
def test_what_is_no_time_says_how_to_write_one(text):
    with pytest.raises(Problem, match="Write the time as 18:10"):
        parse_time(text)


def test_both_fields_together_are_an_instant_in_japan():
    found = parse_moment({"day": "2027/01/04", "time": "9:00"})

    assert found == datetime(2027, 1, 4, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(("typed", "year"), [("9/24", 2026), ("9/23", 2027), ("2/29", None)])
def test_what_is_to_come_is_the_next_such_day(typed, year):
    given = {"day": typed, "time": "9:00"}
    try:
        found = parse_moment(given, after=date(2026, 9, 24)).year
    except Invalid:
        found = None

    assert found == year


def test_both_fields_can_be_wrong_at_once():
    with pytest.raises(Invalid) as refused:
        parse_moment({"day": "?"})

    assert set(refused.value.fields) == {"day", "time"}


def test_an_id_is_a_number_that_a_row_can_have():
    assert parse_id("12") == 12
    assert parse_id("0", least=0) == 0
    assert parse_id(str(2**31 - 1)) == 2**31 - 1


@pytest.mark.parametrize(
    "text", ["", "0", "-1", "1.5", "１２", "x", str(2**31), "0" * 12 + "9" * 30, "9" * 5000]
)
def test_what_no_page_of_ours_sent_as_an_id_leads_nowhere(text):
    with pytest.raises(Missing):
        parse_id(text)

"""What each value of a company must be, however it was written."""

from datetime import date

import pytest

from hotline.errors import Problem
from hotline.members.rules import details


@pytest.mark.parametrize(
    "text",
    [
        "2026/4/1", "2026-04-01", "２０２６．４．１", "2026年4月1日", "20260401", "令和8年4月1日",
        "R8.4.1", "2026/4/1 16:00", "2026-04-01T16:00:00", "2026/4/1 0:00:00", "2026年4月1日16時",
    ],
)  # fmt: skip
def test_a_day_is_read_however_it_is_written(text):
    assert details.clean_day(text) == date(2026, 4, 1)


def test_the_first_year_of_an_era_has_a_name():
    assert details.clean_day("令和元年5月1日") == date(2019, 5, 1)
    assert details.clean_day("平成30年4月1日") == date(2018, 4, 1)


@pytest.mark.parametrize(
    "text",
    ["", "46113", "4/1", "2026/2/30", "2026/13/1", "1999/4/1", "8.4.1", "2026/4/1 9:00"],
)
def test_what_is_no_day_is_refused(text):
    with pytest.raises(Problem):
        details.clean_day(text)


@pytest.mark.parametrize(
    ("text", "yen"),
    [
        ("300000000", 300_000_000), ("300,000,000円", 300_000_000), ("３億円", 300_000_000),
        ("1億5,000万円", 150_000_000), ("1.5億", 150_000_000), ("¥100", 100), ("\\100", 100),
        ("5000万", 50_000_000), ("0", 0),
    ],
)  # fmt: skip
def test_yen_are_read_however_they_are_written(text, yen):
    assert details.clean_yen(text) == yen


@pytest.mark.parametrize("text", ["", "円", "-5", "1.5", "三億", "1e9", "9" * 16, "NaN"])
def test_what_is_no_amount_is_refused(text):
    with pytest.raises(Problem):
        details.clean_yen(text)


@pytest.mark.parametrize(
    ("text", "phone"),
    [
        ("120066318", "0120066318"), ("354226351", "0354226351"), ("9012345678", "09012345678"),
        ("0120-066-318", "0120-066-318"), ("110", "110"), ("+81 3-5422-6351", "+81 3-5422-6351"),
    ],
)  # fmt: skip
def test_a_dropped_zero_is_put_back_and_nothing_else_is_touched(text, phone):
    assert details.clean_phone(text) == phone


def test_a_phone_has_digits():
    with pytest.raises(Problem):
        details.clean_phone("非通知")


def test_a_corporate_number_has_thirteen_digits():
    assert details.clean_corporate_number("７-9999-0100-0001") == "7999901000001"
    for wrong in ("799990100000", "79999010000011", "79999010000x1"):
        with pytest.raises(Problem):
            details.clean_corporate_number(wrong)


def test_the_check_digit_is_the_one_of_the_tax_agency():
    assert details.corporate_check_digit("000012050002") == "7"
    assert details.corporate_check_digit("999901000001") == "7"


@pytest.mark.parametrize("number", ["new", "IMPORT", "", "a b", "株", "x" * 41])
def test_a_number_must_fit_into_an_address(number):
    with pytest.raises(Problem):
        details.clean_number(number)


def test_a_number_is_kept_in_plain_letters():
    assert details.clean_number("ＪＮＸ－１００１") == "JNX-1001"


def test_the_errors_and_shortenings_of_spreadsheets_are_no_values():
    problems: dict[str, Problem] = {}
    given = {"name": "#REF!", "corporate_number": "7.9999E+12", "kana": "1E+5"}
    found = details.check(given, problems)

    assert set(problems) == {"name", "corporate_number"}
    assert found == {"kana": "1E+5"}


def test_a_cell_is_one_line_without_the_trick_that_keeps_it_a_text():
    assert details.plain(" 愛知県\n安城市　1-2 ") == "愛知県 安城市 1-2"
    assert details.plain('="0120066318"') == "0120066318"
    assert details.plain("=1+1") == "=1+1"


def test_what_somebody_should_look_at_is_said():
    given = {"phone": "120066318", "contact_phone": "0566-00-12", "corporate_number": "1" * 13}
    found = details.check(given, {})

    assert set(details.remarks(given, found)) == {"phone", "contact_phone", "corporate_number"}


def test_nothing_is_said_of_what_is_as_it_should_be():
    given = {"phone": "0566-00-1234", "corporate_number": "7999901000001"}

    assert details.remarks(given, details.check(given, {})) == {}

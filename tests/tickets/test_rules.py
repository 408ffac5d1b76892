"""Numbers, severities and what a report must be."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline import policy
from hotline.errors import Invalid
from hotline.tickets import rules
from hotline.tickets.rules import CaseTypesPolicy, Report, Severity, Status

NOW = datetime(2026, 11, 4, 3, 0, tzinfo=UTC)
KINDS = policy.read(Path("config/case_types.toml"), CaseTypesPolicy)
REPORT = Report(line="jnx", case_types=("ransom",), received_at=NOW)
EIGHT = st.integers(10_000_000, 99_999_999).map(str)


def checked(**change: object) -> Report:
    report = replace(REPORT, **change)
    return rules.check(report, policy=KINDS, lines=("jnx", "sompo_desk"), now=NOW)


def test_the_numbers_of_the_papers_are_numbers():
    for number in ("4821 7093 3", "7730 1186 1", "6152 0348 6"):
        assert rules.parse_number(number) == number.replace(" ", "")


@given(EIGHT, st.integers(0, 8), st.integers(1, 9))
def test_every_single_wrong_digit_is_found(eight, place, by):
    number = eight + str(rules.check_digit(eight))
    wrong = number[:place] + str((int(number[place]) + by) % 10) + number[place + 1 :]

    assert rules.parse_number(wrong) is None


@given(EIGHT)
def test_a_number_is_read_as_people_write_it(eight):
    number = eight + str(rules.check_digit(eight))
    fullwidth = number.translate({ord(str(n)): chr(0xFF10 + n) for n in range(10)})

    for written in (rules.spaced(number), f"{number[:4]}-{number[4:]}", fullwidth, f" {number}　"):
        assert rules.parse_number(written) == number


@pytest.mark.parametrize("text", ["", "12345678", "1234567890", "abcdefghi", "²²²²²²²²²", "\0"])
def test_anything_else_is_no_number(text):
    assert rules.parse_number(text) is None


def test_a_caller_code_has_six_digits_also_when_it_begins_with_noughts():
    assert rules.new_code(lambda below: 42) == "000042"


def test_a_caller_code_is_read_as_people_write_it():
    for written in ("000042", " 000-042", "０００ ０４２"):
        assert rules.parse_code(written) == "000042"
    assert {rules.parse_code(text) for text in ("42", "0000042", "00004x", "")} == {None}


def test_a_new_number_has_nine_digits_and_does_not_count():
    draws = iter([0, 89_999_999])
    numbers = [rules.make_number(lambda below: next(draws)) for _ in range(2)]

    assert [len(number) for number in numbers] == [9, 9]
    assert numbers[0].startswith("10000000")
    assert numbers[1].startswith("99999999")


def test_the_gravest_case_type_gives_the_first_severity():
    assert rules.first_severity(checked(case_types=("leak", "ransom")), KINDS) is Severity.P2
    assert rules.first_severity(checked(case_types=("other",)), KINDS) is Severity.P3


def test_a_report_without_a_case_type_is_taken():
    report = checked(case_types=())

    assert rules.first_severity(report, KINDS) is KINDS.undecided


def test_a_given_severity_stands():
    assert rules.first_severity(checked(severity="p1"), KINDS) is Severity.P1


def test_a_severity_below_what_the_case_types_start_with_does_not_count():
    assert rules.first_severity(checked(case_types=("ransom",), severity="p4"), KINDS) is (
        Severity.P2
    )


def test_after_hours_a_call_back_is_owed_first():
    assert rules.first_status(in_hours=False) is Status.CALLBACK_PENDING
    assert rules.first_status(in_hours=True) is Status.RECEIVED


def test_a_received_time_may_be_five_minutes_ahead_of_our_clock():
    assert checked(received_at=NOW + timedelta(minutes=5)).received_at > NOW


WRONG = [
    ({"received_at": NOW + timedelta(minutes=5, seconds=1)}, "received_at"),
    ({"line": "fax"}, "line"),
    ({"case_types": ("fire",)}, "case_types"),
    ({"case_types": ("leak", "leak")}, "case_types"),
    ({"severity": "p5"}, "severity"),
    ({"company": "a\nb"}, "company"),
    ({"caller_email": "x" * 255}, "caller_email"),
    ({"member_number": "1" * 41}, "member_number"),
]


@pytest.mark.parametrize(("change", "field"), WRONG)
def test_each_field_that_cannot_be_used_is_named(change, field):
    with pytest.raises(Invalid) as refused:
        checked(**change)

    assert list(refused.value.fields) == [field]


def test_all_problems_are_named_at_once():
    with pytest.raises(Invalid) as refused:
        checked(line="fax", case_types=("fire",), summary="\0")

    assert set(refused.value.fields) == {"line", "case_types", "summary"}


def test_a_summary_may_have_lines_and_names_are_trimmed():
    report = checked(summary="一行目\n二行目", company="　確認工業 ", member_number=" ")

    assert (report.summary, report.company, report.member_number) == (
        "一行目\n二行目",
        "確認工業",
        None,
    )


def test_the_same_case_type_cannot_be_configured_twice():
    one = {"code": "leak", "ja": "漏えい", "en": "Leak", "severity": "p3"}
    with pytest.raises(ValueError, match="twice"):
        CaseTypesPolicy.model_validate({"case_type": [one, one]})

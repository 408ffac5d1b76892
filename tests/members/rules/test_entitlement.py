"""What a company may ask for: flags with their reasons, and never a verdict."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime

import pytest

from hotline.members.rules import Answer, Known, Sentence, entitlement, period
from tests.builders import NOON

YES, NO, UNKNOWN = Answer.YES, Answer.NO, Answer.UNKNOWN
BOTH, JNX, DESK, NONE = ("jnx", "sompo_desk"), ("jnx",), ("sompo_desk",), ()


@dataclass
class Policy:
    """A policy of the year 2026."""

    number: str = "CY26-1"
    first: date = date(2026, 4, 1)
    last: date = date(2027, 4, 1)
    liability_limit_yen: int | None = 500_000_000
    cost_limit_yen: int | None = 300_000_000

    @property
    def period_from(self):
        return period(self.first, self.last)[0]

    @property
    def period_to(self):
        return period(self.first, self.last)[1]


@dataclass
class Company:
    """A JNX member with one policy."""

    jnx_number: str = "20418"
    policies: list[Policy] = field(default_factory=lambda: [Policy()])


OLD = replace(Policy(), number="CY25-1", first=date(2025, 4, 1), last=date(2026, 4, 1))
BARE = replace(Policy(), liability_limit_yen=None, cost_limit_yen=None)


def reason(found, code: str) -> Sentence:
    return next(flag.reason for flag in found.flags if flag.code == code)


@pytest.mark.parametrize(
    ("jnx", "insured", "cyber", "lines", "beyond"),
    [
        (YES, UNKNOWN, YES, BOTH, "if it can pay"),
        (YES, YES, YES, BOTH, "if it can pay"),
        (YES, YES, NO, BOTH, "paid offer"),
        (YES, NO, NO, JNX, "paid offer"),
        (YES, UNKNOWN, UNKNOWN, JNX, "depends on what is checked"),
        (NO, YES, YES, DESK, "if it can pay"),
        (NO, YES, NO, DESK, "paid offer"),
        (NO, YES, UNKNOWN, DESK, "depends on what is checked"),
        (NO, NO, NO, NONE, "Nothing from here"),
        (NO, UNKNOWN, UNKNOWN, NONE, "depends"),
        (UNKNOWN, YES, UNKNOWN, NONE, "depends"),
        (UNKNOWN, NO, NO, NONE, "paid offer"),
        (UNKNOWN, UNKNOWN, UNKNOWN, NONE, "depends"),
    ],
)
def test_line_and_what_comes_after_follow_from_what_is_known(jnx, insured, cyber, lines, beyond):
    found = entitlement(None, NOON, said=Known(jnx, insured, cyber))

    assert found.lines == lines
    assert beyond in found.beyond.message


def test_whoever_calls_gets_first_advice_but_is_referred_when_nobody_here_is_meant():
    referred = entitlement(None, NOON, said=Known(NO, NO, NO))
    unknown = entitlement(None, NOON)

    assert "IPA" in referred.free.message
    assert unknown.free.message == "First advice is free."
    assert unknown.line.message == "The line that was called"


def test_a_company_on_file_is_known_by_its_number_and_its_running_policy():
    found = entitlement(Company(), NOON)

    assert [flag.answer for flag in found.flags] == [YES, YES, YES, UNKNOWN]
    assert all(flag.confirmed for flag in found.flags[:3])
    assert reason(found, "cyber").facts == {"liability": 500_000_000, "cost": 300_000_000}


def test_what_is_not_on_file_is_unknown_and_never_no():
    found = entitlement(Company(jnx_number="", policies=[]), NOON)

    assert {flag.answer for flag in found.flags} == {UNKNOWN}
    assert any("next business day" in one.message for one in found.to_check)


@pytest.mark.parametrize(
    ("moment", "answer"),
    [("2027-04-01T15:59:59+09:00", YES), ("2027-04-01T16:00:00+09:00", UNKNOWN)],
)
def test_a_minute_before_four_is_the_old_year(moment, answer):
    found = entitlement(Company(), datetime.fromisoformat(moment))

    assert found.answer("insured") is answer
    assert found.answer("cyber") is answer


def test_an_ended_policy_is_a_question_for_the_caller():
    found = entitlement(Company(policies=[OLD]), NOON)

    assert "renewed" in reason(found, "insured").message
    assert reason(found, "insured").facts == {"number": "CY25-1", "ended": OLD.period_to}


def test_a_policy_that_has_not_begun_covers_nothing_yet():
    coming = replace(Policy(), first=date(2027, 4, 1), last=date(2028, 4, 1))
    found = entitlement(Company(policies=[coming]), NOON)

    assert found.answer("insured") is UNKNOWN
    assert "does not begin" in reason(found, "insured").message


def test_a_policy_without_limits_may_be_another_kind_of_policy():
    found = entitlement(Company(policies=[BARE]), NOON)

    assert (found.answer("insured"), found.answer("cyber")) == (YES, UNKNOWN)


def test_of_several_running_policies_the_one_with_limits_counts():
    found = entitlement(Company(policies=[BARE, Policy(number="CY26-2")]), NOON)

    assert reason(found, "insured").facts["number"] == "CY26-2"


def test_the_file_outweighs_the_caller_and_the_caller_fills_what_is_empty():
    found = entitlement(Company(policies=[]), NOON, said=Known(NO, YES, UNKNOWN, YES))

    assert (found.answer("jnx"), found.answer("insured")) == (YES, YES)
    assert reason(found, "insured").message == "The caller says so."
    assert any("as the caller says" in one.message for one in found.to_check)


def test_outside_japan_is_a_warning_and_no_verdict():
    found = entitlement(Company(), NOON, said=Known(domestic=NO))

    assert any("may not be covered" in one.message for one in found.to_check)
    assert found.lines == BOTH


def test_without_cyber_cover_nothing_is_asked_of_the_insurer():
    found = entitlement(Company(policies=[]), NOON, said=Known(YES, NO, NO))

    assert not any("insurer" in one.message for one in found.to_check)

"""A file adds and corrects, and never takes anything away."""

from datetime import date

import pytest

from hotline.members.rules import (
    ContactDetails,
    Details,
    Outcome,
    PolicyDetails,
    Row,
    SiteDetails,
    check_row,
    merge,
    plan,
)
from hotline.members.rules.merging import MOST_ROWS

KNOWN = Details(
    "C1",
    "確認工業",
    "カクニン",
    phones=("0566-00-0001",),
    sites=(SiteDetails("本社", "安城市1", ("0566-00-0002",), 1),),
    contacts=(ContactDetails("森 千晴", "モリ", "", "本社", ("090-0000-0001",), 1),),
    policies=(PolicyDetails("P-1", date(2026, 4, 1), date(2027, 4, 1), 1, None, 1),),
)


def planned(*rows: dict[str, str], known: Details | None = None):
    checked = [
        check_row(Row(line, {"number": "C1", **cells})) for line, cells in enumerate(rows, 2)
    ]
    return plan(checked, {known.number: known} if known else {})


def outcomes(found) -> list[Outcome]:
    return [line.outcome for line in found.report.lines]


def test_several_rows_of_one_number_are_one_company():
    found = planned(
        {"name": "確認工業", "site": "本社", "address": "安城市1", "contact_name": "森"},
        {"site": "知立", "phone": "0566-00-1234", "contact_name": "林"},
    )
    company, _ = found.changed["C1"]

    assert outcomes(found) == [Outcome.ADDED, Outcome.CHANGED]
    assert [site.name for site in company.sites] == ["本社", "知立"]
    assert [(one.name, one.site) for one in company.contacts] == [("森", "本社"), ("林", "知立")]
    assert company.sites[1].phones == ("0566-00-1234",)


def test_what_is_known_already_changes_nothing():
    found = planned(
        {
            "name": "確認工業",
            "site": "本社",
            "address": "安城市1",
            "phone": "０５６６０００００２",
            "contact_name": "森　千晴",
            "contact_phone": "+81 90-0000-0001",
            "policy_number": "P-1",
            "policy_from": "2026/4/1",
            "policy_to": "2027/4/1",
        },
        known=KNOWN,
    )

    assert outcomes(found) == [Outcome.UNCHANGED]
    assert found.changed == {}
    assert not found.report.changes_something


def test_an_empty_cell_says_nothing():
    company, fields = merge(KNOWN, {"number": "C1"})

    assert (company, fields) == (KNOWN, [])


@pytest.mark.parametrize(
    ("values", "changed"),
    [
        ({"name": "確認工業株式会社"}, ["name"]),
        ({"site": "本社", "address": "安城市2"}, ["address"]),
        ({"address": "安城市1"}, []),
        ({"address": "豊田市9"}, ["address"]),
        ({"site": "知立"}, ["site"]),
        ({"phone": "0566-00-0002"}, []),
        ({"phone": "0566-00-0003"}, ["phone"]),
        ({"site": "本社", "phone": "0566-00-0001"}, ["phone"]),
        ({"contact_name": "森千晴", "contact_email": "m@example.jp"}, ["contact_email"]),
        ({"contact_name": "森千晴", "contact_phone": "090-0000-0002"}, ["contact_phone"]),
        ({"contact_name": "林"}, ["contact_name"]),
        ({"site": "知立", "contact_name": "森千晴"}, ["site", "contact_name"]),
    ],
)
def test_a_row_changes_what_it_says_and_nothing_else(values, changed):
    company, fields = merge(KNOWN, values)

    assert fields == changed
    assert (company == KNOWN) == (not changed)


def test_somebody_without_a_site_gets_the_one_the_row_names():
    before = Details("C1", "確認工業", contacts=(ContactDetails("森"),))
    company, fields = merge(before, {"site": "本社", "contact_name": "森"})

    assert [(one.name, one.site) for one in company.contacts] == [("森", "本社")]
    assert fields == ["site", "site"]


def test_of_namesakes_without_a_site_nobody_is_guessed():
    two = tuple(ContactDetails("森", site=name) for name in ("本社", "知立"))
    company, _ = merge(Details("C1", "確認工業", contacts=two), {"contact_name": "森"})

    assert len(company.contacts) == 3


def test_the_next_year_of_a_policy_stands_beside_the_old_one():
    values = {
        "policy_number": "P-1",
        "policy_from": date(2027, 4, 1),
        "policy_to": date(2028, 4, 1),
    }
    company, fields = merge(KNOWN, values)

    assert [one.day_from.year for one in company.policies] == [2026, 2027]
    assert fields == ["policy_number"]


def test_limits_and_the_end_of_a_policy_are_corrected():
    values = {
        "policy_number": "P-1",
        "policy_from": date(2026, 4, 1),
        "policy_to": date(2026, 10, 1),
        "cost_limit_yen": 5,
    }
    company, fields = merge(KNOWN, values)

    assert company.policies == (PolicyDetails("P-1", date(2026, 4, 1), date(2026, 10, 1), 1, 5, 1),)
    assert fields == ["policy_to", "cost_limit_yen"]


def test_a_row_that_a_later_one_contradicts_is_wrong():
    found = planned({"name": "確認工業", "kana": "ア"}, {"name": "確認工業", "kana": "イ"})

    assert outcomes(found) == [Outcome.WRONG, Outcome.CHANGED]
    assert found.report.lines[0].findings[0].field == "kana"
    assert not found.report.may_be_imported


def test_a_new_company_needs_a_name_and_a_known_one_does_not():
    assert outcomes(planned({"kana": "ア"})) == [Outcome.WRONG]
    assert outcomes(planned({"kana": "ア"}, known=KNOWN)) == [Outcome.CHANGED]


def test_a_row_without_a_number_belongs_to_nobody():
    found = planned({"number": "", "name": "確認工業"}, {"name": "確認工業"})

    assert outcomes(found) == [Outcome.WRONG, Outcome.ADDED]
    assert found.report.lines[0].name == "確認工業"


def test_one_company_can_have_so_many_rows_and_no_more():
    found = planned(*({"name": "確認工業"} for _ in range(MOST_ROWS + 1)))

    assert found.report.count(Outcome.WRONG) == 1


def test_the_plan_names_the_changed_fields_of_each_company():
    found = planned({"kana": "ア"}, {"site": "知立"}, known=KNOWN)

    assert found.changed["C1"][1] == ("kana", "site")
    assert found.report.companies == 1

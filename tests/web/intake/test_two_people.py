"""Two people type into one ticket: the second gets both versions."""

import pytest

from tests.web.intake.browser import (
    address,
    checked,
    controls,
    differing,
    fresh,
    opened,
)


def test_the_second_of_two_savers_gets_both_versions_field_by_field(desk, other):
    ticket = opened()
    mine = desk.form(ticket)
    other.save(ticket, caller_name="大槻が聞いた名前", callback_hours="夕方")
    answer = desk.send(address(ticket), {**mine, "caller_name": "私が聞いた名前"})

    assert answer.status_code == 409
    assert differing(answer.text) == {"caller_name", "callback_hours"}
    assert "朴 美咲 12:00:00" in answer.text
    assert checked(answer.text, "take.caller_name") == ["mine"]
    assert checked(answer.text, "take.callback_hours") == ["theirs"]
    assert 'value="私が聞いた名前"' in answer.text


@pytest.mark.parametrize(("take", "name"), [("theirs", "大槻の版"), ("mine", "私の版")])
def test_either_version_is_one_press(desk, other, take, name):
    ticket = opened()
    mine = desk.form(ticket)
    other.save(ticket, caller_name="大槻の版", callback_hours="夕方")
    again = desk.send(address(ticket), {**mine, "caller_name": "私の版"}).text
    desk.send(
        address(ticket),
        {**mine, **controls(again), "take.caller_name": take},
    )

    assert fresh(ticket).caller_name == name
    assert fresh(ticket).callback_hours == "夕方"


def test_both_versions_of_choices_are_told_in_words(desk, other):
    ticket = opened(case_types=("ransom",))
    mine = desk.form(ticket)
    other.save(
        ticket,
        case_types=["ransom", "leak"],
        occurred_day="11/4",
        occurred_time="7:40",
        company_channels_unsafe="1",
        **{"answers.ongoing": "yes", "consents.agent": "yes"},
    )
    answer = desk.send(address(ticket), {**mine, "answers.ongoing": "no", "consents.agent": "no"})

    assert differing(answer.text) == {
        "case_types", "occurred_at", "company_channels_unsafe", "answers.ongoing", "consents.agent"
    }  # fmt: skip
    for words in (
        "データ暗号化・脅迫、情報漏えい",
        "2026/11/04 7:40",
        "被害は今も広がっていますか",
    ):
        assert words in answer.text


def test_a_company_and_a_kind_that_differ_are_told_in_words_too(desk, other):
    ticket = opened(case_types=("other",))
    mine = desk.form(ticket)
    other.save(ticket, company="大槻の会社㈱", other_kind="ddos")
    answer = desk.send(
        address(ticket), {**mine, "company": "私の会社㈱", "other_kind": "support_scam"}
    )

    assert differing(answer.text) == {"company", "other_kind"}
    for words in ("大槻の会社㈱", "DDoS攻撃", "サポート詐欺"):
        assert words in answer.text


def test_the_same_words_twice_are_saved_once(desk):
    ticket = opened()
    mine = {**desk.form(ticket), "caller_name": "邊見"}
    first, second = (desk.send(address(ticket), mine) for _ in range(2))

    assert (first.status_code, second.status_code) == (303, 303)


@pytest.mark.parametrize("marks", ["", "{", "[]", "null", '{"summary": 5}'])
def test_broken_marks_lose_nothing(desk, other, marks):
    ticket = opened()
    mine = desk.form(ticket)
    other.save(ticket, summary="大槻の版")
    answer = desk.send(address(ticket), {**mine, "summary": "私の版", "marks": marks})

    assert answer.status_code == 409
    assert differing(answer.text) == {"summary"}


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 40])
def test_without_a_version_nothing_is_overwritten(desk, version):
    ticket = opened()
    answer = desk.send(address(ticket), {**desk.form(ticket), "summary": "x", "version": version})

    assert answer.status_code == 409
    assert fresh(ticket).summary == ""

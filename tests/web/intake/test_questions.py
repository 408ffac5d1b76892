"""Questions, severity and advice follow what is chosen."""

import re

import pytest

from hotline.people.rules import Role
from tests.web.intake.browser import (
    Browser,
    checked,
    fresh,
    opened,
)


def test_the_questions_of_a_type_are_shown_without_saving(desk):
    ticket = opened(case_types=())
    before = desk.get(f"/tickets/{ticket.number}/intake").text
    answer = desk.save(ticket, case_types="ransom", caller_name="邊見", questions="1")

    assert "ネットワークから切り離しましたか" not in before
    assert "ネットワークから切り離しましたか" in answer.text
    assert 'value="邊見"' in answer.text
    assert fresh(ticket).changed_at is None


def test_the_fragment_follows_what_is_chosen_and_writes_nothing(desk):
    ticket = opened(case_types=())
    part = desk.get(
        f"/tickets/{ticket.number}/intake/proposal?case_types=ransom&answers.ongoing=yes"
    ).text

    assert "ネットワークから切り離しましたか" in part
    assert "P1 緊急の理由になります：被害が今も広がっている" in part
    assert "LANケーブルを抜き" in part
    assert "<html" not in part
    assert fresh(ticket).case_types == []


def test_the_parts_start_with_what_is_saved(desk):
    ticket = opened(case_types=())
    desk.save(ticket, case_types="ransom", company="ヤマダ部品㈱")
    part = desk.get(f"/tickets/{ticket.number}/intake/proposal?case_types=leak").text

    assert checked(part, "primary") == ["leak"]
    assert "ネットワークから切り離しましたか" not in part


@pytest.mark.parametrize(
    "query", ["case_types=flood", "answers.x=%00", "severity=p9", "member_number=%00", "apart=x"]
)
def test_choices_that_do_not_exist_trouble_no_fragment(desk, query):
    ticket = opened()

    assert desk.get(f"/tickets/{ticket.number}/intake/proposal?{query}").status_code == 200


def test_unsafe_company_channels_speak_for_a_graver_severity(desk):
    ticket = opened(case_types=())
    address = f"/tickets/{ticket.number}/intake/proposal?case_types=leak"
    without, with_it = (desk.get(address + more).text for more in ("", UNSAFE))

    assert "社用の連絡手段が使えない" not in without
    assert "社用の連絡手段が使えない" in with_it


UNSAFE = "&company_channels_unsafe=1"


def test_the_main_type_is_the_one_that_is_said_to_be_it(desk):
    ticket = opened(case_types=())
    desk.save(ticket, case_types=["ransom", "spoofed_mail"], primary="spoofed_mail")

    assert fresh(ticket).case_types == ["spoofed_mail", "ransom"]


def test_an_operator_may_raise_the_severity(desk):
    ticket = opened(case_types=())
    desk.save(ticket, case_types="leak", severity="p1", severity_reason="報道された")

    assert fresh(ticket).severity == "p1"
    assert fresh(ticket).severity_reason == "報道された"


def test_an_operator_cannot_lower_it_and_is_told_who_can(desk):
    ticket = opened(case_types=("ransom",))
    page = desk.get(f"/tickets/{ticket.number}/intake").text
    answer = desk.save(ticket, case_types="ransom", severity="p4", severity_reason="軽い")

    assert re.search(r'value="p4"[^>]*disabled', page)
    assert "SVが理由をつけて下げられます" in page
    assert answer.status_code == 422


def test_a_supervisor_may_lower_it_with_a_reason(app):
    supervisor = Browser(app, Role.SUPERVISOR)
    ticket = opened(case_types=("ransom",))
    page = supervisor.get(f"/tickets/{ticket.number}/intake").text
    without = supervisor.save(ticket, case_types="ransom", severity="p4")
    supervisor.save(ticket, case_types="ransom", severity="p4", severity_reason="誤報だった")

    assert not re.search(r'value="p4"[^>]*disabled', page)
    assert without.status_code == 422
    assert fresh(ticket).severity == "p4"

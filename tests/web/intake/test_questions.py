"""Questions, severity and advice follow what is chosen."""

import re

from flask_babel import force_locale

from hotline.people.rules import Role
from hotline.policy import get
from hotline.tickets.rules import HearingPolicy
from hotline.web.intake import page as intake_page
from tests.web.intake.browser import (
    Browser,
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


def test_the_parts_follow_what_is_typed(desk):
    ticket = opened(case_types=())
    answers = {"answers.ongoing": "yes"}
    parts = desk.types(ticket, case_types="ransom", **answers).json["parts"]

    assert "ネットワークから切り離しましたか" in parts["part-questions"]
    assert "P1 緊急の理由になります：被害が今も広がっている" in parts["part-questions"]
    assert "12:00:00　大槻 美咲" in parts["part-questions"]
    assert "VPN・ファイアウォール・認証・EDRのログは何日分" in parts["part-then"]
    assert "LANケーブルを抜き" in parts["part-advice"]
    assert "問中1問記入済み" in parts["part-count"]
    assert "<html" not in parts["part-questions"]


def test_the_sheet_asks_every_question_and_marks_what_starts_a_limit(desk):
    ticket = opened(case_types=("ransom", "leak"))
    page = desk.get(f"/tickets/{ticket.number}/intake").text
    sheet = get(HearingPolicy).sheet(("ransom", "leak"))

    assert [one.key for one in sheet if one.ja not in page and not one.field] == []
    assert f"{len(sheet) + 1}問中0問記入済み" in page
    assert page.count("期限の起点") == 2


def test_the_questions_stand_in_the_same_order_in_both_languages(app):
    orders = []
    for language in ("ja", "en"):
        with app.test_request_context(), force_locale(language):
            sheet = get(HearingPolicy).sheet(("ransom", "leak"))
            orders.append([one.key for one in intake_page.side_by_side(list(sheet))])

    assert orders[0] == orders[1]


def test_the_callers_own_words_count_as_an_answer(desk):
    parts = desk.types(opened(case_types=()), summary="共有フォルダーが開けない").json["parts"]

    assert "問中1問記入済み" in parts["part-count"]


def test_unsafe_company_channels_speak_for_a_graver_severity(desk):
    ticket = opened(case_types=())
    without = desk.types(ticket, case_types="leak").json["parts"]["part-severity"]
    with_it = desk.types(ticket, company_channels_unsafe="1").json["parts"]["part-severity"]

    assert "社用の連絡手段が使えない" not in without
    assert "社用の連絡手段が使えない" in with_it


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

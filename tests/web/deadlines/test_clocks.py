"""The legal clocks of a ticket as the desk sees and ends them."""

from datetime import timedelta

import pytest
from flask_babel import force_locale

from hotline.deadlines import queries
from hotline.people.rules import Role
from hotline.tickets import service as tickets
from hotline.tickets.rules import Intake
from hotline.transaction import transaction
from hotline.web.deadlines import clocks
from tests import builders
from tests.builders import NOON
from tests.web.desk import in_order, opened

KNEW = NOON - timedelta(hours=30)
ANSWERS = {"personal_data": ["over_1000", "eu"], "cause": ["intrusion"]}


def test_the_page_shows_each_clock_with_its_end_and_why_it_runs(desk, leak):
    page = desk.get(f"/tickets/{leak.number}").text

    assert in_order(
        page, "期限の時計", "個人情報 速報", "あと 3日（目安）", "3日目", "5日目 11月7日（土）"
    )
    assert in_order(page, "GDPR 72時間", "あと 42時間", "11月3日（火）6:00に確信", "EU居住者を含む")
    assert in_order(page, "個人情報 確報", "2027年1月4日（月）", "知った・60日", "翌開庁日")


def test_a_clock_is_late_after_its_end_and_reported_when_somebody_says_so(desk):
    leak = leaked(aware=NOON - timedelta(hours=73))
    late = desk.get(f"/tickets/{leak.number}").text
    answer = send(desk, leak, "gdpr_72h", "meet", {"note": "BfDI へ提出"})
    page = desk.get(f"/tickets/{leak.number}").text

    assert '<li class="clock is-late">' in late
    assert "遅れ 1時間" in late
    assert answer.status_code == 303
    assert in_order(page, "報告 きょう 12:00", "BfDI へ提出", "取り消す（まだ済んでいない）")


def test_a_clock_is_called_off_and_runs_again(desk, leak):
    called_off = send(desk, leak, "appi_final", "call-off", {"note": "高度な暗号化"})
    stopped = clock(leak, "appi_final").status
    page = desk.get(f"/tickets/{leak.number}").text
    again = send(desk, leak, "appi_final", "again", {})

    assert (called_off.status_code, stopped, again.status_code) == (303, "called_off", 303)
    assert clock(leak, "appi_final").status == "running"
    assert in_order(page, "個人情報 確報", "報告不要")


def test_a_corrected_start_moves_the_clocks_that_share_it(desk, leak):
    fields = {"day": "2026/11/02", "time": "23:59", "known_by": "総務部", "reason": "電話で確認"}
    answer = send(desk, leak, "appi_preliminary", "start", fields)
    page = desk.get(f"/tickets/{leak.number}").text

    assert answer.status_code == 303
    assert "起点を直しました（動いた時計 2件）。" in page
    assert in_order(page, "知った人：総務部", "瀬戸 圭が設定")


@pytest.mark.parametrize(
    ("verb", "fields", "status", "said"),
    [
        ("meet", {"note": " "}, 422, "どこへ、どのように報告したか"),
        ("call-off", {"note": "長" * 501}, 422, "500文字まで"),
        ("start", {"day": "2026/11/30", "time": "9:00", "reason": "x"}, 422, "まだ来ていません"),
        ("start", {"day": "x", "time": "", "reason": "x"}, 422, "2026/12/30 のように"),
        ("again", {}, 409, "もう動いています"),
    ],
)
def test_what_cannot_be_done_comes_back_with_the_sentence(desk, leak, verb, fields, status, said):
    answer = send(desk, leak, "gdpr_72h", verb, fields)

    assert answer.status_code == status
    assert said in answer.text


def test_a_clock_of_another_ticket_is_not_there(desk, leak):
    other = opened()
    path = f"/tickets/{other.number}/clocks/{clock(leak, 'gdpr_72h').id}/meet"

    assert desk.send(path, {"note": "x"}).status_code == 404


def test_a_ticket_nobody_asked_about_says_how_clocks_begin(desk, be):
    number = opened().number
    auditor = be(Role.AUDITOR)

    assert "個人データの有無をまだ聞いていません" in desk.get(f"/tickets/{number}").text
    assert "時計を取り消す" not in auditor.get(f"/tickets/{number}").text


def test_the_member_reads_what_the_clocks_say_and_not_who_was_told(desk, leak, be):
    with transaction():
        builders.member("JNX-1")
        leak.member_number = "JNX-1"
    member = be(Role.MEMBER, member_number="JNX-1")

    assert "GDPR 72時間の時計を開始" in member.get(f"/portal/tickets/{leak.number}").text


def test_that_of_a_drill_is_never_late(desk):
    leak = leaked(aware=NOON - timedelta(hours=73))
    with transaction():
        leak.drill = True
    page = desk.get(f"/tickets/{leak.number}").text

    assert '<li class="clock is-late">' not in page
    assert "期限を過ぎた" in page


def test_the_last_day_is_the_whole_of_it(app):
    final = clock(leaked(knew=NOON - timedelta(days=15)), "appi_final")
    last_noon = NOON + timedelta(days=44)
    with app.test_request_context(), force_locale("ja"):
        early, late = (clocks.drawn(final, now=now) for now in (NOON, last_noon))

    assert (early.when.words, early.ends) == ("12月18日（金）", "12月18日（金）いっぱい")
    assert (late.when.kind, late.when.words) == ("is-due", "きょう中")


def clock(ticket, kind: str):
    return next(one for one in queries.of_ticket(ticket.id) if one.kind == kind)


def send(browser, ticket, kind: str, verb: str, fields):
    path = f"/tickets/{ticket.number}/clocks/{clock(ticket, kind).id}/{verb}"
    return browser.send(path, fields)


def leaked(aware=KNEW, knew=KNEW):
    ticket = opened(case_types=("leak",))
    answers = {**ANSWERS, "eu_aware": [aware.isoformat()]}
    with transaction():
        known = Intake(("leak",), discovered_at=knew, answers=answers)
        by = builders.person(Role.OPERATOR)
        tickets.fill_in(ticket, known, version=ticket.version, by=by, now=NOON)
    return ticket


@pytest.fixture
def leak(app):
    return leaked()

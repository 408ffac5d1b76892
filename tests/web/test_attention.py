"""What needs somebody at once."""

from datetime import timedelta

import pytest

from hotline import heartbeats
from hotline.audit.models import AuditEntry
from hotline.calls.rules import Status
from hotline.db import db
from hotline.duty.rules import WATCHED
from hotline.notices.models import Notice
from hotline.people.rules import Role
from hotline.transaction import transaction
from tests import builders
from tests.builders import NOON
from tests.web.desk import in_order, numbers_in, opened, reads, take
from tests.web.forms import sign_in

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


def test_a_quiet_desk_says_so(desk):
    working()
    page = desk.get("/attention").text

    for words in (
        "遅れているお約束はありません",
        "不在着信はありません",
        "届かなかった通知はありません",
    ):
        assert words in page
    assert "自動処理が止まっています" not in page


def test_late_promises_stand_there_and_drills_and_taken_ones_do_not(desk):
    late = opened("おくれ社", received_at=NOON - DAY, severity="p1")
    opened("訓練社", received_at=NOON - DAY, severity="p1", drill=True)
    take(opened("引受社", received_at=NOON - DAY, severity="p1"), desk.person)
    page = desk.get("/attention").text

    assert numbers_in(page) == {late.number}
    assert in_order(page, "おくれ社", "引き受ける")


def test_a_page_nobody_took_stands_first(desk):
    opened("おくれ社", received_at=NOON - DAY, severity="p1")
    with transaction():
        page = builders.page()
    shown = desk.get("/attention").text

    assert in_order(shown, "応答のない緊急の呼び出し", page.number, "時間外のP1", "おくれ社")


@pytest.mark.parametrize(("minutes", "shown"), [(14, False), (16, True)])
def test_a_missed_call_needs_attention_after_a_while(desk, minutes, shown):
    with transaction():
        moment = NOON - minutes * MINUTE
        builders.call(status=Status.MISSED, received_at=moment, from_number="+81566001111")

    assert ("0566-00-•••1" in desk.get("/attention").text) is shown


def test_what_did_not_arrive_is_sent_once_more(desk):
    working()
    notice = undelivered()
    page = desk.get("/attention").text
    answer = desk.send(f"/attention/notices/{notice.id}/retry")
    again = db.session.get_one(Notice, notice.id, populate_existing=True)

    assert in_order(page, "お約束の時刻", "4821 7093 3", "メール", "再送を打ち切り", "もう一度送る")
    assert answer.status_code == 303
    assert again.status == "waiting"


def test_what_was_sent_meanwhile_is_not_sent_again(desk):
    notice = undelivered(status="sent")

    assert desk.send(f"/attention/notices/{notice.id}/retry").status_code == 409
    assert desk.send("/attention/notices/999999/retry").status_code == 404


def test_further_notices_stand_on_further_pages(desk, monkeypatch):
    monkeypatch.setattr("hotline.web.attention.PAGE", 2)
    made = {undelivered(due_at=NOON - n * MINUTE).id for n in range(3)}
    first = desk.get("/attention").text
    link = first.partition('<p class="part"><a href="')[2].partition('"')[0]
    second = desk.get(link.replace("&amp;", "&")).text
    seen = {one for one in made for page in (first, second) if f"/notices/{one}/retry" in page}

    assert seen == made
    assert desk.get("/attention?after=x").status_code == 422


def test_a_gap_in_the_roster_is_shown_until_somebody_is_there(desk):
    before = desk.get("/attention").text
    with transaction():
        someone = builders.person(*WATCHED, phone="+819012345678")
        for line in ("jnx", "sompo_desk"):
            for role in WATCHED:
                builders.shift(someone, role, line=line, ends_at=NOON + 8 * DAY)

    assert "7日以内の当番の空き" in before
    assert "7日以内の当番の空き" not in desk.get("/attention").text


def test_a_silent_worker_is_named_by_what_does_not_happen(desk):
    working(without="sms")
    page = desk.get("/attention").text

    assert in_order(page, "自動処理が止まっています", "SMSの送信")
    assert "メールの送信" not in page


def test_the_end_of_the_calendar_is_announced(desk, at):
    with at("2027-12-01T12:00+09:00"):
        sign_in(desk.client, desk.person)
        page = desk.get("/attention").text

    assert "祝日の公式の一覧は2027年12月31日で終わります" in page


def test_an_administrator_sees_what_is_technical_and_no_case(be):
    opened("秘密社", received_at=NOON - DAY, severity="p1")
    with transaction():
        builders.page()
        builders.call(status=Status.MISSED, received_at=NOON - DAY, from_number="+81566001111")
    notice = undelivered()
    page = be(Role.ADMINISTRATOR).get("/attention").text
    main = page[page.index('id="main"') :]

    assert f"/notices/{notice.id}/retry" in main
    assert not numbers_in(main)
    for words in ("秘密社", "確認工業", "0566-00", "引き受ける"):
        assert words not in main


def test_an_auditor_reads_and_has_no_button(be):
    opened(received_at=NOON - DAY, severity="p1")
    notice = undelivered()
    auditor = be(Role.AUDITOR)
    page = auditor.get("/attention").text

    assert "<button" not in page[page.index('id="main"') : page.index("</main>")]
    assert auditor.send(f"/attention/notices/{notice.id}/retry").status_code == 403


def test_a_visit_is_one_read_and_news_are_none(desk):
    desk.get("/attention")
    polled = desk.client.get("/attention", headers={"X-Poll": "1"})
    headers = {"X-Poll": "1", "If-None-Match": polled.headers["ETag"]}

    assert "<html" not in polled.text
    assert desk.client.get("/attention", headers=headers).status_code == 304
    assert len(reads("list:attention")) == 1


@pytest.mark.parametrize("path", ["/attention", "/calls/missed"])
def test_a_list_asks_as_often_for_many_rows_as_for_few(desk, statements, path):
    counts = []
    for number in (3, 27):
        for n in range(number):
            opened(received_at=NOON - DAY, severity="p1")
            undelivered(due_at=NOON - n * MINUTE)
            with transaction():
                builders.page()
                builders.call(status=Status.MISSED, received_at=NOON - DAY)
        with statements() as sent:
            assert desk.get(path).status_code == 200
        counts.append(len(sent))

    assert counts[0] == counts[1]


def test_sending_once_more_is_on_record(desk):
    notice = undelivered()
    desk.send(f"/attention/notices/{notice.id}/retry")
    query = db.select(AuditEntry).where(AuditEntry.subject == f"notice:{notice.id}")

    assert [one.person_id for one in db.session.scalars(query)][-1:] == [desk.person.id]


def undelivered(**facts) -> Notice:
    status = facts.pop("status", "given_up")
    with transaction():
        made = builders.notice(**facts)
        made.status, made.failures, made.last_error = status, 12, "550 mailbox full"
    return made


def working(*, without: str = "") -> None:
    with transaction():
        for kind in heartbeats.SILENT_AFTER:
            if kind != without:
                heartbeats.beat(kind, now=NOON)

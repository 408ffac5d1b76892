"""The hand-over board: what is due, what was tried, what was missed, and notes."""

import re
from datetime import timedelta

import pytest

from hotline.calls.rules import Status
from hotline.followups import service as followups
from hotline.people.rules import Role
from hotline.transaction import transaction
from tests import builders, partners
from tests.builders import NOON
from tests.web.desk import in_order, opened, reads

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def test_late_promises_stand_first_and_those_after_the_next_shift_are_counted(desk):
    with transaction():
        operator = builders.person("operator", name="受 電", phone="+819012345678")
        builders.shift(operator, ends_at=NOON + HOUR)
        builders.shift(operator, starts_at=NOON + HOUR, ends_at=NOON + 9 * HOUR)
    opened("おくれ社", received_at=NOON - DAY, severity="p1")
    opened("いまの社", received_at=NOON, severity="p3")
    opened("あすの社", received_at=NOON + timedelta(minutes=4))
    page = desk.get("/handover").text

    assert "きょう 21:00までのお約束" in page
    assert in_order(page, "おくれ社", "いまの社")


def test_without_a_next_shift_the_board_looks_a_day_ahead(desk):
    page = desk.get("/handover").text

    assert "次の当番が当番表にないため" in page
    assert "それまでのお約束はありません" in page
    assert "対応していない不在着信" not in page


def test_whom_nobody_reached_stands_apart_with_the_next_try(desk):
    ticket = opened("不在の社")
    promise = builders.promise_of(ticket)
    with transaction():
        followups.attempt(
            followups.get(promise.id),
            outcome="no_answer",
            with_whom="",
            next_try_at=NOON + HOUR,
            by_id=desk.person.id,
            now=NOON,
        )
    due, tries = desk.get("/handover").text.split("折返してつながっていない案件")

    assert "不在の社" not in due
    assert "きょう 13:00" in tries.split("不在の社")[0]
    assert "1回" in tries.split("不在の社")[1]


def test_who_was_asked_and_has_not_answered_is_handed_over_too(desk):
    with transaction():
        asked = partners.task(builders.ticket(company="打診の社"), status="offered")
        partners.offer(asked, partners.vendor(name="シグマ鑑識合同会社"), reply_by=NOON + HOUR)
        drill = partners.task(builders.ticket(company="訓練の社", drill=True), status="offered")
        partners.offer(drill, partners.vendor())
    page = desk.get("/handover").text
    other = desk.get("/handover?line=sompo_desk").text
    shown = page.split("まだ回答のない打診")[1].split("</table>")[0]

    assert [one in shown for one in ("あと 1時間", "打診の社", "シグマ鑑識合同会社")] == [True] * 3
    assert "訓練の社" not in shown
    assert "まだ回答のない打診" not in other


def test_what_was_missed_what_is_rung_and_what_nobody_has_stand_there_too(desk):
    with transaction():
        builders.call(status=Status.MISSED, received_at=NOON - HOUR, from_number="+81566001234")
        builders.page()
        alone = builders.ticket(company="ひとりの社")
        followups.call_off(
            followups.get(builders.promise_of(alone).id), reason="済", by_id=1, now=NOON
        )
    page = desk.get("/handover").text

    assert in_order(page, "応答のない緊急の呼び出し", "対応していない不在着信", "ひとりの社")
    assert "0566-00-•••4" in page


def test_a_note_is_written_done_and_put_back(desk):
    ticket = opened("件の社")
    fields = {"line": "jnx", "body": "20時に再度電話", "number": ticket.number}
    desk.send("/handover/notes", fields)
    written = desk.get("/handover").text
    desk.send(re.search(r"/handover/notes/\d+/done", written)[0])
    gone = desk.get("/handover").text
    desk.send(re.search(r"/handover/notes/\d+/undo", gone)[0])

    assert ticket.number in written.split("20時に再度電話")[1]
    assert in_order(gone, "申し送りはありません", "きょう対応した申し送り", "20時に再度電話")
    assert "申し送りはありません" not in desk.get("/handover").text


@pytest.mark.parametrize(
    ("changed", "field"),
    [({"body": " "}, "body"), ({"line": "moon"}, "note-line"), ({"number": "1"}, "note-number")],
)
def test_a_note_that_cannot_be_kept_comes_back_with_what_was_typed(desk, changed, field):
    fields = {"line": "jnx", "body": "残る言葉", "number": "", **changed}
    answer = desk.send("/handover/notes", fields)

    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert field == "body" or "残る言葉" in answer.text


def test_each_line_has_its_own_board(desk):
    opened("JNXの社")
    opened("デスクの社", line="sompo_desk")
    page = desk.get("/handover?line=sompo_desk").text

    assert "デスクの社" in page
    assert "JNXの社" not in page
    assert desk.get("/handover?line=moon").status_code == 422


def test_more_than_fits_on_the_page_is_counted(desk):
    for number in range(16):
        opened(f"第{number}社")
    page = desk.get("/handover").text

    assert "ほか2件" in page or "ほか 2件" in page


def test_as_many_notes_are_printed_as_fit_on_the_sheet(desk):
    for number in range(4):
        desk.send("/handover/notes", {"line": "jnx", "body": f"{number}番" + "あ" * 470})
    page = desk.get("/handover").text

    assert page.count('class="part no-print"') == 2
    assert "3番" in page


def test_the_board_is_polled_and_a_visit_is_one_read(desk):
    desk.get("/handover")
    headers = {"X-Poll": "1"}
    first = desk.client.get("/handover", headers=headers)
    again = desk.client.get(
        "/handover", headers={**headers, "If-None-Match": first.headers["ETag"]}
    )

    assert (first.status_code, again.status_code) == (200, 304)
    assert len(reads("list:handover")) == 1


def test_an_auditor_reads_it_and_writes_nothing(be):
    auditor = be(Role.AUDITOR)

    assert "申し送りに載せる" not in auditor.get("/handover").text
    assert auditor.send("/handover/notes", {"line": "jnx", "body": "x"}).status_code == 403

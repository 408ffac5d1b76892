"""The page of one ticket, and who sees what of it."""

from datetime import timedelta

import pytest

from hotline.db import db
from hotline.notices import queries as notices
from hotline.people.rules import Role
from hotline.tickets import service as tickets
from hotline.tickets.models import HearingAnswer
from hotline.transaction import transaction
from tests import builders
from tests.builders import NOON
from tests.web.desk import at, in_order, numbers_in, opened, reads
from tests.web.forms import sign_in

DAY = timedelta(days=1)
HOSTILE = "<script>alert(1)</script>{{7*7}}<img src=x onerror=alert(1)>"


def test_a_ticket_shows_its_promise_with_every_step_of_the_reason(desk):
    ticket = opened(
        "歳末工業", received_at=at("2026-12-30T22:15+09:00"), now=at("2026-12-30T22:15+09:00")
    )
    desk.later(at("2026-12-30T22:16+09:00") - NOON)
    sign_in(desk.client, desk.person)
    page = desk.get(f"/tickets/{ticket.number}").text

    reason = page[page.index("is-steps") :]

    assert "2027年1月4日（月）" in page
    assert in_order(reason, "12月30日（水）22:15", "12月31日", "2027年1月4日（月）9:00")
    assert f"{ticket.number[:4]} {ticket.number[4:8]} {ticket.number[8]}" in page


def test_a_ticket_in_hours_says_that_service_starts_at_once(desk):
    assert "対応開始：即時" in desk.get(f"/tickets/{opened().number}").text


@pytest.mark.parametrize("shape", ["{0}-{1}-{2}", "{0} {1} {2}", "wide"])
def test_a_number_in_another_spelling_leads_to_the_ticket(desk, shape):
    number = opened().number
    parts = number[:4], number[4:8], number[8:]
    wide = number.translate({48 + n: 0xFF10 + n for n in range(10)})
    typed = wide if shape == "wide" else shape.format(*parts)
    answer = desk.get(f"/tickets/{typed}")

    assert answer.status_code == 302
    assert answer.location == f"/tickets/{number}"


@pytest.mark.parametrize("number", ["1", "000000000", "12345678901234567890", "x" * 3000, "%00"])
def test_a_number_that_is_none_is_missing(desk, number):
    assert desk.get(f"/tickets/{number}").status_code == 404


def test_reading_a_ticket_is_noted(desk):
    ticket = opened()
    desk.get(f"/tickets/{ticket.number}")

    assert [entry.person_id for entry in reads(f"ticket:{ticket.number}")] == [desk.person.id]


def test_a_ticket_without_a_company_says_where_its_number_is_on_file(desk):
    with transaction():
        builders.member("JNX-1", name="髙橋精螺工業㈱")
    unknown = opened("", caller_phone="+81120066318")
    named = opened("別会社㈱", caller_phone="+81120066318")

    assert "この番号の登録先：髙橋精螺工業㈱" in desk.get(f"/tickets/{unknown.number}").text
    assert "この番号の登録先" not in desk.get(f"/tickets/{named.number}").text


def test_answers_are_shown_in_words_and_what_nobody_asks_any_more_as_it_is(desk):
    ticket = opened()
    given = {"spreading": ["yes"], "gone_question": ["as it was"]}
    with transaction():
        for key, answer in given.items():
            row = {"ticket_id": ticket.id, "question": key, "answer": answer}
            db.session.add(HearingAnswer(**row, answered_at=NOON))
    page = desk.get(f"/tickets/{ticket.number}").text

    assert in_order(page, "質問への答え", "gone_question", "as it was")


def test_hostile_text_is_shown_as_it_was_typed(desk):
    ticket = opened(HOSTILE, caller_name=HOSTILE, summary=HOSTILE)
    with transaction():
        tickets.add_note(ticket, HOSTILE, audience="member", by_id=desk.person.id, now=NOON)
    for path in ("/tickets", f"/tickets/{ticket.number}"):
        page = desk.get(path).text

        assert "&lt;script&gt;alert(1)&lt;/script&gt;{{7*7}}" in page
        assert "<script>alert" not in page
        assert "<img" not in page


@pytest.mark.parametrize(
    ("status", "seen"), [("waiting", True), ("failed", True), ("given_up", True), ("sent", False)]
)
def test_a_coordinator_who_could_not_be_told_is_seen_beside_the_promise(desk, status, seen):
    ticket = opened()
    with transaction():
        notice, *_later = notices.about(f"followup:{builders.promise_of(ticket).id}")
        notice.status, notice.failures = status, 3
    page = desk.get(f"/tickets/{ticket.number}").text

    assert ("まだ通知できていません" in page) is seen
    assert ("電話で伝えてください" in page) is (status == "given_up")


def test_a_note_is_written_for_whom_it_is_meant(desk):
    ticket = opened()
    fields = {"text": "電話した。\n<b>折返し</b>", "audience": "vendor"}
    answer = desk.send(f"/tickets/{ticket.number}/notes", fields)
    page = desk.get(f"/tickets/{ticket.number}").text

    assert answer.status_code == 303
    assert in_order(page, "&lt;b&gt;折返し", "会員・提携先に見える</span>")


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"text": "", "audience": "staff"}, "1文字以上"),
        ({"text": "x", "audience": "everybody"}, "見える範囲を選んで"),
        ({"text": "a\x07b", "audience": "staff"}, "目に見えない文字"),
        ({"text": "長" * 20_000, "audience": "staff"}, "10000文字まで"),
    ],
)
def test_a_note_that_cannot_be_kept_comes_back(desk, fields, said):
    ticket = opened()
    answer = desk.send(f"/tickets/{ticket.number}/notes", fields)

    assert answer.status_code == 422
    assert said in answer.text


def test_the_page_in_english_speaks_english(desk):
    ticket = opened(received_at=NOON - DAY)
    desk.client.set_cookie("language", "en")
    page = desk.get(f"/tickets/{ticket.number}").text

    assert '<html lang="en"' in page
    assert "Call back promised" in page


def test_a_saved_theme_is_written_by_the_server(desk):
    with transaction():
        db.session.merge(desk.person).theme = "dark"

    assert 'data-bs-theme="dark"' in desk.get("/tickets").text


# --- Who sees what ---


def test_an_auditor_reads_and_can_do_nothing(be):
    ticket = opened(received_at=NOON - DAY, severity="p1")
    auditor = be(Role.AUDITOR)
    page = auditor.get(f"/tickets/{ticket.number}").text
    listed = auditor.get("/tickets").text

    assert "引き受ける" not in page + listed
    assert auditor.send(f"/tickets/{ticket.number}/notes", {"text": "x"}).status_code == 403


def test_a_partner_has_nothing_to_see_yet(be):
    opened()
    partner = be(Role.VENDOR)

    assert not numbers_in(partner.get("/").text)
    assert partner.get("/tickets").status_code == 403


@pytest.mark.parametrize(
    ("role", "first"),
    [
        (Role.OPERATOR, "/console"),
        (Role.SUPERVISOR, "/console"),
        (Role.COORDINATOR, "/board"),
        (Role.AUDITOR, "/tickets"),
        (Role.ADMINISTRATOR, "/people"),
    ],
)
def test_each_role_has_its_first_page(be, role, first):
    assert be(role).get("/").location == first


def test_a_drill_is_marked_on_every_page_of_its_ticket(desk):
    ticket = opened(drill=True)

    assert "訓練です。" in desk.get(f"/tickets/{ticket.number}").text
    assert ">訓練</span>" in desk.get("/tickets").text

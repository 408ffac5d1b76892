"""The day of the telephone."""

from datetime import timedelta

import pytest

from hotline.audit.models import AuditEntry
from hotline.calls import queries
from hotline.calls.rules import Status
from hotline.db import db
from hotline.people.rules import Role
from hotline.tickets.models import Ticket
from hotline.transaction import transaction
from tests import builders
from tests.builders import NOON
from tests.web.desk import in_order, reads
from tests.web.forms import send

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def test_the_day_shows_its_calls_the_newest_first(desk):
    rang(from_number="+81566001111", received_at=NOON - 2 * HOUR)
    rang(from_number="+81566002222", received_at=NOON - HOUR)
    rang(from_number="+81566003333", received_at=NOON - DAY)
    page = desk.get("/calls").text

    assert page.index("0566-00-•••2") < page.index("0566-00-•••1")
    assert "0566-00-•••3" not in page


def test_a_call_says_how_it_ended_what_was_chosen_and_who_took_it(desk):
    answered = {"answered_at": NOON, "answered_by_id": desk.person.id, "menu_key": "1"}
    rang(status=Status.DONE, **answered)
    page = desk.get("/calls").text

    for words in ("終了", "1 データ暗号化・脅迫", desk.person.name, "時間内"):
        assert words in page


def test_a_call_that_is_being_entered_by_hand_has_the_same_words_on_every_page(be):
    operator = be(Role.OPERATOR)
    sheet = operator.send("/intake", {"line": "jnx"}).location
    ticket = sheet.removesuffix("/intake")
    pages = [operator.get(path) for path in ("/calls", ticket, f"{ticket}/wrap-up")]
    wrap_up = operator.get(pages[-1].location).text

    assert "番号はまだ分かりません" in operator.get(sheet).text
    for page in (pages[0].text, pages[1].text):
        assert "未確認" in page
        assert "手で入力" in page
    for page in (pages[0].text, pages[1].text, wrap_up):
        assert "非通知" not in page


def test_who_only_asked_the_machine_where_it_stands_was_not_missed(desk):
    rang(status=Status.MISSED, menu_key="9", handled_at=NOON)
    page = desk.get("/calls").text

    assert "状況を案内" in page
    assert ">不在着信</span>" not in page


@pytest.mark.parametrize(
    ("day", "shown"),
    [("2026-11-03", True), ("２０２６/11/03", True), ("2026/11/02", False), ("2026/11/04", False)],
)
def test_another_day_can_be_looked_at(desk, day, shown):
    rang(received_at=NOON - DAY, from_number="+81566003333")

    assert ("0566-00-•••3" in desk.get(f"/calls?day={day}").text) == shown


def test_a_day_begins_at_midnight_in_japan(desk):
    rang(received_at=NOON - 12 * HOUR, from_number="+81566001111")
    rang(received_at=NOON - 12 * HOUR - timedelta(seconds=1), from_number="+81566002222")
    page = desk.get("/calls").text

    assert "0566-00-•••1" in page
    assert "0566-00-•••2" not in page


def test_missed_calls_have_a_page_of_their_own_the_longest_waiting_first(desk):
    rang(status=Status.MISSED, from_number="+81566001111", received_at=NOON - HOUR)
    rang(status=Status.MISSED, from_number="+81566002222", received_at=NOON - DAY)
    rang(status=Status.DONE, from_number="+81566003333", received_at=NOON - HOUR)
    page = desk.get("/calls/missed").text

    assert page.index("0566-00-•••2") < page.index("0566-00-•••1")
    assert "0566-00-•••3" not in page


def test_further_missed_calls_stand_on_further_pages(desk, monkeypatch):
    monkeypatch.setattr("hotline.web.calls.PAGE", 2)
    for number in range(3):
        rang(status=Status.MISSED, from_number=f"+8156600111{number}")
    first = desk.get("/calls/missed").text
    link = first.partition('<p class="part"><a href="')[2].partition('"')[0]
    second = desk.get(link.replace("&amp;", "&")).text

    assert [f"0566-00-•••{number}" in first for number in range(3)] == [True, True, False]
    assert "0566-00-•••2" in second
    assert desk.get("/calls/missed?after=2026").status_code == 422


def test_who_calls_back_from_the_list_of_missed_calls_stays_there(desk):
    call = rang(status=Status.MISSED)
    answer = send(desk.client, f"/calls/{call.id}/handled", {"list": "missed"})

    assert answer.location == "/calls/missed"
    assert 'class="blank"' in desk.get("/calls/missed").text


def test_above_the_day_stand_the_first_missed_calls_and_the_way_to_all(desk, monkeypatch):
    monkeypatch.setattr("hotline.web.calls.FIRST", 1)
    rang(status=Status.MISSED, from_number="+81566001111", received_at=NOON - 2 * DAY)
    rang(status=Status.MISSED, from_number="+81566002222", received_at=NOON - DAY)
    page = desk.get("/calls").text

    assert "0566-00-•••1" in page
    assert "0566-00-•••2" not in page
    assert 'href="/calls/missed">すべての不在着信' in page


NO_SUCH_DATE = "その日付はありません。2026/12/30 のように書いてください。"
NO_DATE = "日付は 2026/12/30 のように書いてください。"


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        ("2026-02-31", NO_SUCH_DATE),
        ("yesterday", NO_DATE),
        ("%00", NO_DATE),
        ("x" * 9999, NO_DATE),
        ("9999-12-31", NO_DATE),
    ],
)
def test_a_day_that_is_none_is_answered_with_a_sentence(desk, day, sentence):
    answer = desk.get(f"/calls?day={day}")

    assert answer.status_code == 422
    assert sentence in answer.text
    assert 'href="/calls">元の画面へ戻る' in answer.text


@pytest.mark.parametrize("after", ["x", "-1", "99999", "9" * 30, "9" * 5000, "²"])
def test_a_broken_address_of_a_further_page_is_missing(desk, after):
    assert desk.get(f"/calls?after={after}").status_code == 404


def test_further_pages_show_every_call_once(desk, monkeypatch):
    monkeypatch.setattr("hotline.web.calls.PAGE", 2)
    for number in range(3):
        rang(from_number=f"+8156600000{number}", received_at=NOON - HOUR)
    first = desk.get("/calls").text
    link = first.split('<p class="part"><a href="')[1].partition('"')[0].replace("&amp;", "&")
    pages = first + desk.get(link).text

    assert [pages.count(f"0566-00-•••{number}") for number in range(3)] == [1, 1, 1]


def test_an_empty_day_says_what_comes_next(desk):
    page = desk.get("/calls").text

    assert "この日の受電はありません。" in page
    assert "待っている方はいません" in page


def test_missed_calls_of_any_day_stand_on_top_until_somebody_calls_back(desk):
    call = missed(received_at=NOON - 3 * DAY)
    before = desk.get("/calls").text
    answer = desk.send(f"/calls/{call.id}/handled")
    after = desk.get("/calls").text

    assert answer.location == "/calls"
    assert 'class="count">1<' in before
    assert "0566-00-•••9" in before
    assert "0566-00-•••9" not in after


def test_a_call_that_was_dealt_with_cannot_be_dealt_with_again(desk):
    call = missed()
    desk.send(f"/calls/{call.id}/handled")

    assert desk.send(f"/calls/{call.id}/handled").status_code == 409


def test_a_ticket_is_opened_from_a_missed_call(desk):
    call = missed(received_at=NOON - DAY)
    answer = desk.send(f"/calls/{call.id}/ticket")
    ticket = db.session.query(Ticket).one()

    assert answer.location == f"/tickets/{ticket.number}/intake"
    assert ticket.case_types == []
    assert ticket.received_at == NOON - DAY
    assert queries.by_id(call.id).ticket_id == ticket.id


def test_a_second_ticket_is_not_opened_for_the_same_call(desk):
    call = missed()
    desk.send(f"/calls/{call.id}/ticket")

    assert desk.send(f"/calls/{call.id}/ticket").status_code == 409


@pytest.mark.parametrize("verb", ["ticket", "handled"])
def test_a_call_that_does_not_exist_is_missing(desk, verb):
    assert desk.send(f"/calls/4711/{verb}").status_code == 404
    assert desk.send(f"/calls/{2**40}/{verb}").status_code == 404


def test_a_voicemail_shows_its_length_and_a_withheld_number_as_such(desk):
    missed(status=Status.VOICEMAIL, from_number="", recording_seconds=42)
    page = desk.get("/calls").text

    assert "42秒" in page
    assert "非通知" in page


def test_a_call_leads_to_its_ticket(desk):
    call = missed()
    desk.send(f"/calls/{call.id}/ticket")
    number = db.session.query(Ticket).one().number

    assert f'href="/tickets/{number}"' in desk.get("/calls").text


def test_a_visit_is_one_read_and_a_poll_is_none(desk):
    desk.get("/calls")
    polled = desk.client.get("/calls", headers={"X-Poll": "1"})
    again = {"X-Poll": "1", "If-None-Match": polled.headers["ETag"]}
    entries = db.session.query(AuditEntry).filter_by(subject="list:calls").all()

    assert [entry.detail for entry in entries] == [{"day": "2026-11-04"}]
    assert desk.client.get("/calls", headers=again).status_code == 304


def test_an_auditor_sees_the_calls_and_no_buttons(auditor):
    call = missed()
    page = auditor.get("/calls").text

    assert "折返し済みにする" not in page
    assert "案件にする" not in page
    assert auditor.send(f"/calls/{call.id}/handled").status_code == 403


@pytest.mark.parametrize("role", [Role.MEMBER, Role.VENDOR, Role.ADMINISTRATOR])
def test_calls_are_for_the_desk_alone(be, role):
    assert be(role).get("/calls").status_code == 403


def test_who_is_not_signed_in_is_led_to_the_sign_in(client):
    answer = client.get("/calls?day=2026-11-04")

    assert answer.status_code == 302
    assert answer.location.startswith("/sign-in?next=")


def rang(**facts: object):
    with transaction():
        return builders.call(**{"received_at": NOON, "status": Status.DONE, **facts})


def missed(**facts: object):
    return rang(**{"status": Status.MISSED, "from_number": "+81566009999", **facts})


# --- Many at once ---


def test_many_missed_calls_leave_the_list_for_one_reason(desk):
    first, second, kept = (rang(status=Status.MISSED) for _ in range(3))
    fields = {"calls": [first.id, second.id], "reason": "not_for_us"}
    answer = desk.send("/calls/missed", fields)
    page = desk.get("/calls/missed").text

    assert answer.location == "/calls/missed"
    assert "不在着信 2件を一覧から外しました。" in page
    assert [f'value="{one.id}"' in page for one in (first, kept)] == [False, True]


def test_what_somebody_else_dealt_with_is_told_by_its_number(desk):
    first = rang(status=Status.MISSED, from_number="+81566001111")
    for _ in range(2):
        desk.send("/calls/missed", {"calls": [first.id], "reason": "no_number"})

    assert "0566-00-•••1: " in desk.get("/calls/missed").text


@pytest.mark.parametrize(
    "fields",
    [
        {"reason": "no_number"},
        {"calls": "x", "reason": "no_number"},
        {"calls": "1" * 30, "reason": "no_number"},
        {"calls": "1"},
        {"calls": "1", "reason": "else"},
    ],
)
def test_a_choice_without_calls_reason_or_words_comes_back_as_it_was(desk, fields):
    call = rang(status=Status.MISSED)
    answer = desk.send("/calls/missed", fields)

    assert answer.status_code == 422
    assert "field-error" in answer.text
    assert f'value="{call.id}"' in answer.text


def test_what_was_taken_off_by_mistake_is_put_back_with_one_press(desk):
    chosen = [rang(status=Status.MISSED).id for _ in range(2)]
    desk.send("/calls/missed", {"calls": chosen, "reason": "not_for_us"})
    back = " ".join(map(str, chosen))
    gone = desk.get("/calls/missed").text
    desk.send("/calls/missed/undo", {"back": back})
    page = desk.get("/calls/missed").text

    assert f'name="back" value="{back}"' in gone
    assert "不在着信 2件を一覧に戻しました。" in page
    assert all(f'name="calls" value="{one}"' in page for one in chosen)


# --- One call ---


def test_the_page_of_a_call_has_the_whole_number_and_is_a_read(desk):
    call = rang(status=Status.MISSED, from_number="+81566001111", recording_seconds=42)
    page = desk.get(f"/calls/{call.id}").text

    assert "0566-00-1111" in page
    assert "42秒" in page
    assert len(reads(f"call:{call.id}")) == 1
    assert desk.get("/calls/999").status_code == 404


def test_what_became_of_a_call_stands_on_its_page(desk):
    call = rang(status=Status.MISSED)
    desk.send("/calls/missed", {"calls": [call.id], "reason": "else", "note": "広告の電話"})
    page = desk.get(f"/calls/{call.id}").text

    assert in_order(page, "そのほか", "広告の電話")


@pytest.fixture
def desk(be):
    return be(Role.OPERATOR)


@pytest.fixture
def auditor(be):
    return be(Role.AUDITOR)

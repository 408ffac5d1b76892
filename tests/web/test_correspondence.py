"""Desk and member write to each other; the desk asks, ticks, and checks contacts by a call."""

from datetime import timedelta

import pytest

from hotline import clock
from hotline.db import db
from hotline.messages import queries as messages
from hotline.messages.rules import Asked, Side
from hotline.people.rules import Role
from hotline.tickets import queries
from hotline.tickets import service as tickets
from hotline.tickets.models import Follower, Ticket
from hotline.tickets.rules import member_thread
from hotline.transaction import transaction
from tests import builders
from tests.web.desk import in_order, opened, reads

NEW = "080-1111-2222"
HOSTILE = "<script>alert(1)</script> \u202egpj.exe ${7*7} {{7*7}} ' OR 1=1 --"


def test_the_desk_reads_what_was_written_and_what_waits(be):
    ticket = _ticket()
    _member_writes(ticket, HOSTILE)
    page = be(Role.AUDITOR).get(_path(ticket)).text

    assert "&lt;script&gt;alert(1)&lt;/script&gt; \u202egpj.exe ${7*7} {{7*7}}" in page
    assert "<script>alert(1)" not in page
    assert "返信待ち 1件" in page
    assert 'name="body"' not in page
    assert [one.detail["part"] for one in reads(f"ticket:{ticket.number}")] == ["correspondence"]


def test_an_answer_stands_in_the_thread_and_ends_the_wait(be):
    ticket = _ticket()
    seen = _member_writes(ticket, "a")
    coordinator = be(Role.COORDINATOR)
    answer = coordinator.send(_path(ticket, "messages"), {"body": HOSTILE, "up_to": seen.id})
    page = coordinator.get(answer.location).text

    assert answer.location == f"{_path(ticket)}#thread"
    assert messages.unanswered(member_thread(ticket.id)) == 0
    assert [one.body for one, _ in messages.thread(member_thread(ticket.id))] == ["a", HOSTILE]
    assert "電話してください" in page  # Nobody has a mail that is safe.


def test_before_and_after_sending_it_is_said_who_is_told(be):
    ticket = _ticket(caller_phone="090-1234-5678")
    with transaction():
        builders.person("member", member_number="JNX-1", name="守衛 一郎")
    coordinator = be(Role.COORDINATOR)
    answer = coordinator.send(_path(ticket, "messages"), {"body": "a"})
    page = coordinator.get(answer.location).text

    assert "数分以内に会員に知らせます" in page
    assert in_order(page, "宛先：", "守衛 一郎", "お電話の方（")


def test_what_came_while_somebody_typed_still_waits(be):
    ticket = _ticket()
    seen = _member_writes(ticket, "a")
    _member_writes(ticket, "b")
    be(Role.OPERATOR).send(_path(ticket, "messages"), {"body": "c", "up_to": seen.id})

    assert messages.unanswered(member_thread(ticket.id)) == 1


def test_what_needs_no_answer_is_set_aside(be):
    ticket = _ticket()
    seen = _member_writes(ticket, "ありがとうございました")
    answer = be(Role.OPERATOR).send(_path(ticket, "settled"), {"up_to": seen.id})

    assert answer.status_code == 303
    assert messages.waiting(9) == []


@pytest.mark.parametrize(
    ("way", "fields", "named"),
    [
        ("messages", {"body": "a\0"}, "body"),
        ("messages", {"body": "あ" * 4001}, "body"),
        ("needs", {"wanted": "money", "text": "a"}, "wanted"),
        ("needs", {"wanted": "file", "text": "a\x1b[31m"}, "text"),
        ("needs", {"wanted": "file", "text": "a", "day": "2026/12/30"}, "need-time"),
        ("needs", {"wanted": "file", "text": "a", "day": "2001/1/1", "time": "9:00"}, "due_at"),
    ],
)
def test_what_cannot_be_used_comes_back_with_words_beside_the_field(be, way, fields, named):
    ticket = _ticket()
    answer = be(Role.COORDINATOR).send(_path(ticket, way), fields)

    assert answer.status_code == 422
    assert f'id="{named}-error"' in answer.text
    assert messages.needs_of(ticket.id) == []


@pytest.mark.parametrize("up_to", ["", "x", "９" * 2, "9" * 30, "0" * 12 + "9" * 30, "1" * 5000])
def test_a_message_that_is_none_is_missing(be, up_to):
    answer = be(Role.OPERATOR).send(_path(_ticket(), "settled"), {"up_to": up_to})

    assert answer.status_code == 404


def test_a_need_is_asked_for_with_a_time_and_ticked(be):
    ticket = _ticket()
    coordinator = be(Role.COORDINATOR)
    fields = {"wanted": "file", "text": HOSTILE, "day": "2099/12/30", "time": "17時"}
    coordinator.send(_path(ticket, "needs"), fields)
    (need,) = messages.needs_of(ticket.id)
    page = coordinator.get(_path(ticket)).text
    coordinator.send(_path(ticket, f"needs/{need.id}/met"))
    second = coordinator.send(_path(ticket, f"needs/{need.id}/dropped"))

    assert need.due_at.isoformat() == "2099-12-30T08:00:00+00:00"
    assert "&lt;script&gt;" in page
    assert "2099年12月30日" in page
    assert (need.status, second.status_code) == ("met", 409)
    assert "すでに" in second.text


def test_what_is_needed_no_more_is_dropped(be):
    ticket = _ticket()
    with transaction():
        need = _asked(ticket)
    be(Role.OPERATOR).send(_path(ticket, f"needs/{need.id}/dropped"))
    db.session.refresh(need)

    assert need.status == "dropped"


def test_a_contact_is_used_after_a_call_to_a_known_number(be):
    ticket = _ticket(caller_phone="090-1234-5678")
    change = _given(ticket)
    coordinator = be(Role.COORDINATOR)
    path = _path(ticket, f"contacts/{change.id}/confirmed")
    page = coordinator.get(_path(ticket)).text
    without = coordinator.send(path, {"rung": "caller_phone"})
    done = coordinator.send(path, {"rung": "caller_phone", "note": "邊見さん本人"})
    again = coordinator.send(path, {"rung": "caller_phone", "note": "邊見さん本人"})

    assert in_order(page, "まだ使われていません", NEW, "090-1234-5678")
    assert [one.status_code for one in (without, done, again)] == [422, 303, 409]
    assert f'id="note-{change.id}-error"' in without.text
    assert db.session.get_one(Ticket, ticket.id).safe_phone == NEW
    assert "邊見さん本人" in coordinator.get(_path(ticket)).text


def test_a_contact_that_nobody_gave_is_not_used(be):
    ticket = _ticket()
    change = _given(ticket)
    answer = be(Role.OPERATOR).send(
        _path(ticket, f"contacts/{change.id}/refused"), {"note": "届けていない"}
    )

    assert answer.status_code == 303
    assert db.session.get_one(Ticket, ticket.id).safe_phone == ""
    assert queries.changes_to_check(9) == []


def test_the_desk_lets_somebody_see_a_ticket_and_takes_it_back(be):
    ticket = _ticket()
    with transaction():
        other = builders.person("member", member_number="JNX-1", manager=False, name="守衛 一郎")
    operator = be(Role.OPERATOR)
    operator.send(_path(ticket, "followers"), {"person": other.id})
    there = db.session.get(Follower, (ticket.id, other.id)) is not None
    page = operator.get(_path(ticket)).text
    operator.send(_path(ticket, f"followers/{other.id}/ended"))
    db.session.expire_all()

    assert there
    assert "守衛 一郎" in page
    assert db.session.get(Follower, (ticket.id, other.id)) is None


def test_nobody_of_another_company_is_let_see_it(be):
    ticket = _ticket()
    with transaction():
        stranger = builders.person("member", member_number="JNX-2")
    operator = be(Role.OPERATOR)
    gone = (
        operator.send(_path(ticket, "followers"), {"person": 2_000_000_000}),
        operator.send(_path(ticket, "followers/2000000000/ended")),
    )

    refused = operator.send(_path(ticket, "followers"), {"person": stranger.id})
    assert refused.status_code == 409
    assert [one.status_code for one in gone] == [404, 404]


def test_an_exercise_says_that_nobody_is_told(be):
    ticket = _ticket(drill=True)
    coordinator = be(Role.COORDINATOR)
    answer = coordinator.send(_path(ticket, "messages"), {"body": "a"})

    assert "訓練では、どなたにも知らせません" in coordinator.get(answer.location).text


def test_the_tickets_own_page_counts_what_waits_and_leads_there(be):
    ticket = _ticket()
    _member_writes(ticket, "a")
    _given(ticket)
    with transaction():
        _asked(ticket).due_at = clock.now() - timedelta(hours=2)
    page = be(Role.COORDINATOR).get(f"/tickets/{ticket.number}").text

    assert in_order(page, "会員の返信待ち", "返信待ち 1件", "お願い 1件", "期限超過 1件")
    for anchor in ("thread", "needs", "contacts"):
        assert f'href="{_path(ticket)}#{anchor}"' in page


def test_the_board_shows_what_the_member_side_waits_for_and_counts_what_is_overdue(be):
    ticket, drill = _ticket(), _ticket(drill=True)
    _given(ticket)
    with transaction():
        for one in (ticket, drill):
            _asked(one).due_at = clock.now() - timedelta(hours=2)
        _asked(ticket).due_at = clock.now() + timedelta(days=3)
    before = be(Role.COORDINATOR).get("/board").text
    _member_writes(ticket, HOSTILE)
    board = be(Role.COORDINATOR).client.get("/board", headers={"X-Poll": "1"}).text

    assert "遅れが1件" in board
    assert "会員からメッセージ" not in before
    assert in_order(board, "会員からもう一度", "会員からメッセージ")
    assert f'href="{_path(ticket)}#thread"' in board
    assert "<script>alert(1)" not in board


def _ticket(**facts):
    return opened(member_number="JNX-1", **facts)


def _path(ticket, *more: str) -> str:
    return "/".join([f"/tickets/{ticket.number}/correspondence", *more])


def _member_writes(ticket, body):
    with transaction():
        return tickets.write_message(
            ticket, body, side=Side.MEMBER, by_id=None, now=clock.now() - timedelta(minutes=3)
        )


def _asked(ticket):
    desk = builders.person("coordinator")
    return tickets.ask_member(ticket, Asked("file", "記録"), by_id=desk.id, now=clock.now())


def _given(ticket):
    with transaction():
        return tickets.give_contact(ticket, "safe_phone", NEW, by_id=None, now=clock.now())

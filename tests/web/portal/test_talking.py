"""The member's page: what is needed, messages, and how the hotline reaches the member."""

from datetime import timedelta

import pytest

from hotline import clock
from hotline.db import db
from hotline.messages import queries as messages
from hotline.messages import service as needs
from hotline.messages.rules import Asked, Side
from hotline.people.rules import Role
from hotline.tickets import queries
from hotline.tickets import service as tickets
from hotline.tickets.models import Ticket
from hotline.tickets.rules import member_thread
from hotline.transaction import transaction
from tests import builders
from tests.web.desk import in_order, opened

HOSTILE = "<img src=x onerror=alert(1)> \u202egpj.exe 𠮷野家 葛\U000e0100城"


def test_a_member_writes_and_reads_the_answer(be):
    ticket, member = _ticket(), be(Role.MEMBER, member_number="JNX-1")
    answer = member.send(_path(ticket, "messages"), {"body": HOSTILE})
    with transaction():
        desk = builders.person("coordinator", name="返信 花子")
        _desk_writes(ticket, "承知しました", desk)
    page = member.get(answer.location).text

    assert answer.location == f"{_path(ticket)}#thread"
    assert messages.thread(member_thread(ticket.id))[0][0].body == HOSTILE
    assert "&lt;img src=x onerror=alert(1)&gt; \u202egpj.exe 𠮷野家 葛\U000e0100城" in page
    assert in_order(page, "gpj.exe", "承知しました", "返信 花子")


@pytest.mark.parametrize("body", [" ", "a\0", "a\x1b[31m", "あ" * 4001])
def test_what_cannot_be_read_comes_back_as_it_was_typed(be, body):
    ticket = _ticket()
    answer = be(Role.MEMBER, member_number="JNX-1").send(_path(ticket, "messages"), {"body": body})

    assert answer.status_code == 422
    assert 'id="body-error"' in answer.text
    assert messages.thread(member_thread(ticket.id)) == []


def test_a_long_thread_shows_the_last_messages_and_folds_the_rest(be):
    ticket = _ticket()
    with transaction():
        desk = builders.person("coordinator")
        for number in range(8):
            _desk_writes(ticket, f"message-{number}", desk)
    page = be(Role.MEMBER, member_number="JNX-1").get(_path(ticket)).text

    assert in_order(page, "以前のメッセージ 2件", "message-1", "</details>", "message-2")


def test_what_is_needed_stands_before_the_messages_with_its_time(be):
    ticket, now = _ticket(), clock.now()
    with transaction():
        desk = builders.person("coordinator")
        for asked in (
            Asked("file", "VPN装置の記録", now + timedelta(minutes=30)),
            Asked("call", "工場の方へ", None),
            Asked("answer", "台数", None),
        ):
            tickets.ask_member(ticket, asked, by_id=desk.id, now=now)
        needs.meet(messages.needs_of(ticket.id)[-1], by_id=desk.id, now=now)
    page = be(Role.MEMBER, member_number="JNX-1").get(_path(ticket)).text

    assert in_order(page, "お願いしたいこと", "VPN装置の記録", "工場の方へ", "台数", 'id="thread"')
    assert "あと 30分" in page
    assert 'href="tel:' in page


def test_in_an_exercise_nothing_is_late_and_its_page_says_so(be):
    ticket, now = _ticket(drill=True), clock.now()
    with transaction():
        desk = builders.person("coordinator")
        need = tickets.ask_member(ticket, Asked("file", "記録"), by_id=desk.id, now=now)
        need.due_at = now - timedelta(hours=1)
    page = be(Role.MEMBER, member_number="JNX-1").get(_path(ticket)).text

    assert "when is-due" in page
    assert "when is-late" not in page
    assert "訓練" in page


def test_a_contact_is_given_masked_and_not_used(be):
    ticket, member = _ticket(), be(Role.MEMBER, member_number="JNX-1")
    for field, value in (("safe_phone", "080-1111-2222"), ("safe_email", "hanako@private.example")):
        answer = member.send(_path(ticket, "contacts"), {"field": field, "value": value})
        assert answer.status_code == 303
    page = member.get(_path(ticket)).text

    assert "080-1111-•••2" in page
    assert "h•••@private.example" in page
    assert "080-1111-2222" not in page
    assert "hanako@" not in page
    assert db.session.get_one(Ticket, ticket.id).safe_phone == ""


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"field": "safe_phone", "value": "<b>"}, "value"),
        ({"field": "safe_email", "value": "a@b\0"}, "value"),
        ({"field": "callback_hours", "value": "\u202e9:00"}, "value"),
        ({"field": "company", "value": "a"}, "field"),
    ],
)
def test_a_contact_that_cannot_be_used_comes_back_with_words(be, fields, named):
    ticket = _ticket()
    answer = be(Role.MEMBER, member_number="JNX-1").send(_path(ticket, "contacts"), fields)

    assert answer.status_code == 422
    assert f'id="{named}-error"' in answer.text
    assert queries.changes_of(ticket.id) == []


def test_that_the_own_mail_is_not_safe_holds_at_once_and_safe_again_is_asked_for(be):
    ticket, member = _ticket(), be(Role.MEMBER, member_number="JNX-1")
    member.send(_path(ticket, "contacts"), {"field": "channels", "value": "unsafe"})
    unsafe = db.session.get_one(Ticket, ticket.id).company_channels_unsafe
    page = member.get(_path(ticket)).text
    member.send(_path(ticket, "contacts"), {"field": "channels", "value": "safe"})

    assert unsafe
    assert "安全に戻りました" in page
    assert "安全に戻りました</button>" not in member.get(_path(ticket)).text
    assert db.session.get_one(Ticket, ticket.id).company_channels_unsafe


def test_a_ticket_that_has_ended_takes_messages_and_no_contacts(be):
    ticket = _ticket()
    with transaction():
        db.session.get_one(Ticket, ticket.id).status = "closed"
    member = be(Role.MEMBER, member_number="JNX-1")
    written = member.send(_path(ticket, "messages"), {"body": "a"})
    given = member.send(_path(ticket, "contacts"), {"field": "channels", "value": "unsafe"})

    assert [written.status_code, given.status_code] == [303, 409]
    assert messages.waiting(9)[0][0] == ticket.id


def test_a_colleague_of_another_company_finds_nothing(be):
    ticket, stranger = _ticket(), be(Role.MEMBER, member_number="JNX-2")
    answers = [
        stranger.send(_path(ticket, "messages"), {"body": "a"}),
        stranger.send(_path(ticket, "contacts"), {"field": "channels", "value": "unsafe"}),
    ]

    assert [one.status_code for one in answers] == [404, 404]


def _ticket(**facts):
    return opened(member_number="JNX-1", **facts)


def _path(ticket, *more: str) -> str:
    return "/".join([f"/portal/tickets/{ticket.number}", *more])


def _desk_writes(ticket, body, desk):
    tickets.write_message(ticket, body, side=Side.DESK, by_id=desk.id, now=clock.now())

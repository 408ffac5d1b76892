"""The duties after an accident as the desk and the member see and tick them."""

import pytest

from hotline.deadlines import queries
from hotline.people.rules import Role
from hotline.transaction import transaction
from tests import builders
from tests.web.desk import opened, reads

NO_NOTICE = "この電話は事故のご通知（保険金請求）ではありません。"


def test_everybody_reads_that_talking_to_us_is_no_claim_notice(be):
    ticket = opened(member_number="JNX-1")
    desk = be(Role.OPERATOR).get(f"/tickets/{ticket.number}").text
    member = be(Role.MEMBER, member_number="JNX-1").get(f"/portal/tickets/{ticket.number}").text

    assert NO_NOTICE in desk
    assert "加入していると分かると" in desk
    assert NO_NOTICE in member
    assert "すべての項目を印刷" not in member


def test_the_desk_ticks_with_a_word_and_takes_the_tick_away_with_a_reason(be, owed):
    ticket, one = owed
    desk = be(Role.OPERATOR)
    path = f"/tickets/{ticket.number}/obligations/{one.id}"
    done = desk.send(f"{path}/tick", {"note": "電話で確認"})
    page = desk.get(f"/tickets/{ticket.number}").text
    unsaid = desk.send(f"{path}/untick", {"note": ""})
    undone = desk.send(f"{path}/untick", {"note": "まだでした"})

    assert (done.status_code, unsaid.status_code, undone.status_code) == (303, 422, 303)
    assert "電話で確認" in page
    assert queries.obligations_of(ticket.id)[0].done_at is None


def test_a_member_ticks_its_own_and_sees_who_did_it(be, owed):
    ticket, one = owed
    member = be(Role.MEMBER, member_number="JNX-1", name="部品 花子")
    path = f"/portal/tickets/{ticket.number}/obligations"
    done = member.send(f"{path}/{one.id}/tick")
    again = member.send(f"{path}/{one.id}/tick")
    page = member.get(f"/portal/tickets/{ticket.number}").text

    assert done.location == f"/portal/tickets/{ticket.number}#obligations"
    assert again.status_code == 409
    assert "部品 花子" in page
    assert "すべての項目を印刷" in page


def test_the_list_for_paper_says_every_word_and_is_a_read(be, owed):
    ticket, _ = owed
    page = be(Role.MEMBER, member_number="JNX-1").get(
        f"/portal/tickets/{ticket.number}/obligations"
    )

    assert NO_NOTICE in page.text
    assert "0120-727-110" in page.text
    assert "団体サイバー保険のご案内" in page.text
    assert len(reads(f"ticket:{ticket.number}")) == 1


def test_a_duty_of_a_foreign_ticket_is_missing_like_none(be, owed):
    _, one = owed
    own = opened(member_number="JNX-2")
    member = be(Role.MEMBER, member_number="JNX-2")
    path = f"/portal/tickets/{own.number}/obligations"

    assert member.send(f"{path}/{one.id}/tick").status_code == 404
    assert member.send(f"{path}/2000000000/tick").status_code == 404


@pytest.fixture
def owed(app):
    with transaction():
        builders.member("JNX-1")
    ticket = opened(member_number="JNX-1")
    with transaction():
        return ticket, queries.obligations_of(ticket.id)[0]

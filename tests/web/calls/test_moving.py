"""A call on the wrong ticket is moved, split off, and brought back; joined tickets part again."""

import pytest

from hotline.calls.models import Call
from hotline.calls.rules import Status
from hotline.db import db
from hotline.edge import status_links
from hotline.people.rules import Role
from hotline.tickets import service as tickets
from hotline.tickets.models import Ticket
from hotline.transaction import transaction
from tests import builders
from tests.builders import NOON
from tests.web.desk import opened


def test_a_call_is_moved_by_the_number_that_was_typed_and_brought_back(desk):
    call, here, there = called()
    moved = desk.send(f"/calls/{call.id}/move", {"into": f" {there.number[:4]} {there.number[4:]}"})
    page = desk.get(f"/tickets/{there.number}").text
    back = desk.send(f"/calls/{call.id}/undo", {})

    assert moved.location == f"/tickets/{there.number}#calls-h"
    assert f"/calls/{call.id}/undo" in page
    assert back.location == f"/tickets/{here.number}#calls-h"
    assert db.session.get(Call, call.id).ticket_id == here.id


def test_a_call_is_split_off_into_a_ticket_of_its_own(desk):
    call, here, _ = called()
    with transaction():
        builders.call(ticket_id=here.id)
    offered = desk.get(f"/calls/{call.id}").text
    answer = desk.send(f"/calls/{call.id}/split", {})
    made = db.session.get(Ticket, db.session.get(Call, call.id).ticket_id)

    assert f"/calls/{call.id}/split" in offered
    assert answer.location == f"/tickets/{made.number}#calls-h"
    assert made.id != here.id


def test_the_only_call_of_a_ticket_is_not_offered_to_be_split_off(desk):
    call, here, _ = called()
    with transaction():
        builders.call(ticket_id=here.id, direction="out")

    assert f"/calls/{call.id}/split" not in desk.get(f"/calls/{call.id}").text


@pytest.mark.parametrize(
    ("path", "fields", "status"),
    [
        ("move", {"into": "123"}, 422),
        ("move", {}, 422),
        ("split", {}, 409),
        ("undo", {}, 409),
    ],
)
def test_what_cannot_be_done_is_said(desk, path, fields, status):
    call, _, _ = called()

    assert desk.send(f"/calls/{call.id}/{path}", fields).status_code == status
    assert desk.send(f"/calls/999/{path}", fields).status_code in (404, 422)


def test_a_joined_ticket_parts_again_from_its_page(desk):
    one, _ = joined()
    page = desk.get(f"/tickets/{one.number}").text
    answer = desk.send(f"/tickets/{one.number}/part", {"reason": ""})
    again = desk.send(f"/tickets/{one.number}/part", {"reason": ""})

    assert f"/tickets/{one.number}/part" in page
    assert answer.location == f"/tickets/{one.number}"
    assert db.session.get(Ticket, one.id).duplicate_of_id is None
    assert again.status_code == 409
    assert desk.send(f"/tickets/{one.number}/part", {"reason": "\x00"}).status_code == 422


# --- Both callers keep access ---


def test_the_link_of_a_joined_ticket_shows_when_we_call(app, client, moved_clock):
    one, _ = joined()
    token = status_links.mint(one.number, NOON.replace(year=2027), app_settings(app))
    page = client.get(f"/status/{token}").text

    assert "同じ件のご連絡と、まとめて対応しています。" in page
    assert "next-time" in page or "担当者" in page


def test_the_member_of_a_joined_ticket_sees_the_promise_that_holds(be):
    member_of = {"member_number": "JNX-1"}
    with transaction():
        builders.member("JNX-1")
    one, _ = joined(**member_of)
    page = be(Role.MEMBER, **member_of).get(f"/portal/tickets/{one.number}").text

    assert "お電話" in page
    assert "next-time" in page


def test_a_member_of_another_company_learns_nothing_of_the_other_ticket(be):
    with transaction():
        builders.member("JNX-1")
        builders.member("JNX-2")
    one = opened("甲工業", member_number="JNX-1")
    other = opened("乙工業", member_number="JNX-2")
    join(one, other)
    page = be(Role.MEMBER, member_number="JNX-1").get(f"/portal/tickets/{one.number}").text

    assert other.number not in page.replace(" ", "")
    assert "乙工業" not in page


def called():
    here, there = opened(), opened("もう一つ工業")
    with transaction():
        call = builders.call(ticket_id=here.id, status=Status.DONE, answered_at=NOON)
        return call, here, there


def joined(**facts):
    one, other = opened(**facts), opened(**facts)
    join(one, other)
    return one, other


def join(one, other):
    with transaction():
        tickets.join(db.session.merge(one), db.session.merge(other), by_id=1, now=NOON)


def app_settings(app):
    return app.extensions["hotline.settings"]

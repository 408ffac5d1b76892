"""Calling out by one click: from the ticket, from lists, from missed calls."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from hotline.calls import service as calls
from hotline.calls.models import Call
from hotline.calls.rules import Direction, Status
from hotline.db import db
from hotline.followups import queries as followups
from hotline.notices.models import Notice
from hotline.people.rules import Role
from hotline.transaction import transaction
from tests import builders
from tests.builders import NOON
from tests.web.desk import in_order, opened, take

SECONDS = timedelta(seconds=10)
STEPS = (
    "まもなく",
    "まだ鳴りません",
    "電話を鳴らしています",
    "相手を呼び出しています",
    "つながりました",
    "終わりました",
)


def test_one_click_rings_my_phone_and_leads_to_where_the_call_stands(caller):
    ticket = opened(caller_phone="0566-00-1234")
    offered = caller.get(f"/tickets/{ticket.number}").text
    answer = caller.send(f"/tickets/{ticket.number}/call", {"to": "caller_phone"})
    page = caller.get(answer.location).text

    assert 'name="to" value="caller_phone"' in offered
    assert answer.location == f"/calls/{placed().id}"
    assert in_order(page, "0566-00-1234", "まもなく、あなたの電話が鳴ります", "通話の結果")


def test_a_list_has_the_same_click_and_hides_the_number(caller):
    hour_ago = NOON - timedelta(hours=1)
    ticket = opened(
        company="", caller_phone="0566-00-1234", severity="p1", received_at=hour_ago, now=hour_ago
    )
    late, board = caller.get("/attention").text, caller.get("/tickets").text
    caller.send(f"/tickets/{ticket.number}/call", {})

    assert f"/tickets/{ticket.number}/call" in late
    assert "0566-00-1234" not in late + board
    assert placed().ticket_id == ticket.id


def test_a_promise_that_i_took_up_is_called_from_the_board(caller):
    ticket = opened(caller_phone="0566-00-1234")
    take(ticket, caller.person)

    assert f"/tickets/{ticket.number}/call" in caller.get("/tickets").text


@pytest.mark.parametrize(("facts", "status"), [({"drill": True}, 409), ({"caller_phone": ""}, 422)])
def test_who_cannot_be_called_is_not_called(caller, facts, status):
    ticket = opened(**{"caller_phone": "0566-00-1234", **facts})

    assert caller.send(f"/tickets/{ticket.number}/call", {}).status_code == status
    assert db.session.scalars(select(Call)).all() == []


def test_a_missed_call_is_returned_and_leaves_the_list_when_somebody_was_reached(caller):
    missed = a_missed_call()
    shown = caller.get("/calls/missed").text
    answer = caller.send(f"/calls/{missed.id}/call-back", {})
    outcome = {"outcome": "reached", "missed": str(missed.id)}
    written = caller.send(f"/calls/{placed().id}/outcome", outcome)

    assert f"/calls/{missed.id}/call-back" in shown
    assert answer.status_code == 303
    assert written.location == "/calls/missed"
    assert db.session.get(Call, missed.id).disposition == "called_back"


def test_the_page_follows_the_call_and_says_when_to_dial_by_hand(caller):
    ticket = opened(caller_phone="0566-00-1234")
    caller.send(f"/tickets/{ticket.number}/call", {"to": "caller_phone"})
    call, said = placed(), [where(caller)]
    caller.later(SECONDS)
    said.append(where(caller))
    for step in (
        lambda one: ring(one),
        lambda one: calls.connect(one, "CA" + "c" * 32, now=NOON),
        lambda one: calls.other_side_answered(one, at=NOON, now=NOON),
        lambda one: calls.end_placed(one, at=NOON, now=NOON),
    ):
        with transaction():
            step(db.session.get(Call, call.id))
        said.append(where(caller))

    for shown, words in zip(said, STEPS, strict=True):
        assert words in shown
    assert "0566" not in "".join(said)


@pytest.mark.parametrize(
    ("result", "words"),
    [("busy", "話し中"), ("no-answer", "相手は出ません"), ("failed", "番号につながりません")],
)
def test_why_nobody_was_reached_is_said(caller, result, words):
    ticket = opened(caller_phone="0566-00-1234")
    caller.send(f"/tickets/{ticket.number}/call", {})
    with transaction():
        call = db.session.get(Call, placed().id)
        calls.connect(call, "CA" + "c" * 32, now=NOON)
        calls.note_dialling(call, result, at=NOON, now=NOON)
        calls.end_placed(call, at=NOON, now=NOON)

    assert words in where(caller)


def test_whether_i_did_not_press_or_could_not_be_rung_is_told_apart(caller):
    ticket = opened(caller_phone="0566-00-1234")
    caller.send(f"/tickets/{ticket.number}/call", {})
    with transaction():
        calls.not_placed(placed().id, now=NOON)
    unrung = where(caller)
    with transaction():
        ring(placed())

    assert "鳴らせませんでした" in unrung
    assert "1が押されませんでした" in where(caller)


def test_the_outcome_stands_in_the_ledger_of_the_promise(caller):
    ticket = opened(caller_phone="0566-00-1234")
    caller.send(f"/tickets/{ticket.number}/call", {})
    fields = {"outcome": "message_left", "with_whom": "受付", "day": "2026/11/04", "time": "15:00"}
    answer = caller.send(f"/calls/{placed().id}/outcome", fields)
    [attempt] = followups.attempts_of(ticket.id)

    assert answer.location == f"/tickets/{ticket.number}"
    assert (attempt.outcome, attempt.with_whom) == ("message_left", "受付")
    assert "伝言" in caller.get(f"/calls/{placed().id}").text


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"outcome": "message_left"},
        {"outcome": "no_answer", "day": "きのう", "time": "15:00"},
        {"outcome": "no_answer", "day": "2026/11/01", "time": "15:00"},
    ],
)
def test_an_outcome_that_is_none_comes_back_with_what_was_typed(caller, fields):
    ticket = opened(caller_phone="0566-00-1234")
    caller.send(f"/tickets/{ticket.number}/call", {})
    answer = caller.send(f"/calls/{placed().id}/outcome", {"note": "雨の音", **fields})

    assert answer.status_code == 422
    assert "field-error" in answer.text
    assert "雨の音" in answer.text


def test_a_call_that_came_in_has_no_progress_and_no_outcome(caller):
    missed = a_missed_call()

    assert caller.get(f"/calls/{missed.id}/progress").status_code == 404
    assert caller.send(f"/calls/{missed.id}/outcome", {"outcome": "reached"}).status_code == 404
    assert caller.send("/calls/999/call-back", {}).status_code == 404


def placed() -> Call:
    query = select(Call).where(Call.direction == Direction.OUT).order_by(Call.id.desc())
    return db.session.scalars(query).first()


def where(browser) -> str:
    return browser.get(f"/calls/{placed().id}/progress").text


def ring(call) -> None:
    notice = db.session.scalars(select(Notice).where(Notice.subject == f"call:{call.id}")).one()
    notice.status = "sent"


def a_missed_call() -> Call:
    with transaction():
        return builders.call(status=Status.MISSED)


@pytest.fixture
def caller(be):
    return be(Role.COORDINATOR, phone="+819012345601")

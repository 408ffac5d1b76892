"""The page after a call: how it ended, and what is left to say."""

import pytest

from hotline.calls.rules import Status
from hotline.db import db
from hotline.people.rules import Role
from hotline.tickets.models import Ticket
from hotline.transaction import transaction
from tests import builders
from tests.web.desk import in_order, opened, reads

OUT = "out_of_scope"


def test_the_page_says_what_is_left_to_say_and_what_was_not_read_back(desk):
    call, _ = taken()
    page = desk.get(f"/calls/{call.id}/wrap-up").text

    assert in_order(
        page, "電話の締めくくり", "新しい事故", "もう一度お客さまに", "まだ復唱していない"
    )
    assert len(reads(f"call:{call.id}")) == 1


def test_from_the_ticket_it_is_the_call_that_is_not_wrapped_up_yet(desk):
    call, ticket = taken()
    answer = desk.get(f"/tickets/{ticket.number}/wrap-up")
    without = desk.get(f"/tickets/{opened().number}/wrap-up")

    assert answer.location == f"/calls/{call.id}/wrap-up"
    assert without.location.startswith("/tickets/")


def test_finishing_leads_back_to_the_ticket_and_tells_the_caller(desk):
    call, ticket = taken(caller_email="henmi@example.jp")
    with transaction():
        db.session.merge(ticket).tell_at = builders.NOON
    answer = finish(desk, call, disposition="new_incident", note="落ち着いた方")

    assert answer.location == f"/tickets/{ticket.number}"
    assert "新しい事故" in desk.get(f"/tickets/{ticket.number}").text


def test_a_wrong_number_ends_its_ticket(desk):
    call, ticket = taken()
    fields = {"disposition": "wrong_number", "ends": "ends", "referral": "nothing_needed"}
    finish(desk, call, **fields)

    assert db.session.get(Ticket, ticket.id).status == OUT


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"note": "何か"}, "電話がどう終わったかを選んでください。"),
        ({"disposition": "test"}, "案件もこの電話で終わるかを選んでください。"),
        ({"disposition": "test", "ends": "ends"}, "ご案内した窓口を選んでください。"),
        ({"disposition": "goes_on", "note": "\x00"}, "field-error"),
    ],
)
def test_what_is_missing_stands_beside_its_field_and_nothing_typed_is_lost(desk, fields, words):
    call, _ = taken()
    answer = finish(desk, call, **fields)

    assert answer.status_code == 422
    assert words in answer.text
    assert fields["note"].strip("\x00") in answer.text if "note" in fields else True


def test_a_call_without_a_ticket_is_wrapped_up_too(desk):
    with transaction():
        call = builders.call(status=Status.DONE, answered_at=builders.NOON)
    shown = desk.get(f"/calls/{call.id}/wrap-up")
    answer = finish(desk, call, disposition="wrong_number")

    assert shown.status_code == 200
    assert answer.location == "/calls"


def test_what_nobody_took_has_nothing_to_wrap_up(desk):
    with transaction():
        call = builders.call(status=Status.MISSED)

    assert desk.get(f"/calls/{call.id}/wrap-up").status_code == 409
    assert desk.get("/calls/999/wrap-up").status_code == 404


def test_a_drill_is_wrapped_up_and_tells_nobody(be):
    desk = be(Role.OPERATOR)
    call, _ = taken(drill=True, caller_email="henmi@example.jp")
    page = desk.get(f"/calls/{call.id}/wrap-up").text

    assert "訓練です" in page
    assert "番号・お約束・リンクを送ります" not in page


def taken(**facts):
    ticket = opened(**{"company": "試験工業", **facts})
    with transaction():
        call = builders.call(
            status=Status.DONE, ticket_id=ticket.id, answered_at=builders.NOON,
            ended_at=builders.NOON,
        )  # fmt: skip
        return call, ticket


def finish(desk, call, **fields):
    return desk.send(f"/calls/{call.id}/wrap-up", fields)

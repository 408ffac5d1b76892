"""We call out: our own phone rings first, the key dials the other side, the ledger is told."""

from contextlib import suppress
from datetime import timedelta

import pytest
from sqlalchemy import select

from hotline.calls import queries, service
from hotline.calls.rules import Status
from hotline.calls.service import Outcomes
from hotline.db import db
from hotline.errors import Invalid, Refused
from hotline.followups import queries as followups
from hotline.notices.models import Notice
from hotline.tickets import service as tickets
from hotline.timeline.models import Line
from hotline.transaction import transaction
from tests import builders
from tests.builders import NOON

SID = "CA" + "c" * 32
MINUTE = timedelta(minutes=1)


def test_a_call_and_what_rings_the_operator_are_saved_together(operator):
    call = ring(a_ticket(), by=operator)
    notice = ringing(call)

    assert (call.direction, call.to_number, call.from_number) == (
        "out", "+81354226351", "+81120066318",
    )  # fmt: skip
    assert (notice.kind, notice.channel, notice.person_id) == ("call_back", "voice", operator.id)
    assert set(notice.facts) == {"number"}
    assert db.session.scalars(select(Line.event).where(Line.event == "call_placed")).all()


def test_the_button_pressed_twice_is_one_call(operator):
    ticket = a_ticket()
    first = ring(ticket, by=operator)

    assert ring(ticket, by=operator, now=NOON + timedelta(seconds=3)) is first
    assert ring(ticket, by=operator, now=NOON + MINUTE) is not first


@pytest.mark.parametrize(
    ("facts", "rung"),
    [
        ({}, ["caller_phone"]),
        ({"safe_phone": "090-0000-7781"}, ["safe_phone", "caller_phone"]),
        ({"callback_phone": "03-5422-6351"}, ["callback_phone"]),
        ({"company_channels_unsafe": True}, []),
        ({"company_channels_unsafe": True, "callback_phone": "090-1234-5678"}, ["callback_phone"]),
        (
            {
                "company_channels_unsafe": True,
                "safe_phone": "052-000-0001",
                "callback_phone": "090-1234-5678",
            },
            ["safe_phone"],
        ),
        ({"caller_phone": "内線 12"}, []),
    ],
)
def test_only_phones_that_the_attacker_does_not_pick_up_are_rung(operator, facts, rung):
    ticket = a_ticket(**facts)
    given = []
    for to in ("safe_phone", "callback_phone", "caller_phone"):
        with suppress(Invalid):
            ring(ticket, to, by=operator)
            given.append(to)

    assert given == rung


def test_a_drill_rings_nobody_outside(operator):
    with pytest.raises(Refused, match="drill"):
        ring(a_ticket(drill=True), by=operator)


def test_who_has_no_phone_dials_by_hand(app):
    with transaction():
        someone = builders.person("operator")
    with pytest.raises(Refused, match="by hand"):
        ring(a_ticket(), by=someone)


def test_a_missed_call_is_returned_to_its_number(operator):
    missed = a_missed_call()
    call = returned(missed, by=operator)

    assert (call.to_number, call.ticket_id, call.line) == ("+81354226351", None, "jnx")


def test_a_missed_call_of_a_ticket_is_returned_by_the_safe_phone(operator):
    ticket = a_ticket(company_channels_unsafe=True, safe_phone="090-0000-7781")
    call = returned(a_missed_call(ticket_id=ticket.id), by=operator)

    assert (call.to_number, call.ticket_id) == ("+819000007781", ticket.id)


def test_a_call_that_we_made_is_made_once_more_to_the_same_phone(operator):
    ticket = a_ticket(safe_phone="090-0000-7781")
    first = ring(ticket, by=operator)
    alone = returned(a_missed_call(from_number="+81566001111"), by=operator)
    again = [returned(one, by=operator, now=NOON + MINUTE) for one in (first, alone)]

    assert [one.to_number for one in again] == ["+81354226351", "+81566001111"]


@pytest.mark.parametrize("number", ["", "+2522123456", "+81990504444"])
def test_a_number_that_is_withheld_or_earns_by_being_called_is_not_called(operator, number):
    with pytest.raises(Refused, match="not called by one click"):
        returned(a_missed_call(from_number=number), by=operator)


def test_the_key_connects_once_and_the_other_side_may_be_reached(operator):
    call = ring(a_ticket(), by=operator)
    with transaction():
        twice = [service.connect(call, SID, now=NOON) for _ in range(2)]
        service.other_side_answered(call, at=NOON, now=NOON)
        service.other_side_answered(call, at=NOON + MINUTE, now=NOON)
        service.end_placed(call, at=NOON + MINUTE, now=NOON)
        service.end_placed(call, at=NOON + 2 * MINUTE, now=NOON)

    assert twice == [True, True]
    assert (call.claimed_by_id, call.answered_at, call.ended_at) == (
        operator.id, NOON, NOON + MINUTE,
    )  # fmt: skip
    assert call.status == Status.DONE


def test_a_missed_call_without_a_ticket_is_connected_to_its_number(operator):
    call = returned(a_missed_call(), by=operator)
    with transaction():
        connected = service.connect(call, SID, now=NOON)

    assert connected is True


def test_who_did_not_pick_up_was_not_reached(operator):
    call = ring(a_ticket(), by=operator)
    with transaction():
        service.connect(call, SID, now=NOON)
        service.note_dialling(call, "busy", at=NOON, now=NOON)
        service.note_dialling(call, "busy", at=NOON, now=NOON)
        service.end_placed(call, at=NOON, now=NOON)

    assert (call.status, queries.dialling(call)) == (Status.MISSED, "busy")
    assert queries.missed(NOON + timedelta(days=1)) == []


def test_the_end_of_dialling_says_too_that_somebody_was_reached(operator):
    call = ring(a_ticket(), by=operator)
    with transaction():
        service.connect(call, SID, now=NOON)
        service.note_dialling(call, "completed", at=NOON, now=NOON)

    assert (call.status, queries.dialling(call)) == (Status.ANSWERED, "")


def test_a_phone_that_became_unsafe_is_not_dialled_any_more(operator):
    ticket = a_ticket()
    call = ring(ticket, by=operator)
    with transaction():
        ticket.company_channels_unsafe = True
        db.session.flush()
        connected = service.connect(call, SID, now=NOON)

    assert connected is False


def test_what_is_over_is_not_connected_and_rings_nobody(operator):
    call = returned(a_missed_call(), by=operator)
    with transaction():
        service.not_placed(call.id, now=NOON)
        connected = service.connect(call, SID, now=NOON)

    assert (connected, call.status, ringing(call).status) == (False, "missed", "withdrawn")


# The ledger


def test_reaching_the_caller_keeps_the_promise(operator):
    ticket = a_ticket()
    call = ring(ticket, by=operator)
    conclude(call, Outcomes("reached", with_whom="邊見さま", note="LANは切った"))
    [attempt] = followups.attempts_of(ticket.id)

    assert builders.promise_of(ticket).status == "done"
    assert (attempt.outcome, attempt.with_whom) == ("reached", "邊見さま")
    assert (call.disposition, call.note, call.wrapped_by_id) == ("reached", "LANは切った", 7)


def test_nobody_there_takes_the_promise_up_and_reminds_of_the_next_try(operator):
    ticket = a_ticket()
    later = NOON + timedelta(hours=1)
    conclude(ring(ticket, by=operator), Outcomes("no_answer", next_try_at=later))
    reminder = db.session.scalars(select(Notice).where(Notice.kind == "next_try")).one()

    assert builders.promise_of(ticket).status == "taken"
    assert (reminder.due_at, reminder.facts["number"]) == (later, ticket.number)


def test_a_try_is_on_record_where_nothing_is_owed(operator):
    ticket = a_ticket()
    with transaction():
        tickets.keep_promise(builders.promise_of(ticket), by_id=7, now=NOON)
    later = NOON + timedelta(hours=1)
    given = Outcomes("message_left", with_whom="受付", next_try_at=later)
    conclude(ring(ticket, by=operator), given)
    [attempt] = followups.attempts_of(ticket.id)
    reminder = db.session.scalars(select(Notice).where(Notice.kind == "next_try")).one()

    assert (attempt.followup_id, attempt.with_whom) == (None, "受付")
    assert reminder.subject == f"ticket:{ticket.number}"


def test_reaching_somebody_takes_the_missed_calls_of_the_number_off_the_list(operator):
    first, second, other = a_missed_call(), a_missed_call(), a_missed_call(from_number="+81566001")
    call = returned(first, by=operator)
    conclude(call, Outcomes("reached", missed=[first.id, other.id]))

    assert queries.missed(NOON) == [second, other]
    assert first.disposition == "called_back"


def test_nobody_there_leaves_the_missed_call_on_the_list(operator):
    first = a_missed_call()
    call = returned(first, by=operator)
    conclude(call, Outcomes("no_answer", missed=[first.id]))

    assert queries.missed(NOON) == [first]
    assert queries.missed_of(call, NOON) == [first]


def test_it_is_written_down_once_and_only_for_calls_that_we_made(operator):
    call = ring(a_ticket(), by=operator)
    conclude(call, Outcomes("reached"))
    for one in (call, a_missed_call()):
        with pytest.raises(Refused):
            conclude(one, Outcomes("no_answer"))


@pytest.mark.parametrize(
    ("given", "field"),
    [
        (Outcomes("sang"), "outcome"),
        (Outcomes("message_left"), "with_whom"),
        (Outcomes("no_answer", next_try_at=NOON), "next_try_at"),
        (Outcomes("no_answer", note="あ" * 2001), "note"),
    ],
)
def test_what_is_missing_is_named(operator, given, field):
    call = returned(a_missed_call(), by=operator)
    with pytest.raises(Invalid) as refused:
        conclude(call, given)

    assert list(refused.value.fields) == [field]


def test_a_withheld_call_has_no_others_of_its_number(app):
    assert queries.missed_of(a_missed_call(from_number=""), NOON) == []


def a_ticket(**facts):
    said = {
        name: facts.pop(name)
        for name in ("safe_phone", "callback_phone", "company_channels_unsafe")
        if name in facts
    }
    with transaction():
        ticket = builders.ticket(**{"caller_phone": "03-5422-6351", **facts})
        for name, value in said.items():
            setattr(ticket, name, value)
        return ticket


def a_missed_call(**facts):
    with transaction():
        return builders.call(status=Status.MISSED, **facts)


def ring(ticket, to="caller_phone", *, by, now=NOON):
    with transaction():
        return service.call_back(ticket, to, by=by, now=now)


def returned(missed, *, by, now=NOON):
    with transaction():
        return service.return_call(missed, by=by, now=now)


def conclude(call, given):
    with transaction():
        service.conclude(call, given, by_id=7, now=NOON)


def ringing(call) -> Notice:
    return db.session.scalars(select(Notice).where(Notice.subject == f"call:{call.id}")).one()


@pytest.fixture
def operator(app):
    with transaction():
        return builders.person("operator", phone="+819012345601")

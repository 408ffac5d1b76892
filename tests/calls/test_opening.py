"""A call gets its ticket once: from the worklist, from the console, or written down by hand."""

from datetime import timedelta

import pytest

from hotline.calls import queries, service
from hotline.calls.rules import Status
from hotline.db import db
from hotline.errors import Invalid, Refused
from tests import builders
from tests.builders import NOON
from tests.calls.happenings import CAME, ENDED, told


def test_a_call_without_a_ticket_is_given_one_by_a_person_once(writing):
    call = told(ENDED)
    ticket = service.open_from(call, ["leak", "ransom"], by_id=7, now=NOON)

    assert (call.ticket_id, ticket.case_types) == (ticket.id, ["leak", "ransom"])
    assert queries.of_ticket(ticket.id) == [call]
    with pytest.raises(Refused, match="has a ticket already"):
        service.open_from(call, ["leak"], by_id=7, now=NOON)


def test_a_call_becomes_a_ticket_before_anybody_knows_what_happened(writing):
    call = told(CAME)
    ticket = service.open_from(call, by_id=7, now=NOON)

    assert (ticket.case_types, ticket.severity, ticket.assessed) == ([], "p3", False)
    assert builders.promise_of(ticket).status == "pending"


def test_a_new_call_is_recorded_and_has_its_ticket_at_once(writing):
    ticket = service.new_call(line="jnx", by_id=7, now=NOON, from_number="090-1234-5678")
    [call] = queries.of_ticket(ticket.id)

    assert (call.received_at, call.answered_by_id, call.status) == (NOON, 7, "done")
    assert (ticket.received_at, ticket.caller_phone) == (NOON, "090-1234-5678")
    assert builders.promise_of(ticket).due_at == NOON


def test_a_button_that_is_pressed_twice_is_one_call(writing):
    first = service.begin_call(line="jnx", by_id=7, now=NOON)
    second = service.begin_call(line="jnx", by_id=7, now=NOON + timedelta(seconds=9))
    others = [
        service.begin_call(line="jnx", by_id=8, now=NOON),
        service.begin_call(line="sompo_desk", by_id=7, now=NOON),
        service.begin_call(line="jnx", by_id=7, now=NOON + timedelta(seconds=11)),
    ]

    assert second.id == first.id
    assert len({one.id for one in [first, *others]}) == 4


def test_a_call_that_was_written_down_is_not_begun_again(writing):
    first = service.begin_call(line="jnx", by_id=7, now=NOON)
    first.changed_at = NOON
    db.session.flush()

    assert service.begin_call(line="jnx", by_id=7, now=NOON).id != first.id


def test_a_call_that_came_earlier_is_promised_by_its_own_time(writing):
    friday = NOON.replace(day=6, hour=9)
    monday = NOON.replace(day=9, hour=1)
    ticket = service.new_call(line="jnx", by_id=7, now=monday, received_at=friday)

    assert ticket.received_at == friday
    assert builders.promise_of(ticket).due_at == NOON.replace(day=9, hour=0)


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"line": "fax"}, "line"),
        ({"from_number": "\0"}, "from_number"),
        ({"received_at": NOON + timedelta(days=1)}, "received_at"),
    ],
)
def test_a_new_call_that_cannot_be_used_names_the_field(writing, facts, field):
    with pytest.raises(Invalid) as refused:
        service.new_call(**{"line": "jnx", "by_id": 7, "now": NOON, **facts})

    assert list(refused.value.fields) == [field]


def test_a_missed_call_with_a_ticket_is_owed_by_the_ticket(writing):
    call = told(ENDED)
    service.open_from(call, ["leak"], by_id=7, now=NOON)

    assert (call.handled_at, call.handled_by_id) == (NOON, 7)
    assert queries.missed(NOON) == []


def test_a_call_that_was_dealt_with_can_still_be_given_a_ticket(writing):
    call = told(ENDED)
    service.handle(call, by_id=3, now=NOON)
    service.open_from(call, ["leak"], by_id=7, now=NOON)

    assert call.handled_by_id == 3


def test_a_call_entered_by_hand_keeps_its_true_time(writing):
    call = service.enter(
        line="jnx",
        from_number="03-5422-6351 内線12",
        received_at=NOON - timedelta(days=3),
        by_id=7,
        now=NOON,
    )

    assert (call.status, call.call_sid, call.from_key) == (Status.DONE, None, "0354226351")
    assert call.received_at == NOON - timedelta(days=3)


def test_a_call_entered_by_hand_refuses_what_cannot_be_seen(writing):
    with pytest.raises(Invalid) as refusal:
        service.enter(line="jnx", from_number="03\x00", received_at=NOON, by_id=7, now=NOON)

    assert list(refusal.value.fields) == ["from_number"]

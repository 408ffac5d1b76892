"""Calls move between tickets and are split off, and every step can be undone."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from hotline.calls import queries, service
from hotline.calls.rules import Direction, Status
from hotline.db import db
from hotline.errors import Refused
from hotline.followups import queries as followups
from hotline.tickets.models import Ticket
from hotline.timeline.models import Line
from hotline.transaction import transaction
from tests import builders
from tests.builders import NOON

EARLIER = NOON - timedelta(hours=1)


def test_a_call_goes_on_in_another_ticket_and_both_stories_say_so(two):
    call, here, there = two
    move(call, there)
    out, moved_in = told("call_moved_out"), told("call_moved_in")

    assert call.ticket_id == there.id
    assert (out.ticket_id, out.facts["number"], out.audience) == (here.id, there.number, "staff")
    assert (moved_in.ticket_id, moved_in.facts["number"]) == (there.id, here.number)
    assert followups.untaken(here.id)


def test_a_move_is_undone(two):
    call, here, there = two
    move(call, there)
    back = undo(call)

    assert (back.id, call.ticket_id) == (here.id, here.id)


def test_a_missed_call_without_a_ticket_is_off_the_list_with_it(two):
    _, here, _ = two
    with transaction():
        missed = builders.call(status=Status.MISSED)
    move(missed, here)

    assert (missed.ticket_id, missed.handled_by_id) == (here.id, 7)
    assert queries.missed(NOON) == []
    assert queries.last_move(missed) is None


def test_a_call_that_nobody_owes_anything_for_is_not_dealt_with_again(two):
    _, here, _ = two
    with transaction():
        spoken = builders.call(status=Status.DONE)
        dealt_with = builders.call(status=Status.MISSED, handled_at=EARLIER, handled_by_id=3)
    move(spoken, here)
    move(dealt_with, here)

    assert (spoken.handled_at, dealt_with.handled_by_id) == (None, 3)


def test_a_call_of_another_incident_gets_a_ticket_promised_by_when_it_came(two):
    call, here, _ = two
    second(here)
    made = split(call)

    assert call.ticket_id == made.id
    assert (made.received_at, made.caller_phone) == (call.received_at, call.from_number)
    assert followups.untaken(made.id)
    assert told("call_split_out").ticket_id == here.id
    assert queries.last_move(call).split


def test_a_split_is_undone_and_the_new_number_leads_back(two):
    call, here, _ = two
    second(here)
    made = split(call)
    back = undo(call)

    assert (back.id, call.ticket_id) == (here.id, here.id)
    assert (made.status, made.duplicate_of_id) == ("duplicate", here.id)


def test_what_came_to_the_new_ticket_meanwhile_stays_there(two):
    call, here, _ = two
    second(here)
    made = split(call)
    second(made)
    undo(call)

    assert (call.ticket_id, made.status) == (here.id, "received")


def test_the_only_call_of_a_ticket_is_not_split_off(two):
    call, _, _ = two
    with pytest.raises(Refused, match="only call"):
        split(call)


def test_what_has_no_ticket_or_was_made_by_us_is_not_split_off(two):
    _, here, _ = two
    with transaction():
        alone = builders.call()
        ours = builders.call(ticket_id=here.id, direction=Direction.OUT)
    for call in (alone, ours):
        with pytest.raises(Refused, match="no ticket"):
            split(call)


def test_a_call_does_not_move_where_it_is_nor_into_an_ended_ticket(two):
    call, here, there = two
    with transaction():
        there.status = "closed"
    for into in (here, there):
        with pytest.raises(Refused):
            move(call, into)

    assert call.ticket_id == here.id


def test_calls_of_drills_stay_there(two):
    _, _, there = two
    with transaction():
        drill = builders.ticket(drill=True)
        call = builders.call(ticket_id=drill.id)
    for step in (lambda: move(call, there), lambda: split(call)):
        with pytest.raises(Refused, match="drill"):
            step()


def test_there_is_nothing_to_undo_where_nothing_was_moved(two):
    with pytest.raises(Refused, match="nothing to undo"):
        undo(two[0])


def move(call, into):
    with transaction():
        service.move(call, into, by_id=7, now=NOON)


def split(call):
    with transaction():
        return service.split(call, by_id=7, now=NOON)


def undo(call):
    with transaction():
        return service.undo_move(call, by_id=7, now=NOON)


def second(ticket):
    with transaction():
        return builders.call(ticket_id=ticket.id)


def told(event) -> Line:
    return db.session.scalars(select(Line).where(Line.event == event)).one()


@pytest.fixture
def two(app) -> tuple[object, Ticket, Ticket]:
    with transaction():
        here, there = builders.ticket(), builders.ticket()
        call = builders.call(ticket_id=here.id, received_at=EARLIER, status=Status.DONE)
        return call, here, there

"""A call that nobody answered, and that cannot wait, rings people."""

from dataclasses import replace

import pytest
from sqlalchemy import func, select

from hotline.calls import service
from hotline.calls.rules import Event
from hotline.db import db
from hotline.duty import queries as duty
from hotline.duty.models import Page
from hotline.followups import service as followups
from tests import builders
from tests.builders import NOON
from tests.calls.happenings import ACCEPTED, CAME, CHOSE, ENDED, RECORDED, told


def test_a_ransom_call_that_reached_nobody_rings_the_coordinators(writing):
    call = [told(one) for one in (CAME, CHOSE, ENDED)][-1]
    [page] = duty.open_pages()

    assert (page.ticket_id, page.cause) == (call.ticket_id, "ransom_unanswered")
    assert (page.line, page.wake_at) == ("sompo_desk", NOON)


@pytest.mark.parametrize(
    "story",
    [
        [CAME, CHOSE, ACCEPTED, ENDED],
        [CAME, CHOSE],
        [CAME, ENDED],
        [CAME, replace(CHOSE, key="2"), ENDED],
    ],
    ids=["answered", "still_rings", "no_ticket", "a_leak"],
)
def test_other_calls_ring_nobody(writing, story):
    for happening in story:
        told(happening)

    assert duty.open_pages() == []


def test_a_voicemail_is_no_person_who_answered(writing):
    for happening in (CAME, CHOSE, RECORDED, ENDED):
        told(happening)

    assert len(duty.open_pages()) == 1


def test_the_same_end_again_rings_nobody_again(writing):
    for happening in (CAME, CHOSE, ENDED, ENDED, CHOSE):
        told(happening)

    assert db.session.scalar(select(func.count()).select_from(Page)) == 1


def test_an_end_that_is_reported_before_the_key_counts_as_well(writing):
    for happening in (CAME, ENDED, CHOSE):
        told(happening)

    assert len(duty.open_pages()) == 1


def test_when_it_turns_out_that_somebody_answered_the_ringing_ends(writing):
    for happening in (CAME, CHOSE, ENDED, ACCEPTED):
        told(happening)

    assert duty.open_pages() == []


def test_nobody_is_rung_for_a_drill_or_for_what_somebody_has_already(writing):
    calls = []
    for drill in (True, False):
        ticket = builders.ticket(drill=drill)
        calls.append(builders.call(ticket_id=ticket.id))
    followups.take(builders.promise_of(ticket), by_id=7, now=NOON)
    for call in calls:
        service.note_event(call, Event.ENDED, 3, at=NOON, now=NOON)

    assert duty.open_pages() == []

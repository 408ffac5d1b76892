"""Who is told when nobody takes a promise up, planned with the promise itself."""

import re
from datetime import timedelta

import pytest

from hotline.followups import service
from hotline.transaction import transaction
from tests import builders
from tests.builders import NOON
from tests.followups.steps import events, move, notices_about


def test_with_a_promise_is_saved_who_is_told_should_nobody_take_it_up(tomorrow):
    _ticket, promise = tomorrow

    assert late(promise) == [
        ("coordinator_team", promise.take_up_by, "waiting"),
        ("lead", promise.take_up_by + timedelta(minutes=15), "waiting"),
    ]


def test_the_lead_hears_of_it_by_text_message_too(tomorrow):
    _ticket, promise = tomorrow
    texts = [one.audience for one in notices_about(promise) if one.channel == "sms"]

    assert texts == ["lead"]


def test_all_notices_of_a_promise_are_one_statement(app, statements):
    with statements() as sent, transaction():
        builders.ticket(received_at=NOON)

    assert len([one for one in sent if re.search('INTO "?notices', one)]) == 1


def test_a_drill_is_never_late(app):
    with transaction():
        promise = builders.promise_of(builders.ticket(received_at=NOON, drill=True))
        moved = move(promise)

    assert (late(promise), late(moved)) == ([], [])


def test_what_is_late_when_it_is_written_down_is_told_from_then_on(promised):
    _ticket, promise = promised

    assert promise.take_up_by < NOON
    assert [(audience, at) for audience, at, _ in late(promise)] == [
        ("coordinator_team", NOON),
        ("lead", NOON + timedelta(minutes=15)),
    ]


@pytest.mark.parametrize(
    "end",
    [
        lambda one: service.take(one, by_id=1, now=NOON),
        lambda one: service.keep(one, by_id=1, now=NOON),
        lambda one: service.call_off(one, reason="誤報と判明", by_id=1, now=NOON),
        lambda one: service.attempt(one, "no_answer", by_id=1, now=NOON),
        lambda one: move(one),
    ],
    ids=["taken", "kept", "called_off", "attempted", "moved"],
)
def test_once_somebody_acts_nobody_is_told_that_it_is_late(tomorrow, end):
    _ticket, promise = tomorrow
    with transaction():
        end(service.get(promise.id))

    assert {status for _, _, status in late(promise)} == {"withdrawn"}


def test_what_was_taken_at_night_is_still_announced_in_the_morning(tomorrow):
    _ticket, promise = tomorrow
    with transaction():
        service.take(service.get(promise.id), by_id=1, now=NOON)

    assert notices_about(promise)[0].status == "waiting"


def test_what_is_taken_after_its_moment_is_announced_no_more(tomorrow):
    _ticket, promise = tomorrow
    with transaction():
        service.take(service.get(promise.id), by_id=1, now=promise.due_at)

    assert notices_about(promise)[0].status == "withdrawn"


def test_a_moved_promise_can_be_late_too(tomorrow):
    _ticket, promise = tomorrow
    with transaction():
        following = move(service.get(promise.id))

    assert late(following)[0][1] == following.take_up_by


def test_a_graver_severity_shortens_the_grace(tomorrow):
    ticket, promise = tomorrow
    with transaction():
        service.regrade(ticket.id, ticket.number, severity="p1", now=NOON)
    fresh = [row for row in late(promise) if row[2] == "waiting"]
    five = timedelta(minutes=5)

    assert promise.take_up_by - promise.due_at == five
    assert fresh == [
        ("coordinator_team", promise.due_at + five, "waiting"),
        ("lead", promise.due_at + 2 * five, "waiting"),
    ]


def test_there_and_back_again_leaves_what_was_planned_first(tomorrow):
    ticket, promise = tomorrow
    before = late(promise)
    with transaction():
        service.regrade(ticket.id, ticket.number, severity="p1", now=NOON)
        service.regrade(ticket.id, ticket.number, severity="p2", now=NOON)

    assert [row for row in late(promise) if row[2] == "waiting"] == before


def test_the_same_severity_changes_nothing(tomorrow, statements):
    ticket, promise = tomorrow
    before = late(promise)
    with transaction():
        service.regrade(ticket.id, ticket.number, severity="p2", now=NOON)

    assert late(promise) == before


def test_who_heard_that_it_is_late_does_not_hear_it_again(tomorrow):
    ticket, promise = tomorrow
    at = promise.take_up_by + timedelta(seconds=1)
    with transaction():
        told = next(one for one in notices_about(promise) if one.audience == "coordinator_team")
        told.status, told.sent_at = "sent", at
        service.regrade(ticket.id, ticket.number, severity="p1", now=at)

    assert [row[0] for row in late(promise) if row[2] == "waiting"] == ["lead"]


def test_another_severity_tells_nobody_about_what_is_taken_or_a_drill(tomorrow):
    ticket, promise = tomorrow
    with transaction():
        drill = builders.ticket(received_at=NOON, drill=True)
        service.take(service.get(promise.id), by_id=1, now=NOON)
        for one in (ticket, drill):
            service.regrade(one.id, one.number, severity="p1", now=NOON)

    assert {row[2] for row in late(promise)} == {"withdrawn"}
    assert promise.take_up_by - promise.due_at == timedelta(minutes=5)
    assert late(builders.promise_of(drill)) == []


def test_the_story_says_once_who_was_told_that_it_is_late(tomorrow):
    ticket, promise = tomorrow
    with transaction():
        for audience in ("coordinator_team", "coordinator_team", "lead"):
            service.note_escalated(promise.id, audience, now=promise.take_up_by)
        service.note_escalated(999, "lead", now=NOON)

    assert events(ticket).count("escalated") == 2


def late(promise) -> list[tuple[str, object, str]]:
    """Who is mailed that it is late, when, and whether that still stands; the next first."""
    told = [one for one in notices_about(promise) if one.kind == "promise_late"]
    found = [one for one in told if one.channel == "mail"]
    return sorted(
        ((one.audience, one.due_at, str(one.status)) for one in found),
        key=lambda row: (row[1], row[0]),
    )

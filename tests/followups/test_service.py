"""Promises are made with their notice, announced once, and ended in one of three ways."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from hotline.db import db
from hotline.errors import Invalid, Missing, Refused
from hotline.followups import queries, service
from hotline.followups.rules import Status
from hotline.notices.models import Notice
from hotline.tickets.models import Ticket
from hotline.timeline.models import Line
from hotline.transaction import transaction
from tests import builders
from tests.builders import NOON

HOUR = timedelta(hours=1)


def notices_about(followup) -> list[Notice]:
    query = select(Notice).where(Notice.subject == f"followup:{followup.id}").order_by(Notice.id)
    query = query.execution_options(populate_existing=True)
    return list(db.session.scalars(query))


def events(ticket) -> list[str]:
    query = select(Line.event).where(Line.ticket_id == ticket.id).order_by(Line.id)
    return list(db.session.scalars(query))


def test_a_promise_comes_with_the_notice_that_will_announce_it(promised):
    _ticket, promise = promised
    notice, *_late = notices_about(promise)

    assert (notice.due_at, notice.wake_at) == (promise.due_at, promise.due_at)
    assert notice.facts == {"number": _ticket.number, "due_at": promise.due_at.isoformat()}


def test_it_is_announced_once(promised):
    ticket, promise = promised
    for _ in range(2):
        with transaction():
            service.announce(promise.id, now=NOON)
    db.session.refresh(promise)

    assert (promise.status, promise.announced_at) == (Status.ANNOUNCED, NOON)
    assert events(ticket).count("announced") == 1


def test_a_promise_that_was_taken_up_is_not_announced_again(promised):
    _ticket, promise = promised
    with transaction():
        service.take(service.get(promise.id), by_id=1, now=NOON)
        service.announce(promise.id, now=NOON)

    assert queries.of_ticket(promise.ticket_id)[0].status == Status.TAKEN


def test_a_kept_promise_needs_no_announcement_any_more(promised):
    ticket, promise = promised
    with transaction():
        service.keep(service.get(promise.id), by_id=1, now=NOON)

    assert {notice.status for notice in notices_about(promise)} == {"withdrawn"}
    assert events(ticket)[-1] == "kept"
    assert queries.owed() == 0


def test_a_moved_promise_is_another_promise_with_the_same_grace(promised):
    ticket, promise = promised
    with transaction():
        following = service.move(
            service.get(promise.id),
            ticket.number,
            due_at=NOON + HOUR,
            reason="担当者の希望",
            by_id=1,
            now=NOON,
        )
    first, second = queries.of_ticket(ticket.id)

    assert (first.status, first.end_reason) == (Status.MOVED, "担当者の希望")
    assert second.take_up_by - second.due_at == first.take_up_by - first.due_at
    assert notices_about(following)[0].due_at == NOON + HOUR


def test_a_promise_is_moved_only_forward_and_with_a_reason(promised):
    ticket, promise = promised
    with pytest.raises(Invalid) as refused, transaction():
        service.move(
            service.get(promise.id), ticket.number, due_at=NOON, reason="", by_id=1, now=NOON
        )

    assert set(refused.value.fields) == {"due_at", "reason"}


def test_a_promise_is_called_off_with_a_reason(promised):
    ticket, promise = promised
    with transaction():
        service.call_off(service.get(promise.id), reason="誤報と判明", by_id=1, now=NOON)

    assert events(ticket)[-1] == "called_off"
    assert queries.of_ticket(ticket.id)[0].ended_at == NOON


@pytest.mark.parametrize("reason", ["", "　", "\0", "あ" * 501])
def test_a_reason_must_say_something(promised, reason):
    with pytest.raises(Invalid, match="reason"), transaction():
        service.call_off(service.get(promised[1].id), reason=reason, by_id=1, now=NOON)


def test_what_has_ended_cannot_end_again(promised):
    with transaction():
        service.keep(service.get(promised[1].id), by_id=1, now=NOON)

    with pytest.raises(Refused), transaction():
        service.keep(service.get(promised[1].id), by_id=1, now=NOON)


def test_there_is_no_promise_without_a_row(app):
    with pytest.raises(Missing), transaction():
        service.get(7)


# Late


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


# Trying to call back


def test_who_tries_takes_the_promise_up_and_is_reminded_of_the_next_try(tomorrow):
    ticket, promise = tomorrow
    with transaction():
        service.attempt(
            service.get(promise.id), "no_answer", next_try_at=NOON + HOUR, by_id=7, now=NOON
        )
    [reminder] = reminders(promise)

    assert (promise.status, promise.taken_by_id) == ("taken", 7)
    assert (reminder.person_id, reminder.due_at, reminder.status) == (7, NOON + HOUR, "waiting")
    assert events(ticket)[-2:] == ["taken", "no_answer"]


def test_a_message_is_left_with_somebody(tomorrow):
    ticket, promise = tomorrow
    with transaction():
        service.attempt(
            service.get(promise.id), "message_left", with_whom="　総務の佐藤様 ", by_id=7, now=NOON
        )
    [made] = queries.attempts_of(ticket.id)

    assert (made.outcome, made.with_whom, made.next_try_at) == (
        "message_left",
        "総務の佐藤様",
        None,
    )
    assert (made.at, made.by_id, made.followup_id) == (NOON, 7, promise.id)


def test_reaching_the_caller_is_written_down_and_ends_nothing_yet(tomorrow):
    ticket, promise = tomorrow
    with transaction():
        service.attempt(service.get(promise.id), "reached", by_id=7, now=NOON)

    assert promise.status == "taken"
    assert events(ticket)[-1] == "reached"


def test_a_new_try_replaces_the_plan_of_the_one_before(tomorrow):
    _ticket, promise = tomorrow
    with transaction():
        for hours in (1, 2):
            at = NOON + hours * HOUR
            one = service.get(promise.id)
            service.attempt(one, "no_answer", next_try_at=at, by_id=7, now=NOON)
        service.attempt(service.get(promise.id), "no_answer", by_id=7, now=NOON)

    assert [one.status for one in reminders(promise)] == ["withdrawn"] * 2


def test_nobody_is_reminded_to_try_what_was_kept(tomorrow):
    _ticket, promise = tomorrow
    with transaction():
        one = service.get(promise.id)
        service.attempt(one, "no_answer", next_try_at=NOON + HOUR, by_id=7, now=NOON)
        service.keep(one, by_id=7, now=NOON)

    assert [one.status for one in reminders(promise)] == ["withdrawn"]


@pytest.mark.parametrize(
    ("outcome", "facts", "field"),
    [
        ("perhaps", {}, "outcome"),
        ("message_left", {"with_whom": " "}, "with_whom"),
        ("message_left", {"with_whom": "\0"}, "with_whom"),
        ("reached", {"with_whom": "あ" * 201}, "with_whom"),
        ("no_answer", {"next_try_at": NOON}, "next_try_at"),
        ("no_answer", {"next_try_at": NOON + timedelta(days=367)}, "next_try_at"),
    ],
)
def test_a_try_that_says_nothing_is_refused(tomorrow, outcome, facts, field):
    with pytest.raises(Invalid) as refused, transaction():
        service.attempt(service.get(tomorrow[1].id), outcome, **facts, by_id=7, now=NOON)

    assert list(refused.value.fields) == [field]
    assert queries.attempts_of(tomorrow[0].id) == []


def test_nobody_tries_to_keep_what_has_ended(tomorrow):
    with transaction():
        service.keep(service.get(tomorrow[1].id), by_id=1, now=NOON)

    with pytest.raises(Refused), transaction():
        service.attempt(service.get(tomorrow[1].id), "reached", by_id=1, now=NOON)


# Pages


def test_who_takes_a_page_has_what_is_promised(paged):
    page, ticket, coordinator = paged
    with transaction():
        service.take_page(page.id, by_id=coordinator.id, now=NOON)
    promise = builders.promise_of(ticket)

    assert (promise.status, promise.taken_by_id) == ("taken", coordinator.id)
    assert page.status == "taken"
    assert events(ticket)[-2:] == ["page_taken", "taken"]


@pytest.mark.parametrize(
    ("act", "status"),
    [
        (lambda one, by: service.take(one, by_id=by, now=NOON), "taken"),
        (lambda one, by: service.keep(one, by_id=by, now=NOON), "taken"),
        (lambda one, by: move(one, by_id=by), "taken"),
        (lambda one, by: service.call_off(one, reason="誤報", by_id=by, now=NOON), "called_off"),
    ],
    ids=["taken", "kept", "moved", "called_off"],
)
def test_who_acts_on_the_promise_ends_the_page(paged, act, status):
    page, ticket, coordinator = paged
    with transaction():
        act(service.get(builders.promise_of(ticket).id), coordinator.id)
    db.session.refresh(page)

    assert (page.status, page.ended_by_id) == (status, coordinator.id)


def test_an_operator_who_takes_the_promise_leaves_the_page_open(paged):
    page, ticket, _coordinator = paged
    with transaction():
        operator = builders.person("operator")
        service.take(service.get(builders.promise_of(ticket).id), by_id=operator.id, now=NOON)
    db.session.refresh(page)

    assert page.status == "open"


def late(promise) -> list[tuple[str, object, str]]:
    """Who is mailed that it is late, when, and whether that still stands; the next first."""
    told = [one for one in notices_about(promise) if one.kind == "promise_late"]
    found = [one for one in told if one.channel == "mail"]
    return sorted(
        ((one.audience, one.due_at, str(one.status)) for one in found),
        key=lambda row: (row[1], row[0]),
    )


def reminders(promise) -> list[Notice]:
    return [one for one in notices_about(promise) if one.kind == "next_try"]


def move(promise, *, by_id=1):
    return service.move(
        promise, "482170933", due_at=NOON + 48 * HOUR, reason="都合", by_id=by_id, now=NOON
    )


@pytest.fixture
def promised(app):
    """A ticket and its promise for the next morning."""
    with transaction():
        ticket = builders.ticket(received_at=NOON - 3 * HOUR * 24 + 8 * HOUR)
    return ticket, builders.promise_of(ticket)


@pytest.fixture
def tomorrow(app):
    """A ticket of this evening and its promise for tomorrow morning."""
    with transaction():
        ticket = builders.ticket(received_at=NOON + 8 * HOUR, now=NOON + 8 * HOUR)
    return ticket, builders.promise_of(ticket)


@pytest.fixture
def paged(app):
    """An open page, its ticket, and a coordinator."""
    with transaction():
        page = builders.page()
        coordinator = builders.person("coordinator")
    return page, db.session.get(Ticket, page.ticket_id), coordinator

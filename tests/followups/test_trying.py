"""Every try to keep a promise is written down; a page that rang for it ends with it."""

from datetime import timedelta

import pytest

from hotline.db import db
from hotline.errors import Invalid, Refused
from hotline.followups import queries, service
from hotline.notices.models import Notice
from hotline.tickets.models import Ticket
from hotline.transaction import transaction
from tests import builders
from tests.builders import NOON
from tests.followups.steps import HOUR, events, move, notices_about


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


def reminders(promise) -> list[Notice]:
    return [one for one in notices_about(promise) if one.kind == "next_try"]


@pytest.fixture
def paged(app):
    """An open page, its ticket, and a coordinator."""
    with transaction():
        page = builders.page()
        coordinator = builders.person("coordinator")
    return page, db.session.get(Ticket, page.ticket_id), coordinator

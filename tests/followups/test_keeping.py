"""A promise is made, announced, kept, moved or called off."""

import pytest

from hotline.db import db
from hotline.errors import Invalid, Missing, Refused
from hotline.followups import queries, service
from hotline.followups.rules import Status
from hotline.transaction import transaction
from tests.builders import NOON
from tests.followups.steps import HOUR, events, notices_about


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

"""Missed calls leave the list one by one or many at once, each with its reason."""

from datetime import timedelta

import pytest

from hotline.calls import queries, service
from hotline.calls.rules import Direction, Status
from hotline.db import db
from hotline.errors import Invalid, Refused
from hotline.transaction import transaction
from tests import builders
from tests.builders import NOON
from tests.calls.happenings import CAME, ENDED, told


def test_a_missed_call_that_was_dealt_with_leaves_the_worklist(writing):
    call = told(ENDED)
    service.handle(call, by_id=7, now=NOON)

    assert (call.handled_by_id, queries.missed(NOON)) == (7, [])
    with pytest.raises(Refused, match="dealt with this call already"):
        service.handle(call, by_id=8, now=NOON)


def test_a_call_that_was_not_missed_cannot_be_taken_off_the_worklist(writing):
    with pytest.raises(Refused, match="was not missed"):
        service.handle(told(CAME), by_id=7, now=NOON)


def test_a_call_whose_end_was_lost_comes_to_the_worklist_after_an_hour(writing):
    call = told(CAME)

    assert queries.missed(NOON + timedelta(minutes=59)) == []
    assert queries.missed(NOON + timedelta(minutes=60)) == [call]


def test_many_missed_calls_leave_the_list_for_one_reason(app):
    first, second, kept = (missed() for _ in range(3))
    results = close([first, second], reason="not_for_us")

    assert [one.refused for one in results] == [None, None]
    assert (first.disposition, first.handled_by_id, first.handled_at) == ("not_for_us", 7, NOON)
    assert queries.missed(NOON) == [kept]


def test_what_somebody_else_dealt_with_is_told_and_the_others_are_done(app):
    first, second = missed(), missed()
    close([second], reason="called_back")
    results = close([first, second], reason="no_number")

    assert [one.refused is None for one in results] == [True, False]
    assert second.disposition == "called_back"


def test_a_call_that_was_taken_is_not_a_missed_one(app):
    with transaction():
        taken = builders.call(status=Status.DONE)
    [result] = close([taken], reason="test_call")

    assert isinstance(result.refused, Refused)


@pytest.mark.parametrize(
    ("reason", "note", "field"),
    [
        ("", "", "reason"),
        ("new_incident", "", "reason"),
        ("else", " ", "note"),
        ("else", "あ" * 501, "note"),
    ],
)
def test_a_reason_of_the_list_is_needed_and_some_need_words(app, reason, note, field):
    call = missed()
    with pytest.raises(Invalid) as refused:
        close([call], reason=reason, note=note)

    assert list(refused.value.fields) == [field]
    assert queries.missed(NOON) == [call]


@pytest.mark.parametrize("ids", [[], range(1, 202)])
def test_none_and_too_many_are_refused(app, ids):
    with pytest.raises(Invalid) as refused, transaction():
        service.close_all(ids, reason="test_call", by_id=7, now=NOON)

    assert list(refused.value.fields) == ["calls"]


def test_what_was_taken_off_by_mistake_waits_again(app):
    first, second = missed(), missed()
    close([first, second], reason="test_call")
    [gone] = queries.taken_off(since=NOON - timedelta(hours=1))
    with transaction():
        back = service.put_back([one.id for one in gone.calls], by_id=7, now=NOON)

    assert (gone.by_id, gone.reason, gone.calls) == (7, "test_call", back)
    assert [one.id for one in queries.missed(NOON)] == [first.id, second.id]
    assert queries.taken_off(since=NOON - timedelta(hours=1)) == []


def test_only_what_was_taken_off_by_hand_comes_back(app):
    with transaction():
        heard = builders.call(status=Status.MISSED, handled_at=NOON)
        wrapped = builders.call(
            status=Status.MISSED, handled_at=NOON, disposition="answered", wrapped_at=NOON
        )
        waits = builders.call(status=Status.MISSED)
        ids = [one.id for one in (heard, wrapped, waits)]
        back = service.put_back(ids, by_id=7, now=NOON)

    assert back == []


def test_nobody_waits_because_of_a_call_that_we_made(app):
    with transaction():
        builders.call(status=Status.MISSED, direction=Direction.OUT)
        builders.call(
            status=Status.RINGING, direction=Direction.OUT, received_at=NOON - timedelta(days=1)
        )

    assert queries.missed(NOON) == []
    assert db.session.scalar(*queries.counting_missed(NOON)) == 0


def missed():
    with transaction():
        return builders.call(status=Status.MISSED)


def close(calls, *, reason, note=""):
    with transaction():
        ids = [one.id for one in calls]
        return service.close_all(ids, reason=reason, note=note, by_id=7, now=NOON)

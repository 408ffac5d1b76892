"""The list of calls, newest first, goes on where it stopped."""

from datetime import timedelta

from hotline.calls import queries
from hotline.calls.rules import Status
from tests import builders
from tests.builders import NOON


def test_the_list_can_begin_at_a_moment(writing):
    builders.call(received_at=NOON - timedelta(seconds=1))
    first = builders.call(received_at=NOON)

    assert queries.page(since=NOON) == [first]


def test_the_list_goes_on_where_it_stopped(writing):
    calls = [builders.call(received_at=NOON + timedelta(minutes=n // 2)) for n in range(5)]
    first = queries.page(limit=3)
    rest = queries.page(limit=3, before=(first[-1].received_at, first[-1].id))

    assert first + rest == calls[::-1]


def test_the_list_can_be_asked_for_one_status_and_by_id(writing):
    call = builders.call(status=Status.DONE)
    builders.call()

    assert queries.page(status="done") == [call]
    assert queries.by_id(call.id) is call
    assert queries.by_sid(call.call_sid) is call

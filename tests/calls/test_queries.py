"""Calls are found by the digits of the caller's number."""

from dataclasses import replace
from datetime import timedelta

import pytest

from hotline.calls import queries, service
from hotline.calls.rules import Happening, Kind
from hotline.transaction import transaction
from tests.builders import NOON

MINUTE = timedelta(minutes=1)
CAME = Happening(
    kind=Kind.CAME, at=NOON, call_sid="CA" + "a" * 32, from_number="+81354226351",
    to_number="+81120066318",
)  # fmt: skip

pytestmark = pytest.mark.usefixtures("app")


@pytest.mark.parametrize(
    "q",
    ["6351", "5422-6351", "03-5422-6351", "+81 3-5422-6351", "０３（５４２２）６３５１", "035422"],
)
def test_a_call_is_found_by_the_end_or_the_beginning_of_its_number(q):
    call = called("+81354226351")

    assert queries.by_phone(q, limit=9) == [call]


@pytest.mark.parametrize("q", ["351", "3542", "5422", "6352", "ヤマダ", "6351 ヤマダ", "", "9999"])
def test_other_digits_find_nothing(q):
    called("+81354226351")

    assert queries.by_phone(q, limit=9) == []


def test_the_last_digits_of_all_are_found_too():
    call = called("09012349999")

    assert queries.by_phone("9999", limit=9) == [call]


def test_the_newest_call_comes_first_page_by_page():
    calls = [called("0312345678", after=minutes * MINUTE) for minutes in range(3)]
    first = queries.by_phone("5678", limit=2)
    second = queries.by_phone("5678", limit=2, before=(first[-1].received_at, first[-1].id))

    assert first + second == calls[::-1]


def test_a_call_keeps_its_digits_from_behind_however_it_came():
    with transaction():
        rang = service.record(CAME, now=NOON)
        late = service.record(replace(CAME, call_sid="CA" + "b" * 32, from_number=""), now=NOON)
        service.record(replace(CAME, call_sid=late.call_sid), now=NOON)
        typed = service.enter(
            line="jnx", by_id=1, now=NOON, received_at=NOON, from_number="03-5422-6351"
        )

    assert {call.from_tail for call in (rang, late, typed)} == {"1536224530"}


def called(number: str, *, after: timedelta = timedelta()):
    with transaction():
        return service.enter(
            line="jnx", by_id=1, now=NOON + after,
            received_at=NOON + after, from_number=number,
        )  # fmt: skip

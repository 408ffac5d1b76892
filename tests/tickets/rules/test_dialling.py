"""Which numbers we dial for one click: no number that earns by being called."""

import pytest

from hotline.tickets.rules import diallable

JAPAN = ("JP",)


@pytest.mark.parametrize(
    ("raw", "dialled"),
    [
        ("03-1234-5678", "+81312345678"),
        ("+81 90 1234 5678", "+819012345678"),
        ("0120-066-318", "+81120066318"),
        ("060-1234-5678", "+816012345678"),  # A range that lists of numbers do not know yet.
    ],
)
def test_a_number_in_a_country_that_is_called_is_dialled(raw, dialled):
    assert diallable(raw, JAPAN) == dialled


@pytest.mark.parametrize(
    "raw",
    ["0990-50-4444", "+881612345678", "+88213300600", "+979123456789", "+2522123456",
     "+19005551234", "+12025550123", "010 1 202 555 0123", "0091010813"],
)  # fmt: skip
def test_what_may_earn_by_being_called_is_not(raw):
    assert diallable(raw, JAPAN) is None


@pytest.mark.parametrize("raw", ["", "110", "119", "*67", "sip:a@b.example", "+", "+81", "0" * 40])
def test_what_is_no_telephone_is_not(raw):
    assert diallable(raw, JAPAN) is None


def test_a_number_abroad_that_cannot_exist_is_no_number_at_home():
    assert diallable("+2391234567", JAPAN) is None


def test_another_country_is_called_where_the_house_says_so():
    assert diallable("+1 202 555 0123", ("JP", "US")) == "+12025550123"
    assert diallable("+1 876 555 1234", ("JP", "US")) is None

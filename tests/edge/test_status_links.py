from datetime import UTC, datetime, timedelta

import pytest

from hotline.edge import signatures, status_links
from hotline.edge.status_links import Link
from tests.conftest import settings_for

NINE = datetime(2027, 1, 4, tzinfo=UTC)
UNTIL = NINE + timedelta(hours=72)
SETTINGS = settings_for("sqlite:///")
OLD, NEW = (
    "the former secret of the tests, long enough",
    "the next secret of the tests, long enough",
)


def mint(number="482170933", until=UNTIL, settings=SETTINGS):
    return status_links.mint(number, until, settings)


def read(token, now=NINE, settings=SETTINGS):
    return status_links.read(token, settings, now=now)


def test_a_link_opens_its_ticket_until_it_ends():
    last = UNTIL - timedelta(seconds=1)

    assert read(mint(), now=last) == Link("482170933", UNTIL)
    assert read(mint(), now=UNTIL) is None


def test_a_link_fits_into_a_text_message():
    assert len(mint()) <= 34


def test_the_same_link_is_the_same_every_time():
    assert mint() == mint()


def test_a_link_does_not_show_the_number_and_starts_where_it_should():
    assert "4821" not in mint()
    assert read(mint(number="100000009")).number == "100000009"


@pytest.mark.parametrize(
    "change",
    [
        lambda token: token[:-2],
        lambda token: token + "AA",
        lambda token: "B" + token[1:],
        lambda token: token.replace(".", ""),
        lambda token: token.swapcase(),
        lambda _token: "",
        lambda _token: ".",
        lambda _token: "日本語.日本語",
        lambda _token: "\udc80",
        lambda _token: "a" * 5000,
    ],
)
def test_a_forged_link_opens_nothing(change):
    assert read(change(mint())) is None


def test_what_was_signed_for_something_else_opens_nothing():
    sign = signatures.signer(SETTINGS, status_links.SALT).sign

    assert read(sign(b"AAAA").decode()) is None
    assert read(sign(b"!").decode()) is None


def with_keys(key, old=""):
    return settings_for("sqlite:///", HOTLINE_SECRET_KEY=key, HOTLINE_SECRET_KEY_OLD=old)


def test_a_link_stays_good_while_the_secret_is_replaced():
    token = mint(settings=with_keys(OLD))

    assert read(token, settings=with_keys(NEW, old=OLD)) is not None
    assert read(token, settings=with_keys(NEW)) is None


def test_a_new_link_is_signed_with_the_new_secret():
    token = mint(settings=with_keys(NEW, old=OLD))

    assert read(token, settings=with_keys(NEW)) is not None
    assert read(token, settings=with_keys(OLD)) is None

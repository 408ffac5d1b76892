"""A link opens one offer for one contact, and nothing that was changed in it opens anything."""

import pytest

from hotline.edge import offer_links, signatures, status_links
from hotline.edge.offer_links import Link
from tests.builders import NOON
from tests.conftest import settings_for

SETTINGS = settings_for("sqlite:///")


def mint(offer_id=12, contact_id=3, settings=SETTINGS):
    return offer_links.mint(offer_id, contact_id, settings)


def read(token, settings=SETTINGS):
    return offer_links.read(token, settings)


def test_a_link_opens_its_offer_for_its_contact():
    assert read(mint()) == Link(offer_id=12, contact_id=3)


def test_a_link_fits_into_a_text_message():
    assert len(f"https://hotline.example.jp/offers/{mint(2**31 - 1, 2**31 - 1)}") <= 80


@pytest.mark.parametrize(
    "forge",
    [
        lambda token: "",
        lambda token: f"B{token[1:]}",
        lambda token: f"{token[:-2]}AA",
        lambda token: token.rpartition(".")[0],
        lambda token: f"{mint(13).rpartition('.')[0]}.{token.rpartition('.')[2]}",
        lambda _token: "日本語.日本語",
        lambda _token: "\udc80",
        lambda _token: "a" * 5000,
    ],
)
def test_a_forged_link_opens_nothing(forge):
    assert read(forge(mint())) is None


def test_what_was_signed_for_something_else_opens_nothing():
    sign = signatures.signer(SETTINGS, offer_links.SALT).sign

    assert read(status_links.mint("482170933", NOON, SETTINGS)) is None
    assert read(sign(b"AAAA").decode()) is None
    assert read(sign(b"!").decode()) is None
    assert read(offer_links.mint(2**63, 3, SETTINGS)) is None


def test_a_link_outlives_the_change_of_the_key_while_the_old_one_is_known():
    old, new = "o" * 32, "n" * 32
    token = mint(settings=settings_for("sqlite:///", HOTLINE_SECRET_KEY=old))
    changed = settings_for("sqlite:///", HOTLINE_SECRET_KEY=new, HOTLINE_SECRET_KEY_OLD=old)

    assert read(token, changed) == Link(12, 3)
    assert read(token, settings_for("sqlite:///", HOTLINE_SECRET_KEY=new)) is None

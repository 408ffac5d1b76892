"""Under which keys phones are found."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.searchkeys import phone_e164, phone_key


@pytest.mark.parametrize(
    ("raw", "key"),
    [
        ("０１２０－０６６－３１８", "0120066318"),
        ("0120ー066ー318", "0120066318"),
        ("03(5422)6351", "0354226351"),
        ("03‐5422−6351", "0354226351"),
        ("+81 3-5422-6351", "0354226351"),
        ("+81(0)3-5422-6351", "0354226351"),
        ("010-81-3-5422-6351", "0354226351"),
        ("81-3-5422-6351", "0354226351"),
        ("03-5422-6351 内線123", "0354226351"),
        ("03-5422-6351 ext.12", "0354226351"),
        ("03-5422-6351#12", "0354226351"),
        ("184-090-1234-5678", "09012345678"),
        ("1860354226351", "0354226351"),
        ("+819012345678", "09012345678"),
        ("+1 415 555 2671", "14155552671"),
        ("010-1-415-555-2671", "14155552671"),
        ("#9110", "9110"),
        ("110", "110"),
        ("非通知", ""),
        ("", ""),
    ],
)
def test_a_phone_is_found_however_it_was_written(raw, key):
    assert phone_key(raw) == key


@pytest.mark.parametrize(
    ("raw", "e164"),
    [
        ("03-5422-6351 内線123", "+81354226351"),
        ("０６０−１２３４−５６７８", "+816012345678"),
        ("0800-123-4567", "+818001234567"),
        ("+1 415 555 2671", "+14155552671"),
        ("010-1-415-555-2671", "+14155552671"),
        ("110", None),
        ("非通知", None),
        ("+266696687", None),
        ("9" * 300, None),
    ],
)
def test_a_phone_is_dialled_only_when_it_can_be(raw, e164):
    assert phone_e164(raw) == e164


@given(st.text(max_size=60))
def test_any_text_has_a_phone_key_of_digits_that_is_its_own_key(raw):
    key = phone_key(raw)

    assert set(key) <= set(string.digits)
    assert len(key) <= 20

"""To which phone the code goes that opens a ticket's status."""

import pytest

from hotline.tickets.rules import code_hash, phone_for_code
from tests.tickets.rules.contacts import JAPAN, LANDLINE, MOBILE, OTHER, Contacts


@pytest.mark.parametrize(
    ("contacts", "by_text", "by_call"),
    [
        (Contacts(), "", ""),
        (Contacts(MOBILE), "+819012345678", "+819012345678"),
        (Contacts(LANDLINE), "", "+81566123456"),
        (Contacts(MOBILE, LANDLINE), "+819012345678", "+81566123456"),
        (Contacts(LANDLINE, company_channels_unsafe=True), "", ""),
        (Contacts(MOBILE, company_channels_unsafe=True), "+819012345678", "+819012345678"),
        # What was named as safe is used alone, or nothing is.
        (Contacts(MOBILE, safe_phone=OTHER), "+818011112222", "+818011112222"),
        (Contacts(MOBILE, safe_phone=LANDLINE), "", "+81566123456"),
        (Contacts(MOBILE, safe_email="a@private.example"), "", ""),
    ],
)
def test_a_code_goes_to_a_safe_phone_or_nowhere(contacts, by_text, by_call):
    found = [phone_for_code(contacts, channel, JAPAN) for channel in ("sms", "voice")]

    assert found == [by_text, by_call]


def test_the_same_digits_of_two_codes_are_kept_differently():
    assert code_hash(1, "000000") != code_hash(2, "000000")
    assert len(code_hash(1, "000000")) == 64

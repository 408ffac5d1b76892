import pytest

from hotline.tickets.rules.reaching import ReachingPolicy, mobile, plain, reach
from tests.tickets.rules.contacts import JAPAN, MOBILE, OTHER, Contacts


@pytest.mark.parametrize(
    ("contacts", "ways"),
    [
        (Contacts(), {}),
        (Contacts(caller_phone=MOBILE), {"sms": "+819012345678"}),
        (Contacts(caller_phone="0566-12-3456"), {}),
        (Contacts(caller_phone=MOBILE, callback_phone=OTHER), {"sms": "+818011112222"}),
        (
            Contacts(caller_phone=MOBILE, callback_phone="0566-12-3456"),
            {"sms": "+819012345678"},
        ),
        (
            Contacts(caller_phone=MOBILE, caller_email="a@b.jp"),
            {"sms": "+819012345678", "mail": "a@b.jp"},
        ),
        (
            Contacts(MOBILE, caller_email="a@b.jp", company_channels_unsafe=True),
            {"sms": "+819012345678"},
        ),
        (Contacts(MOBILE, caller_email="a@b.jp", safe_phone=OTHER), {"sms": "+818011112222"}),
        (Contacts(MOBILE, caller_email="a@b.jp", safe_email="c@d.jp"), {"mail": "c@d.jp"}),
        (
            Contacts(MOBILE, safe_phone=OTHER, safe_email="c@d.jp"),
            {"sms": "+818011112222", "mail": "c@d.jp"},
        ),
        # A safe phone that takes no texts is for calling: then the mobile is the way.
        (Contacts(MOBILE, safe_phone="0566-12-3456"), {"sms": "+819012345678"}),
        (Contacts(caller_email="a@b.jp", company_channels_unsafe=True), {}),
    ],
)
def test_the_caller_is_told_by_safe_ways_first(contacts, ways):
    assert reach(contacts, JAPAN) == ways


@pytest.mark.parametrize(
    ("raw", "number"),
    [
        ("090-1234-5678", "+819012345678"),
        ("+81 70 1234 5678", "+817012345678"),
        ("０８０１２３４５６７８", "+818012345678"),
        ("050-1234-5678", ""),
        ("0120-066-318", ""),
        ("03-5422-6351", ""),
        ("090-12", ""),
        ("携帯", ""),
        ("", ""),
    ],
)
def test_only_what_takes_text_messages_is_a_mobile(raw, number):
    assert mobile(raw, ("JP",)) == number


@pytest.mark.parametrize("premium", ["+1 202 555 0123", "+252 61 5555555", "+960 771 2345"])
def test_a_number_abroad_gets_no_text_message_that_nobody_allowed(premium):
    contacts = Contacts(caller_phone=premium, caller_email="a@b.jp")

    assert reach(contacts, JAPAN) == {"mail": "a@b.jp"}
    assert reach(Contacts(MOBILE, safe_phone=premium), JAPAN) == {"sms": "+819012345678"}


def test_a_country_that_is_allowed_is_written_to():
    assert mobile("+1 202 555 0123", ("JP", "US")) == "+12025550123"


def test_a_country_that_does_not_exist_is_refused():
    with pytest.raises(ValueError, match="Japan is no country"):
        ReachingPolicy(text_message_countries=("JP", "Japan"), call_back_countries=("JP",))


@pytest.mark.parametrize(
    "email",
    ["", "a@b", "a b@c.jp", "a@b.jp,c@d.jp", "<a@b.jp>", "a@b.jp\r\nBcc: c@d.jp", "a@@b.jp"],
)
def test_what_is_no_one_address_gets_no_mail(email):
    assert plain(email) == ""


def test_an_address_stays_as_it_was_given():
    assert plain("Taro.Yamada@Example.jp") == "Taro.Yamada@Example.jp"

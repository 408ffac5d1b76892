"""Who signed a webhook, and for which address."""

import pytest
from werkzeug.datastructures import Headers, MultiDict

from hotline.adapters import signature
from hotline.adapters.signature import SIGNATURE_HEADER, Forged

URL = "https://mycompany.com/myapp.php?foo=1&bar=2"
FORM = MultiDict(
    {
        "CallSid": "CA1234567890ABCDE",
        "Caller": "+14158675309",
        "Digits": "1234",
        "From": "+14158675309",
        "To": "+18005551212",
    }
)
PUBLISHED = "RSOYDt4T1cUTdK1PDd93/VVr8B8="


def test_the_published_example_has_the_published_signature():
    assert signature.sign(URL, FORM, "12345") == PUBLISHED


@pytest.mark.parametrize("tokens", [("12345",), ("new one", "12345"), ("12345", "old one")])
def test_either_token_is_good_while_one_replaces_the_other(tokens):
    signature.check(URL, FORM, Headers({SIGNATURE_HEADER: PUBLISHED}), tokens)


def test_a_port_in_the_address_may_or_may_not_have_been_signed():
    with_port = URL.replace(".com", ".com:443")
    headers = Headers({SIGNATURE_HEADER: PUBLISHED})

    signature.check(with_port, FORM, headers, ["12345"])


@pytest.mark.parametrize(
    ("headers", "why"),
    [
        ([], "no signature"),
        ([(SIGNATURE_HEADER, "")], "no signature"),
        ([(SIGNATURE_HEADER, PUBLISHED)] * 2, "no signature"),
        ([(SIGNATURE_HEADER, "x")], "wrong signature"),
        ([(SIGNATURE_HEADER, PUBLISHED.lower())], "wrong signature"),
        ([(SIGNATURE_HEADER, "é" * 28)], "wrong signature"),
        (
            [
                (SIGNATURE_HEADER, PUBLISHED),
                ("X-Twilio-Webhooks-Signature-Settings", "key=k,algorithm=HMAC_SHA256"),
            ],
            "another algorithm",
        ),
    ],
)
def test_what_the_company_did_not_sign_is_forged(headers, why):
    with pytest.raises(Forged, match=why):
        signature.check(URL, FORM, Headers(headers), ["12345"])


def test_without_a_token_everything_is_forged():
    with pytest.raises(Forged):
        signature.check(URL, FORM, Headers({SIGNATURE_HEADER: PUBLISHED}), [])


def test_a_key_that_stands_twice_counts_twice():
    twice = MultiDict([*FORM.items(), ("Digits", "9")])

    assert signature.sign(URL, twice, "12345") != PUBLISHED


def test_the_address_keeps_its_query_and_is_written_as_it_was_called():
    url = signature.signed_url("https://hotline.example", "/twilio/voice", "b=%E6%97%A5&c=%2f")

    assert url == "https://hotline.example/twilio/voice?b=%E6%97%A5&c=%2f"
    assert signature.signed_url("https://h.example", "/t", "") == "https://h.example/t"

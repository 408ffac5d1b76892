"""Whatever is not signed is refused, each by its own answer, and leaves no record."""

import re
from collections.abc import Callable

import pytest
from twilio.request_validator import RequestValidator
from werkzeug.datastructures import MultiDict

from hotline.adapters import signature
from hotline.calls import queries
from hotline.calls.models import CallEvent, TextMessage
from hotline.web.twilio import WEBHOOKS
from tests.company import CALLER, PUBLIC_URL, RING, SID, TOKEN, post, signed
from tests.web.twilio.records import count

pytestmark = pytest.mark.usefixtures("patience")

FORGERIES: dict[str, Callable] = {}


def forgery(make: Callable) -> Callable:
    FORGERIES[make.__name__] = make
    return make


def send(client, path, fields, headers, **more):
    return client.post(path, data=fields, headers=headers, **more)


@forgery
def no_signature(client):
    return send(client, "/twilio/voice", RING, {})


@forgery
def an_empty_signature(client):
    return send(client, "/twilio/voice", RING, {signature.SIGNATURE_HEADER: ""})


@forgery
def a_guessed_signature(client):
    return send(client, "/twilio/voice", RING, {signature.SIGNATURE_HEADER: "A" * 27 + "="})


@forgery
def a_signature_of_no_letters_we_know(client):
    return send(client, "/twilio/voice", RING, {signature.SIGNATURE_HEADER: "é\x7f"})


@forgery
def two_signatures(client):
    good = signed("/twilio/voice", RING)[signature.SIGNATURE_HEADER]
    return send(client, "/twilio/voice", RING, [(signature.SIGNATURE_HEADER, good)] * 2)


@forgery
def another_token(client):
    return send(
        client, "/twilio/voice", RING, signed("/twilio/voice", RING, token="the token of another")
    )


@forgery
def an_empty_token(client):
    return send(client, "/twilio/voice", RING, signed("/twilio/voice", RING, token=""))


@forgery
def a_changed_field(client):
    changed = {**RING, "From": "+81312345678"}
    return send(client, "/twilio/voice", changed, signed("/twilio/voice", RING))


@forgery
def an_added_field(client):
    changed = {**RING, "Digits": "1"}
    return send(client, "/twilio/voice", changed, signed("/twilio/voice", RING))


@forgery
def a_removed_field(client):
    changed = {name: value for name, value in RING.items() if name != "Direction"}
    return send(client, "/twilio/voice", changed, signed("/twilio/voice", RING))


@forgery
def a_repeated_field(client):
    changed = {**RING, "CallSid": [SID, "CA" + "f" * 32]}
    return send(client, "/twilio/voice", changed, signed("/twilio/voice", RING))


@forgery
def a_field_split_anew(client):
    """Names and values are joined without a mark: this has the very same signature."""
    rest, tail = RING["CallSid"][:2], RING["CallSid"][2:]
    changed = {name: value for name, value in RING.items() if name != "CallSid"}
    changed[f"CallSid{rest}"] = tail
    return send(client, "/twilio/voice", changed, signed("/twilio/voice", RING))


@forgery
def another_path(client):
    return send(client, "/twilio/voice/menu", RING, signed("/twilio/voice", RING))


@forgery
def an_added_query(client):
    return send(client, "/twilio/voice?language=en", RING, signed("/twilio/voice", RING))


@forgery
def a_changed_query(client):
    good = signed("/twilio/voice/accept?person=1", RING)
    return send(client, "/twilio/voice/accept?person=2", RING, good)


@forgery
def the_query_moved_into_the_form(client):
    good = signed("/twilio/voice/menu?Digits=1", RING)
    return send(client, "/twilio/voice/menu", {**RING, "Digits": "1"}, good)


@forgery
def another_host(client):
    url = "http://evil.example/twilio/voice"
    good = {signature.SIGNATURE_HEADER: signature.sign(url, MultiDict(RING), TOKEN)}
    evil = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "http"}
    return send(client, "/twilio/voice", RING, {**good, **evil})


@forgery
def another_host_by_its_header(client):
    url = "http://evil.example/twilio/voice"
    good = {signature.SIGNATURE_HEADER: signature.sign(url, MultiDict(RING), TOKEN)}
    return send(client, "/twilio/voice", RING, good, base_url="http://evil.example")


@forgery
def another_scheme(client):
    url = PUBLIC_URL.replace("http:", "https:") + "/twilio/voice"
    good = {signature.SIGNATURE_HEADER: signature.sign(url, MultiDict(RING), TOKEN)}
    return send(client, "/twilio/voice", RING, {**good, "X-Forwarded-Proto": "https"})


@forgery
def another_algorithm(client):
    good = RequestValidator(TOKEN).compute_signature(
        PUBLIC_URL + "/twilio/voice", MultiDict(RING), "HMAC_SHA256"
    )
    headers = {
        signature.SIGNATURE_HEADER: good,
        "X-Twilio-Webhooks-Signature-Settings": "key=k,algorithm=HMAC_SHA256",
    }
    return send(client, "/twilio/voice", RING, headers)


@forgery
def a_json_body(client):
    path = "/twilio/voice?bodySHA256=" + "0" * 64
    good = {signature.SIGNATURE_HEADER: signature.sign(PUBLIC_URL + path, MultiDict({}), TOKEN)}
    return client.post(path, json=RING, headers=good)


@forgery
def a_multipart_body(client):
    good = signed("/twilio/voice", RING)
    return send(client, "/twilio/voice", RING, good, content_type="multipart/form-data")


@forgery
def an_empty_body(client):
    return send(client, "/twilio/voice", {}, signed("/twilio/voice", {}))


@forgery
def a_body_of_70_kilobytes(client):
    big = {**RING, "Padding": "x" * 70_000}
    return send(client, "/twilio/voice", big, signed("/twilio/voice", big))


@forgery
def a_body_of_another_account(client):
    return post(client, "/twilio/voice", AccountSid="AC" + "9" * 32)


@forgery
def a_browser_as_the_caller(client):
    return post(client, "/twilio/voice", From="client:mallory")


@forgery
def a_call_id_with_a_line_end(client):
    return post(client, "/twilio/voice", CallSid=SID + "\n")


@forgery
def a_get_request(client):
    return client.get("/twilio/voice", query_string=RING)


@pytest.mark.parametrize("name", sorted(FORGERIES))
def test_s_15_a_forged_webhook_is_refused_and_leaves_no_record(app, client, spool, name):
    answer = FORGERIES[name](client)

    assert 400 <= answer.status_code < 500
    assert "<Response" not in answer.text
    assert (queries.count(), count(CallEvent), count(TextMessage)) == (0, 0, 0)
    assert spool.waiting() == []


@pytest.mark.parametrize("name", ["a_changed_field", "a_browser_as_the_caller"])
def test_s_15_a_refusal_is_logged_without_a_number(client, caplog, name):
    FORGERIES[name](client)

    assert "webhook.refused" in caplog.text
    assert not re.search(r"\+81|81354226351|12345678|mallory", caplog.text)


@pytest.mark.parametrize(
    ("name", "status"),
    [("a_changed_field", 403), ("a_browser_as_the_caller", 400), ("a_body_of_70_kilobytes", 413)],
)
def test_s_15_each_refusal_has_its_own_answer(client, name, status):
    assert FORGERIES[name](client).status_code == status


@pytest.mark.parametrize("webhook", sorted(WEBHOOKS))
def test_s_15_every_webhook_is_signed(client, webhook):
    assert client.post(f"/twilio{WEBHOOKS[webhook].path}", data=RING).status_code == 403


def test_the_log_of_a_call_holds_no_number(phone, caplog):
    for path in ("/twilio/voice", "/twilio/voice/menu", "/twilio/status", "/twilio/sms"):
        phone(path, Digits="1")

    assert CALLER.lstrip("+") not in caplog.text

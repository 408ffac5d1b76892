"""The telephone company of the tests: it signs what it posts, as the real one does."""

from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree as ET

from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from hotline.adapters import signature
from tests.conftest import ENVIRONMENT

PUBLIC_URL = ENVIRONMENT["HOTLINE_PUBLIC_URL"]
TOKEN = ENVIRONMENT["TWILIO_AUTH_TOKEN"]
CALLER = "+81354226351"
CALLED = "+81120066318"
SID = "CA" + "a" * 32
RING = {
    "CallSid": SID,
    "AccountSid": ENVIRONMENT["TWILIO_ACCOUNT_SID"],
    "From": CALLER,
    "To": CALLED,
    "CallStatus": "ringing",
    "Direction": "inbound",
}
TEXT = {
    "MessageSid": "SM" + "b" * 32,
    "AccountSid": ENVIRONMENT["TWILIO_ACCOUNT_SID"],
    "From": CALLER,
    "To": CALLED,
    "Body": "折り返しください",
}


def signed(path: str, fields: Mapping[str, Any], *, token: str = TOKEN) -> dict[str, str]:
    """The headers of a form that is posted to ``path``."""
    signature_ = signature.sign(PUBLIC_URL + path, MultiDict(fields), token)
    return {signature.SIGNATURE_HEADER: signature_}


def post(client: FlaskClient, path: str, **changed: Any) -> TestResponse:
    """Post a signed webhook about the one call, with some fields changed; None leaves one out."""
    base = TEXT if path.startswith("/twilio/sms") else RING
    fields = {name: value for name, value in {**base, **changed}.items() if value is not None}
    return client.post(path, data=fields, headers=signed(path, fields))


def verbs(answer: TestResponse) -> list[str]:
    """What a document asks for, in order."""
    return [verb.tag for verb in ET.fromstring(answer.data)]


def dialled(answer: TestResponse) -> list[str]:
    """The phones that a document rings."""
    return [number.text or "" for number in ET.fromstring(answer.data).iter("Number")]


def words(answer: TestResponse) -> str:
    """All that is said, in one line."""
    said = (" ".join(say.itertext()) for say in ET.fromstring(answer.data).iter("Say"))
    return " ".join(" ".join(said).split())

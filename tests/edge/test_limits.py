"""A request that is too large or too deep is refused quickly, before anything is opened."""

import io
import time

import pytest

from hotline.edge.limits import DEPTH, FIELDS

MEGABYTE = 1024 * 1024
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def post(trial, token_of):
    """``post(body, content_type)`` sends a body to a view that only counts it."""
    headers = token_of("operator")

    def sent(body: bytes, content_type: str = "application/json"):
        return trial.post(
            "/api/v1/trial/echo", data=body, content_type=content_type, headers=headers
        )

    return sent


def nested(depth: int, opening: str = "[", closing: str = "]") -> bytes:
    return (opening * depth + closing * depth).encode()


def test_s_27_json_may_be_as_deep_as_the_limit(post):
    assert post(nested(DEPTH)).status_code == 200


REFUSED = {
    "too deep": nested(DEPTH + 1),
    "much too deep": nested(100_000),
    "deep objects": b'{"a":' * (DEPTH + 1) + b"1" + b"}" * (DEPTH + 1),
    "deep and never closed": b"[" * 1_000_000,
    "a string that never ends": b'"' + b'\\"' * 900_000,
    "a backslash at the end": b'["a\\',
    "brackets only": b"]]]][[[[",
    "a number of 5,000 digits": b'{"a":' + b"9" * 5000 + b"}",
    "no number": b'{"a": NaN}',
    "infinity": b'{"a": -Infinity}',
    "no JSON": b"{]",
    "no UTF-8": b'{"a": "\xff"}',
    "a comment": b"{} // x",
}


@pytest.mark.parametrize("body", REFUSED.values(), ids=REFUSED)
def test_s_27_json_nobody_can_use_is_400(post, body):
    began = time.monotonic()
    answer = post(body)

    assert answer.status_code == 400
    assert time.monotonic() - began < 2


@pytest.mark.parametrize("text", ["[" * 50, "{" * 50 + '\\"', "]" * 50])
def test_brackets_in_a_text_are_text(post, text):
    assert post(f'{{"a": "{text}"}}'.encode()).json["json"] is True


def test_an_empty_body_is_no_broken_json(post):
    assert post(b"").status_code == 200


@pytest.mark.parametrize("kind", ["application/vnd.api+json", "text/x-json"])
def test_s_27_json_by_another_name_is_checked_too(post, kind):
    assert post(nested(DEPTH + 1), kind).status_code == 400


def test_s_27_a_form_may_have_a_thousand_fields(post):
    assert post(b"&".join(b"a=1" for _ in range(FIELDS)), FORM).json["fields"] == 1


def test_s_27_more_fields_are_413(post):
    assert post(b"&" * FIELDS, FORM).status_code == 413


@pytest.mark.parametrize("kind", [FORM, "application/json", "text/plain", "multipart/form-data"])
def test_s_27_more_than_two_megabytes_are_413(post, kind):
    assert post(b"a" * (2 * MEGABYTE + 1), kind).status_code == 413


def multipart(parts: int) -> bytes:
    one = b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n'
    return one * parts + b"--x--\r\n"


@pytest.mark.parametrize(("parts", "status"), [(100, 200), (101, 413), (20_000, 413)])
def test_s_27_a_form_has_a_hundred_parts_at_most(post, parts, status):
    began = time.monotonic()
    answer = post(multipart(parts), "multipart/form-data; boundary=x")

    assert answer.status_code == status
    assert time.monotonic() - began < 2


@pytest.mark.parametrize("kind", ["multipart/form-data", "multipart/form-data; boundary="])
def test_a_form_without_a_boundary_is_no_trouble(post, kind):
    assert post(b"\r" * MEGABYTE, kind).status_code < 500


class Sender(io.BytesIO):
    """A body that notes how many statements had been sent when it was read."""

    def __init__(self, body: bytes, sent: list[str]) -> None:
        super().__init__(body)
        self.sent, self.noted = sent, []

    def read(self, *size: int) -> bytes:
        self.noted.append(len(self.sent))
        return super().read(*size)

    def readinto(self, buffer: bytearray) -> int:
        self.noted.append(len(self.sent))
        return super().readinto(buffer)


def test_a_body_is_read_before_the_transaction_begins(client, token_of, statements):
    """A slow sender must not hold the place of the only writer."""
    headers = token_of("operator")
    with statements() as sent:
        slow = Sender(b"{}", sent)
        answer = client.post(
            "/api/v1/tickets",
            input_stream=slow,
            content_length=2,
            content_type="application/json",
            headers=headers,
        )

    assert (answer.status_code, len(sent) > 0) == (422, True)
    assert set(slow.noted) == {0}

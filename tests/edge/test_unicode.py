"""What people type is kept as they meant it, or refused with a sentence: never a 500."""

import json
import unicodedata

import pytest
from sqlalchemy import select

from hotline.db import db
from hotline.tickets.models import Ticket

CALL = {"line": "jnx", "case_types": ["ransom"]}
REFUSED = {
    "NUL": "a\0b",
    "ESC": "a\x1b[31mb",
    "bell": "a\x07",
    "C1": "a\x9bb",
    "a lone surrogate": "\ud842",
    "a bidi override": "a\u202eb",
    "a bidi isolate": "a\u2066b",
}
KEPT = {
    "four bytes": "𠮷野家",
    "a variant": "葛\U000e0100飾",
    "a joined emoji": "👩\u200d🔧",
    "half width kana": "ｶﾅ",
    "full width digits": "１２３",
    "round symbols": "㈱①",
    "arabic": "مرحبا",
    "markup": "<script>alert(1)</script>",
    "a template": "{{7*7}}${7*7}<%=7*7%>",
    "sql": "'; DROP TABLE tickets; --",
    "a formula": "=HYPERLINK(1)",
    "percent": "100%s %(a)s %n",
}
FIELDS = ("caller.company", "caller.name", "summary")
SINGLE_LINES = ("caller.company", "caller.name", "caller.phone", "caller.email", "member_number")
EVERY = (*SINGLE_LINES, "summary", "line", "severity", "case_types")
TURNING = ("a bidi override", "a bidi isolate")
"""Refused in names; in a text of several lines they may be part of a language."""


@pytest.fixture
def send(client, token_of):
    """``send(body)`` posts a ticket, also with letters that no encoding has."""
    headers = token_of("operator")

    def post(body: dict):
        data = json.dumps(body)  # As escapes: half a letter can only be sent so.
        return client.post(
            "/api/v1/tickets", data=data, content_type="application/json", headers=headers
        )

    return post


def call(field: str, value: object) -> dict:
    """A call with ``value`` in one field."""
    outer, _, inner = field.partition(".")
    if outer == "case_types":
        return {**CALL, outer: [value]}
    return {**CALL, outer: {inner: value} if inner else value}


def answered(body: dict, field: str) -> str:
    outer, _, inner = field.partition(".")
    return body[outer][inner] if inner else body[outer]


@pytest.mark.parametrize("field", EVERY)
@pytest.mark.parametrize("kind", REFUSED)
def test_s_19_what_nobody_can_read_is_refused_beside_its_field(send, field, kind):
    answer = send(call(field, REFUSED[kind]))
    refused = 201 if field == "summary" and kind in TURNING else 422

    assert answer.status_code == refused
    assert refused == 201 or answer.json["errors"]


@pytest.mark.parametrize("name", [*REFUSED.values(), *KEPT.values()], ids=[*REFUSED, *KEPT])
def test_a_field_with_any_name_is_only_unknown(send, name):
    answer = send({**CALL, name: "1"})

    assert (answer.status_code, answer.content_type) == (400, "application/problem+json")


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("text", KEPT.values(), ids=KEPT)
def test_s_19_rare_letters_and_hostile_words_are_only_text(operator, field, text):
    answer = operator("POST", "/api/v1/tickets", call(field, text))

    assert answer.status_code == 201
    assert answered(answer.json, field) == text


@pytest.mark.parametrize("field", FIELDS)
def test_s_19_text_is_kept_composed(operator, field):
    typed = unicodedata.normalize("NFD", "がぎぐパピプé")
    answer = operator("POST", "/api/v1/tickets", call(field, typed))

    assert answered(answer.json, field) == "がぎぐパピプé"


def test_s_19_full_width_digits_of_a_telephone_are_folded_for_searching(operator):
    operator("POST", "/api/v1/tickets", call("caller.phone", "０３（５４２２）６３５１"))
    kept = db.session.execute(select(Ticket.caller_phone, Ticket.phone_key)).one()

    assert tuple(kept) == ("０３（５４２２）６３５１", "0354226351")


@pytest.mark.parametrize("field", EVERY)
def test_a_field_of_20_000_letters_is_refused_or_kept_whole(operator, field):
    answer = operator("POST", "/api/v1/tickets", call(field, "あ" * 20_000))

    assert answer.status_code == 422 or answered(answer.json, field) == "あ" * 20_000


@pytest.mark.parametrize("field", EVERY)
@pytest.mark.parametrize("value", [5, 1.5, True, {}, [], [[]], None], ids=repr)
def test_what_is_no_text_never_breaks_anything(operator, field, value):
    assert operator("POST", "/api/v1/tickets", call(field, value)).status_code in (201, 422)


@pytest.mark.parametrize("name", ["day", "time", "line"])
@pytest.mark.parametrize("text", [*REFUSED.values(), *KEPT.values()], ids=[*REFUSED, *KEPT])
def test_the_calendar_page_takes_any_text(client, name, text):
    query = {"day": "2026-12-30", "time": "22:15", "line": "jnx"}
    try:
        answer = client.get("/calendar", query_string={**query, name: text})
    except UnicodeEncodeError:  # A lone surrogate cannot be written into an address at all.
        answer = client.get("/calendar?day=%ED%A1%82&time=22:15")

    assert answer.status_code in (200, 422)
    assert "<script>alert" not in answer.text


@pytest.mark.parametrize("digits", ["２０２６/１２/３０", "2026年12月30日"])
def test_full_width_dates_are_understood(client, digits):
    answer = client.get("/calendar", query_string={"day": digits, "time": "２２：１５"})

    assert answer.status_code == 200


@pytest.mark.parametrize("day", ["2026-02-31", "2026-13-01", "0000-01-01", "9999-12-31", "-1", ""])
def test_a_day_that_does_not_exist_is_said_beside_its_field(client, day):
    answer = client.get("/calendar", query_string={"day": day, "time": "9:00"})

    assert answer.status_code == 422
    assert 'id="day-error"' in answer.text or "is-invalid" in answer.text

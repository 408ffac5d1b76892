"""GET and POST of calls."""

import base64
from datetime import datetime, timedelta

import pytest

from hotline.calls import queries
from hotline.calls.rules import Status
from hotline.transaction import transaction
from tests import builders
from tests.builders import NOON

FORGED_CURSORS = [
    b"2026-01-01T00:00:00+09:00 99999999999999999999999",
    b"2026-01-01T00:00:00+09:00 -1",
    b"0001-01-01T00:00:00+09:00 1",
    b"2026-01-01T00:00:00 1",
    b"\xff",
]

CALL = {"line": "jnx", "from": "03-5422-6351", "received_at": "2025-12-30T22:15:00+09:00"}


def test_a_call_entered_by_hand_keeps_its_true_time(operator):
    answer = operator("POST", "/api/v1/calls", CALL)

    assert answer.status_code == 201
    assert answer.json["received_at"] == "2025-12-30T22:15:00+09:00"
    assert (answer.json["status"], answer.json["from"]) == ("done", "03-5422-6351")


def test_a_call_may_be_entered_for_its_ticket(operator):
    with transaction():
        number = builders.ticket().number
    answer = operator("POST", "/api/v1/calls", {**CALL, "ticket": number})

    assert answer.json["ticket"] == number
    assert operator("GET", "/api/v1/calls").json["items"][0]["ticket"] == number


def test_a_call_for_a_ticket_that_is_not_there_is_missing(operator):
    assert operator("POST", "/api/v1/calls", {**CALL, "ticket": "123"}).status_code == 404
    assert queries.count() == 0


def test_the_same_key_enters_one_call(operator):
    first = operator("POST", "/api/v1/calls", CALL, Idempotency_Key="one")
    second = operator("POST", "/api/v1/calls", CALL, Idempotency_Key="one")

    assert first.json == second.json
    assert queries.count() == 1


@pytest.mark.parametrize(
    "changed",
    [
        {"received_at": "2999-01-01T00:00:00+09:00"},
        {"received_at": "2025-12-30T22:15:00"},
        {"received_at": "yesterday"},
        {"line": "moon"},
        {"line": None},
        {"from": "03\u0000"},
        {"from": "9" * 20_000},
        {"from": ["03"]},
    ],
)
def test_what_cannot_be_used_is_refused_and_changes_nothing(operator, changed):
    answer = operator("POST", "/api/v1/calls", {**CALL, **changed})

    assert answer.status_code == 422
    assert answer.content_type == "application/problem+json"
    assert queries.count() == 0


@pytest.mark.parametrize(
    "changed", [{"from": "03\u0000"}, {"line": "moon"}, {"received_at": "2999-01-01T00:00:00Z"}]
)
def test_what_is_wrong_is_named_as_it_was_sent(operator, changed):
    answer = operator("POST", "/api/v1/calls", {**CALL, **changed})

    assert set(answer.json["errors"]) == set(changed)


def test_a_field_we_do_not_know_is_refused(operator):
    assert operator("POST", "/api/v1/calls", {**CALL, "status": "missed"}).status_code == 400
    assert queries.count() == 0


def test_the_list_goes_on_with_its_cursor(operator):
    with transaction():
        for minute in range(5):
            builders.call(received_at=NOON + timedelta(minutes=minute))
    first = operator("GET", "/api/v1/calls?limit=3").json
    rest = operator("GET", f"/api/v1/calls?limit=3&cursor={first['next_cursor']}").json

    times = [datetime.fromisoformat(one["received_at"]) for one in first["items"] + rest["items"]]
    assert times == [NOON + timedelta(minutes=minute) for minute in (4, 3, 2, 1, 0)]
    assert rest["next_cursor"] is None


def test_the_list_can_be_asked_for_a_status_and_a_time(operator):
    with transaction():
        builders.call(status=Status.MISSED)
        old = builders.call(status=Status.MISSED, received_at=NOON - timedelta(days=1))
        builders.call()
    since = "2026-11-04T12:00:00%2B09:00"
    found = operator("GET", f"/api/v1/calls?status=missed&since={since}").json["items"]

    assert len(found) == 1
    assert found[0]["id"] != old.id


@pytest.mark.parametrize(
    "query",
    [
        "status=lost",
        "since=today",
        "cursor=%00",
        "cursor=x",
        "limit=0",
        "limit=1e9",
        "since=0001-01-01T00:00:00%2B09:00",
    ],
)
def test_a_question_that_makes_no_sense_is_refused(operator, query):
    assert operator("GET", f"/api/v1/calls?{query}").status_code == 422


@pytest.mark.parametrize("cursor", FORGED_CURSORS)
def test_a_cursor_we_did_not_make_is_refused(operator, cursor):
    made = base64.urlsafe_b64encode(cursor).decode()

    assert operator("GET", f"/api/v1/calls?cursor={made}").status_code == 422


@pytest.mark.parametrize("role", ["member", "vendor", "administrator"])
def test_only_staff_who_read_cases_see_calls(as_role, role):
    assert as_role(role)("GET", "/api/v1/calls").status_code == 403


def test_the_auditor_reads_and_does_not_write(as_role):
    auditor = as_role("auditor")

    assert auditor("GET", "/api/v1/calls").status_code == 200
    assert auditor("POST", "/api/v1/calls", CALL).status_code == 403


def test_nobody_without_a_token_sees_calls(client):
    assert client.get("/api/v1/calls").status_code == 401

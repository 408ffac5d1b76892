"""GET of promises, and keeping or moving one."""

from datetime import timedelta

import pytest

from hotline.transaction import transaction
from tests import builders
from tests.builders import NOON

LATER = "2026-11-05T10:00:00+09:00"


def test_promises_are_listed_first_due_first(operator):
    with transaction():
        for hours in (3, 1, 2):
            builders.ticket(received_at=NOON - timedelta(hours=hours))
    due = [one["due_at"] for one in operator("GET", "/api/v1/followups").json["items"]]

    assert due == sorted(due)


def test_the_list_goes_page_by_page(operator):
    with transaction():
        [builders.ticket() for _ in range(3)]
    first = operator("GET", "/api/v1/followups?limit=2").json
    rest = operator("GET", f"/api/v1/followups?limit=2&cursor={first['next_cursor']}").json

    assert [len(first["items"]), len(rest["items"])] == [2, 1]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?status=pending", 1),
        ("?status=done", 0),
        ("?due_before=2026-11-04T12:00:01%2B09:00", 1),
        ("?due_before=2026-11-04T12:00:00%2B09:00", 0),
    ],
)
def test_the_list_is_filtered(operator, query, found):
    with transaction():
        builders.ticket()

    assert len(operator("GET", f"/api/v1/followups{query}").json["items"]) == found


def test_a_promise_past_its_grace_is_late(operator, at, promise):
    with at("2026-11-04T12:15:01+09:00"):
        (late,) = operator("GET", "/api/v1/followups").json["items"]

    assert late["late"] is True


def test_a_promise_is_kept(operator, promise):
    answer = operator("POST", f"/api/v1/followups/{promise.id}/done")

    assert (answer.status_code, answer.json["status"]) == (200, "done")


def test_a_promise_cannot_be_kept_twice(operator, promise):
    operator("POST", f"/api/v1/followups/{promise.id}/done")
    answer = operator("POST", f"/api/v1/followups/{promise.id}/done")

    assert answer.status_code == 409
    assert answer.content_type == "application/problem+json"


def test_the_same_key_keeps_it_once_and_answers_alike(operator, promise):
    path = f"/api/v1/followups/{promise.id}/done"
    answers = [operator("POST", path, Idempotency_Key="k") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].json == answers[1].json


def test_a_moved_promise_is_answered_with_the_new_one(operator, promise, at):
    move = {"due_at": LATER, "reason": "先方の希望"}
    with at("2026-11-04T13:00:00+09:00"):
        answer = operator("POST", f"/api/v1/followups/{promise.id}/move", move)

    assert (answer.json["due_at"], answer.json["status"]) == (LATER, "pending")
    assert answer.json["id"] != promise.id


@pytest.mark.parametrize(
    ("move", "field"),
    [
        ({"due_at": "2020-01-01T00:00:00+09:00", "reason": "x"}, "due_at"),
        ({"due_at": LATER, "reason": " "}, "reason"),
        ({"due_at": "2026-11-05T10:00", "reason": "x"}, "due_at"),
        ({"reason": "x"}, "due_at"),
    ],
)
def test_a_move_names_what_is_missing(operator, promise, move, field):
    answer = operator("POST", f"/api/v1/followups/{promise.id}/move", move)

    assert answer.status_code == 422
    assert field in answer.json["errors"]


@pytest.mark.parametrize("path", ["done", "move"])
def test_a_promise_that_does_not_exist_is_404(operator, path):
    body = {"due_at": "2999-01-01T00:00:00+09:00", "reason": "x"} if path == "move" else None

    assert operator("POST", f"/api/v1/followups/99/{path}", body).status_code == 404


@pytest.fixture
def promise(app):
    """A promise that is due at noon."""
    with transaction():
        return builders.promise_of(builders.ticket())

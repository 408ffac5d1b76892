"""Where one is signed in, and the tokens of one's own programs."""

import re
from datetime import timedelta

import pytest

from hotline import clock
from hotline.people import queries
from hotline.people import service as people
from hotline.people.rules import Role
from hotline.sessions import service as sessions
from hotline.transaction import transaction
from tests.web.accounts import NOW, PASSWORD, person, signed_in_as, told
from tests.web.forms import form_token, send, sign_in


def sessions_on(client) -> int:
    """How many sessions the account page lists."""
    return client.get("/me").text.count("/me/sessions/")


def test_the_list_says_in_words_where_one_is_signed_in(app, client):
    made = person(Role.MEMBER)
    windows = {"User-Agent": "Mozilla/5.0 (Windows NT 10.0) Chrome/150.0 Safari/537.36 <b>"}
    fields = {"email": made.email, "password": PASSWORD, "csrf_token": form_token(client)}
    client.post("/sign-in", data=fields, headers=windows)
    page = client.get("/me").text

    assert "Chrome（Windows）" in page
    assert "127.0.0.1" in page
    assert "このブラウザー" in page
    assert "<b>/5.0" not in page


def test_one_session_is_ended_and_it_must_be_one_s_own(app, client):
    made = signed_in_as(client)
    other, foreign = app.test_client(), app.test_client()
    theirs = sign_in(other, made)
    stranger = sign_in(foreign, person(Role.MEMBER, email="other@example.jp"))
    missing = [
        send(client, f"/me/sessions/{name}/end").status_code
        for name in (sessions.hashed(stranger)[:16], "x", sessions.hashed(theirs))
    ]
    ended = send(client, f"/me/sessions/{sessions.hashed(theirs)[:16]}/end")

    assert missing == [404] * 3
    assert ended.location == "/me#sessions-h"
    assert other.get("/me").status_code == 302
    assert (client.get("/me").status_code, foreign.get("/me").status_code) == (200, 200)


def test_one_signs_out_everywhere_else(app, client):
    made = signed_in_as(client)
    other = app.test_client()
    sign_in(other, made)
    listed = sessions_on(client)
    send(client, "/me/sign-out-everywhere")

    assert listed == 2
    assert other.get("/me").status_code == 302
    assert sessions_on(client) == 1


MADE = re.compile(r">(hotline_[^<]+)<")


@pytest.mark.parametrize("role", [Role.MEMBER, Role.OPERATOR])
def test_a_token_is_shown_once_and_may_what_its_owner_may(client, role):
    signed_in_as(client, role)
    answer = send(client, "/me/tokens", {"name": "夜間の取込み", "days": "90"})
    token = MADE.search(answer.text)[1]
    headers = {"Authorization": f"Bearer {token}"}
    listed = client.get("/me/tokens").text

    assert client.get("/api/v1/tickets", headers=headers).status_code == 200
    assert "夜間の取込み" in listed
    assert token not in listed
    assert told() == ["token_made"]


def test_a_token_that_is_over_opens_nothing(client, at):
    with at(NOW):
        signed_in_as(client)
        answer = send(client, "/me/tokens", {"name": "x", "days": "30"})
    headers = {"Authorization": f"Bearer {MADE.search(answer.text)[1]}"}
    with at(NOW + timedelta(days=30)):
        assert client.get("/api/v1/tickets", headers=headers).status_code == 401


@pytest.mark.parametrize(
    ("fields", "field"),
    [({"name": ""}, "name"), ({"days": "0"}, "days"), ({"days": ""}, "days")],
)
def test_a_token_without_name_or_end_brings_the_form_again(client, fields, field):
    signed_in_as(client)
    answer = send(client, "/me/tokens", {"name": "x", "days": "90", **fields})

    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text


def test_twenty_tokens_are_enough(client):
    made = signed_in_as(client)
    with transaction():
        for _ in range(20):
            people.create_token(made, now=clock.now())

    assert send(client, "/me/tokens", {"name": "x", "days": "90"}).status_code == 409


def test_a_token_is_revoked_by_its_owner_only(app, client):
    made = signed_in_as(client)
    with transaction():
        token = people.create_token(made, now=clock.now())
    [row] = queries.tokens_of(made.id, now=clock.now())
    other = app.test_client()
    sign_in(other, person(Role.MEMBER, email="other@example.jp"))
    foreign = send(other, f"/me/tokens/{row.id}/revoke")
    own = send(client, f"/me/tokens/{row.id}/revoke")

    assert (foreign.status_code, own.location) == (404, "/me/tokens")
    assert told() == ["token_revoked"]
    assert queries.by_token(token, now=clock.now()) is None

"""The app and its codes: set up, moved and ended by whoever proves to be the owner."""

import re
from datetime import timedelta

import pyotp
import pytest

from hotline import clock
from hotline.people import queries
from hotline.people.rules import Role
from tests.web.accounts import NOW, PASSWORD, again, person, signed_in_as, told
from tests.web.forms import send, sign_in


def set_up_app(client):
    """Go through the pages that set an app up; what the last one answers."""
    begun = send(client, "/me/second-factor")
    page = client.get(begun.location).text
    secret = SECRET.search(page)[1].replace(" ", "")
    fields = {"code": pyotp.TOTP(secret).at(clock.now()), "next": "/me"}
    return send(client, "/sign-in/second-factor", fields)


SECRET = re.compile(r"<code[^>]*>([A-Z2-7 ]+)</code>")


def test_a_member_may_set_an_app_up_and_sees_the_recovery_codes_once(client):
    made = signed_in_as(client)
    answer = set_up_app(client)

    assert len(CODE.findall(answer.text)) == 10
    assert 'href="/me"' in answer.text
    assert again(made).totp_secret is not None
    assert CODE.findall(client.get("/me").text) == []
    assert told() == ["app_set"]


CODE = re.compile(r"<code[^>]*>([2-9A-Z-]{14})</code>")


def test_an_app_moves_to_another_device_and_the_codes_stay(client):
    made = signed_in_as(client, Role.OPERATOR)
    set_up_app(client)
    first = again(made).totp_secret
    answer = set_up_app(client)

    assert answer.location == "/me"
    assert again(made).totp_secret != first
    assert queries.recovery_codes_left(made.id) == 10


def test_a_member_goes_on_without_the_app_and_staff_may_not(app, client):
    made = signed_in_as(client)
    set_up_app(client)
    ended = send(client, "/me/second-factor/end")
    desk = app.test_client()
    sign_in(desk, person(Role.OPERATOR, email="desk@example.jp"))
    set_up_app(desk)
    refused = send(desk, "/me/second-factor/end")

    assert (ended.status_code, again(made).totp_secret) == (303, None)
    assert refused.status_code == 409
    assert 'id="app-error"' in refused.text
    assert "/me/second-factor/end" not in desk.get("/me").text


def test_new_codes_are_shown_once_and_told(client):
    made = signed_in_as(client)
    refused = send(client, "/me/recovery-codes")
    set_up_app(client)
    answer = send(client, "/me/recovery-codes")

    assert (refused.status_code, answer.status_code) == (409, 200)
    assert len(set(CODE.findall(answer.text))) == 10
    assert queries.recovery_codes_left(made.id) == 10
    assert told() == ["app_set", "codes_made"]


SENSITIVE = [
    "/me/second-factor",
    "/me/second-factor/end",
    "/me/recovery-codes",
    "/me/passkeys",
    "/me/passkeys/options",
    "/me/passkeys/1/remove",
    "/me/tokens",
]


@pytest.mark.parametrize("path", SENSITIVE)
def test_a_browser_left_open_does_not_change_how_its_owner_signs_in(client, at, path):
    with at(NOW):
        signed_in_as(client)
    with at(NOW + timedelta(minutes=10)):
        answer = send(client, path, {"name": "x", "days": "90"})

    assert answer.status_code == 422
    assert 'id="proof-error"' in answer.text
    assert told() == []


def test_the_password_opens_it_for_ten_minutes(client, at):
    with at(NOW):
        signed_in_as(client)
    with at(NOW + timedelta(minutes=11)):
        page = client.get("/me").text
        wrong = send(client, "/me/proof", {"proof": "x"})
        right = send(client, "/me/proof", {"proof": PASSWORD, "next": "/me/tokens"})
        opened = send(client, "/me/second-factor")
    with at(NOW + timedelta(minutes=21)):
        closed = send(client, "/me/second-factor")

    assert "/me/proof" in page
    assert (wrong.status_code, right.location) == (422, "/me/tokens")
    assert (opened.status_code, closed.status_code) == (302, 422)


def test_an_app_that_was_begun_is_not_for_who_finds_the_browser_later(client, at):
    with at(NOW):
        made = signed_in_as(client)
        begun = send(client, "/me/second-factor").location
        secret = SECRET.search(client.get(begun).text)[1].replace(" ", "")
    with at(NOW + timedelta(minutes=11)):
        shown = client.get(begun)
        fields = {"code": pyotp.TOTP(secret).at(clock.now())}
        answer = send(client, "/sign-in/second-factor", fields)

    assert (shown.location, answer.location) == ("/me#ways", "/me#ways")
    assert again(made).totp_secret is None
    assert told() == []


def test_the_proof_leads_to_our_own_pages_only(client):
    signed_in_as(client)
    answer = send(client, "/me/proof", {"proof": PASSWORD, "next": "//evil.example"})

    assert answer.location == "/me#ways"

"""One browser is signed in: its cookie and its token change, and end when they should."""

import re
from datetime import timedelta

from hotline.people import queries
from hotline.people import service as people
from hotline.people.rules import Role
from hotline.transaction import transaction
from tests import builders
from tests.web.accounts import EMAIL, NOW, PASSWORD
from tests.web.forms import form_token, send, sign_in
from tests.web.signin.somebody import (
    cookie_of,
    give_code,
    give_password,
    is_signed_in,
    member,
    person,
)


def test_s_07_the_cookie_changes_at_the_password_and_at_the_code(client):
    person()
    before = cookie_of(give_password(client))
    after = cookie_of(give_code(client))

    assert before
    assert after
    assert before != after


def test_s_07_a_cookie_planted_before_is_worth_nothing_after(app, client):
    client.set_cookie("hotline", "planted")
    member()
    give_password(client)
    thief = app.test_client()
    thief.set_cookie("hotline", "planted")

    assert not is_signed_in(thief)


def test_s_07_the_half_open_cookie_is_dead_after_the_code(app, client):
    person()
    half_open = cookie_of(give_password(client)).split(";")[0].split("=")[1]
    give_code(client)
    thief = app.test_client()
    thief.set_cookie("hotline", half_open)

    assert not is_signed_in(thief)
    assert thief.get("/sign-in/code").location == "/sign-in"


def test_s_07_a_copied_cookie_is_dead_after_sign_out(app, client):
    made = member()
    secret = sign_in(client, made)
    thief = app.test_client()
    thief.set_cookie("hotline", secret)
    worked = is_signed_in(thief)
    send(client, "/sign-out")

    assert worked
    assert not is_signed_in(thief)
    assert not is_signed_in(client)


def test_s_07_somebody_disabled_is_out_with_the_next_request(client):
    made = member()
    sign_in(client, made)
    with transaction():
        people.disable(queries.by_id(made.id), by_id=None, now=NOW)

    assert not is_signed_in(client)


def test_s_07_an_idle_session_asks_to_sign_in(client, at):
    made = member()
    with at(NOW):
        sign_in(client, made)
    with at(NOW + timedelta(minutes=31)):
        assert client.get("/me").location == "/sign-in?next=/me"


def test_s_07_a_session_that_is_used_stays_alive_until_12_hours(client, at):
    made = member()
    with at(NOW):
        sign_in(client, made)
    for minutes in range(20, 720, 20):
        with at(NOW + timedelta(minutes=minutes)):
            assert is_signed_in(client)
    with at(NOW + timedelta(hours=12)):
        assert not is_signed_in(client)


def test_a_page_that_was_open_before_learns_who_is_signed_in_and_a_good_token(client):
    with transaction():
        someone = builders.person(Role.OPERATOR)
    nobody = client.get("/sign-in/state").json["person"]
    sign_in(client, someone)
    here = client.get("/sign-in/state").json
    answer = client.post("/language", data={"csrf_token": here["token"], "language": "en"})

    assert (nobody, here["person"]) == (None, someone.id)
    assert answer.status_code == 303


def test_signing_out_twice_is_no_mistake(client):
    assert send(client, "/sign-out").status_code == 302


def test_s_12_a_form_without_our_token_changes_nothing(client):
    member()
    answer = client.post("/sign-in", data={"email": EMAIL, "password": PASSWORD})

    assert answer.status_code == 400
    assert not is_signed_in(client)


def test_s_12_the_token_of_another_browser_is_not_taken(app, client):
    member()
    foreign = form_token(app.test_client())
    form_token(client)
    fields = {"email": EMAIL, "password": PASSWORD, "csrf_token": foreign}

    assert client.post("/sign-in", data=fields).status_code == 400


def test_s_12_the_token_is_a_fresh_one_after_sign_in(client):
    member()
    before = form_token(client)
    give_password(client)
    answer = client.post("/sign-out", data={"csrf_token": before})

    assert answer.status_code == 400


def test_s_12_cookies_are_for_this_site_and_not_for_scripts(client):
    member()
    header = cookie_of(give_password(client))

    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(header.split("; "))
    assert "Domain" not in header


def test_s_12_with_https_cookies_are_secure_and_bound_to_the_host(app, client, monkeypatch):
    settings = app.extensions["hotline.settings"]
    https = settings.model_copy(update={"public_url": "https://localhost"})
    monkeypatch.setitem(app.extensions, "hotline.settings", https)
    member()
    answer = give_password(client)

    for name in ("__Host-hotline", "__Host-known"):
        assert {"Secure", "HttpOnly", "Path=/"} <= set(cookie_of(answer, name).split("; "))


def test_no_token_stands_in_an_address(client):
    member()
    addresses = re.findall(r'(?:href|action)="([^"]*)"', client.get("/sign-in?next=/me").text)

    assert not [one for one in addresses if form_token(client) in one]

"""One's own account: language, colours and password."""

import pytest

from hotline.people.rules import Role
from tests.web.accounts import PASSWORD, again, person
from tests.web.forms import send, sign_in

NEW = {"present": PASSWORD, "password": "another quiet word", "again": "another quiet word"}


def test_everybody_has_an_account_page(client):
    for number, role in enumerate(Role):
        if role is not Role.VENDOR:
            sign_in(client, person(role, email=f"p{number}@example.jp"))

            assert "瀬戸 圭" in client.get("/me").text


def test_the_language_is_remembered_in_the_account(client):
    made = person(Role.MEMBER)
    sign_in(client, made)
    send(client, "/me/language", {"locale": "en"})
    page = client.get("/me").text

    assert again(made).locale == "en"
    assert '<html lang="en"' in page


def test_there_is_no_third_language(client):
    sign_in(client, person(Role.MEMBER))

    assert send(client, "/me/language", {"locale": "fr"}).status_code == 422


@pytest.mark.parametrize(("choice", "shown"), [("dark", "dark"), ("default", "auto")])
def test_the_colours_are_remembered_in_the_account(client, choice, shown):
    sign_in(client, person(Role.MEMBER))
    send(client, "/me/theme", {"theme": choice})
    page = client.get("/me").text

    assert f'data-bs-theme="{shown}"' in page
    assert f'value="{choice}" type="submit" aria-pressed="true"' in page


@pytest.mark.parametrize("choice", ["", "blue", "x" * 9999])
def test_there_are_no_other_colours(client, choice):
    sign_in(client, person(Role.MEMBER))
    answer = send(client, "/me/theme", {"theme": choice})

    assert answer.status_code == 422
    assert "明るい・暗い・標準のどれかを選んでください。" in answer.text


def test_s_07_a_new_password_signs_every_other_browser_out(app, client):
    made = person(Role.MEMBER)
    before = sign_in(client, made)
    other = app.test_client()
    sign_in(other, made)
    answer = send(client, "/me/password", NEW)
    thief = app.test_client()
    thief.set_cookie("hotline", before)

    assert answer.location == "/me#password-h"
    assert client.get("/me").status_code == 200
    assert other.get("/me").status_code == 302
    assert thief.get("/me").status_code == 302


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"present": "x"}, "present"),
        ({"again": "x"}, "again"),
        ({"password": "short", "again": "short"}, "password"),
        ({"password": "keiko at her desk", "again": "keiko at her desk"}, "password"),
    ],
)
def test_a_password_that_cannot_be_taken_changes_nothing(client, fields, field):
    made = person(Role.MEMBER)
    sign_in(client, made)
    before = made.password_hash
    answer = send(client, "/me/password", {**NEW, **fields})

    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert again(made).password_hash == before


def test_a_stolen_browser_has_ten_tries_at_the_password(client):
    sign_in(client, person(Role.MEMBER))
    answers = [send(client, "/me/password", {**NEW, "present": "x"}).status_code for _ in range(11)]

    assert answers == [422] * 10 + [429]

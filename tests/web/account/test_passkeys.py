"""Passkeys of one's own: made, refused, removed, and a proof of who is here."""

from datetime import timedelta

import pytest

from hotline.people import queries
from hotline.people.rules import Role
from tests.authenticator import Authenticator
from tests.web.accounts import NOW, person, signed_in_as, told
from tests.web.forms import send, sign_in


def make_passkey(client, device: Authenticator | None = None, name: str = "机のPC"):
    device = device or Authenticator()
    options = send(client, "/me/passkeys/options")
    return send(client, "/me/passkeys", {"credential": device.make(options.text), "name": name})


def test_a_passkey_is_made_on_the_account_page(client):
    made = signed_in_as(client)
    answer = make_passkey(client)
    page = client.get("/me").text

    assert answer.location == "/me#passkeys-h"
    assert "机のPC" in page
    assert "予備コード" in page
    assert queries.has_second_factor(made)
    assert told() == ["passkey_added"]


@pytest.mark.parametrize(
    ("fields", "status"), [({"name": ""}, 422), ({"credential": "x"}, 409), ({}, 409)]
)
def test_a_passkey_that_cannot_be_kept_brings_the_page_again(client, fields, status):
    signed_in_as(client)
    answer = send(client, "/me/passkeys", {"name": "x", **fields})

    assert answer.status_code == status
    assert 'id="passkey-error"' in answer.text
    assert told() == []


def test_a_passkey_is_removed_by_its_owner_only(app, client):
    made = signed_in_as(client)
    make_passkey(client)
    [passkey] = queries.passkeys_of(made.id)
    other = app.test_client()
    sign_in(other, person(Role.MEMBER, email="other@example.jp"))
    foreign = send(other, f"/me/passkeys/{passkey.id}/remove")
    own = send(client, f"/me/passkeys/{passkey.id}/remove")

    assert (foreign.status_code, own.status_code) == (404, 303)
    assert told() == ["passkey_added", "passkey_removed"]


def test_s_08_the_only_factor_of_staff_stays_and_the_page_says_why(client):
    made = signed_in_as(client, Role.OPERATOR)
    make_passkey(client)
    [passkey] = queries.passkeys_of(made.id)
    answer = send(client, f"/me/passkeys/{passkey.id}/remove")

    assert answer.status_code == 409
    assert 'id="passkey-error"' in answer.text


def test_a_passkey_proves_that_its_owner_is_here(client, at):
    device = Authenticator()
    with at(NOW):
        signed_in_as(client)
        make_passkey(client, device)
    with at(NOW + timedelta(minutes=11)):
        options = send(client, "/me/proof/passkey/options").text
        wrong = send(client, "/me/proof/passkey", {"credential": "x"})
        right = send(client, "/me/proof/passkey", {"credential": device.show(options)})
        opened = send(client, "/me/recovery-codes")

    assert (wrong.status_code, right.location) == (422, "/me#ways")
    assert opened.status_code == 200


def test_a_bare_address_says_why_there_are_no_passkeys(app, client, monkeypatch):
    settings = app.extensions["hotline.settings"]
    bare = settings.model_copy(update={"public_url": "http://127.0.0.1:8000"})
    monkeypatch.setitem(app.extensions, "hotline.settings", bare)
    signed_in_as(client)

    assert "このアドレスではパスキーを使えません" in client.get("/me").text
    assert send(client, "/me/passkeys/options").status_code == 409
    assert "data-passkey" not in client.get("/sign-in").text

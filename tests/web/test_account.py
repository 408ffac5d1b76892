"""One's own account: every way to sign in, where one is signed in, and tokens."""

import re
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from sqlalchemy import select

from hotline import clock
from hotline.db import db
from hotline.notices.models import Notice
from hotline.people import queries
from hotline.people import service as people
from hotline.people.models import Person
from hotline.people.rules import Account, Role
from hotline.sessions import service as sessions
from hotline.transaction import transaction
from tests.authenticator import Authenticator
from tests.web.forms import form_token, send, sign_in

NOW = datetime(2026, 11, 4, 3, 0, tzinfo=UTC)
PASSWORD = "quiet harbour light"
NEW = {"present": PASSWORD, "password": "another quiet word", "again": "another quiet word"}


def person(*roles: Role, email: str = "keiko@example.jp") -> Person:
    number = "JNX-1" if Role.MEMBER in roles else None
    given = Account(email, "瀬戸 圭", frozenset(roles), member_number=number)
    with transaction():
        made = people.invite(given, by_id=None, now=NOW - timedelta(days=1))
        people.set_password(made, PASSWORD, common=frozenset(), now=NOW)
    return made


def sessions_on(client) -> int:
    """How many sessions the account page lists."""
    return client.get("/me").text.count("/me/sessions/")


def again(made: Person) -> Person:
    """The person as the database has it now."""
    db.session.rollback()
    db.session.expire_all()
    return queries.by_id(made.id)


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


def told() -> list[str]:
    """What owners of accounts were told, in the order in which it happened."""
    db.session.rollback()
    changes = select(Notice).where(Notice.kind == "account_changed").order_by(Notice.id)
    return [one.facts["change"] for one in db.session.scalars(changes)]


def signed_in_as(client, *roles: Role) -> Person:
    made = person(*(roles or [Role.MEMBER]))
    sign_in(client, made)
    return made


def set_up_app(client):
    """Go through the pages that set an app up; what the last one answers."""
    begun = send(client, "/me/second-factor")
    page = client.get(begun.location).text
    secret = SECRET.search(page)[1].replace(" ", "")
    fields = {"code": pyotp.TOTP(secret).at(clock.now()), "next": "/me"}
    return send(client, "/sign-in/second-factor", fields)


SECRET = re.compile(r"<code[^>]*>([A-Z2-7 ]+)</code>")


# The app and the codes


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


# The proof


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


# Passkeys


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


# Sessions


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


# Tokens


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

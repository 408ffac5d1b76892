"""Signing in with a passkey: alone, or after the password; every wrong one looks the same."""

import json

import pytest
from sqlalchemy import select

from hotline.db import db
from hotline.notices.models import Notice
from hotline.people import queries, rules
from hotline.people import service as people
from hotline.people.models import Person
from hotline.people.rules import Role
from hotline.transaction import transaction
from tests.authenticator import PRESENT, Authenticator
from tests.web.accounts import NOW, person
from tests.web.forms import send
from tests.web.signin.somebody import anonymous, give_password, is_signed_in

HERE = rules.Site("localhost", "http://localhost")


def device_of(made: Person, **facts: object) -> Authenticator:
    """A device with a passkey of this person."""
    device = Authenticator(**facts)
    with transaction():
        whose = queries.by_id(made.id)
        asked = people.ask_for_new_passkey(whose, HERE, label="x", now=NOW)
        people.add_passkey(whose, device.make(asked), "机のPC", HERE, now=NOW)
    return device


def show(client, device: Authenticator, step: str = "/sign-in/passkey", **more: str):
    options = send(client, f"{step}/options")
    return send(client, step, {"credential": device.show(options.text), **more})


@pytest.fixture(autouse=True)
def clock_stands(at):
    with at(NOW):
        yield


def test_s_08_a_passkey_alone_signs_staff_in(client):
    device = device_of(person())
    answer = show(client, device, next="/me?x=1")

    assert answer.location == "/me?x=1"
    assert is_signed_in(client)


def test_s_07_a_passkey_gives_the_browser_a_new_session(app, client):
    device = device_of(person())
    client.set_cookie("hotline", "planted")
    show(client, device)
    thief = app.test_client()
    thief.set_cookie("hotline", "planted")

    assert is_signed_in(client)
    assert not is_signed_in(thief)


def test_what_the_browser_is_asked_names_nobody(client):
    device_of(person())
    asked = send(client, "/sign-in/passkey/options")

    assert asked.content_type == "application/json"
    assert json.loads(asked.text)["allowCredentials"] == []
    assert json.loads(asked.text)["userVerification"] == "required"


def test_s_12_nothing_is_asked_for_without_our_token(client):
    assert client.post("/sign-in/passkey/options").status_code == 400


def test_every_passkey_that_proves_nothing_gets_the_same_bytes(client):
    made, gone = person(), person(email="gone@example.jp")
    unverified = device_of(made)
    unverified.flags = PRESENT
    disabled = device_of(gone, credential_id=b"another")
    with transaction():
        people.disable(queries.by_id(gone.id), by_id=None, now=NOW)
    answers = [
        show(client, device)
        for device in (
            unverified,
            disabled,
            Authenticator(credential_id=b"never was"),
            Authenticator(origin="https://evil.example"),
        )
    ]
    answers.append(send(client, "/sign-in/passkey", {"credential": "x"}))

    assert {answer.status_code for answer in answers} == {422}
    assert len({anonymous(answer.text) for answer in answers}) == 1
    assert not is_signed_in(client)


def test_a_copied_passkey_is_refused_and_its_owner_and_administrators_told(client):
    made = person()
    device = device_of(made, count=7)
    answer = show(client, device)
    [notice, *alarms] = db.session.scalars(select(Notice).order_by(Notice.id)).all()

    assert answer.status_code == 422
    assert (notice.person_id, notice.facts) == (made.id, {"change": "passkey_copied"})
    assert [one.audience for one in alarms] == ["alert", "administrator"]
    assert {(one.kind, one.facts["person"]) for one in alarms} == {("passkey_copied", made.id)}


def test_s_10_fifty_failures_from_one_address_slow_passkeys_down(client):
    for number in range(50):
        device = Authenticator(credential_id=f"nobody {number}".encode())
        send(client, "/sign-in/passkey", {"credential": device.show('{"challenge": "eA"}')})

    assert show(client, device_of(person())).status_code == 429


# After the password


def test_a_passkey_is_the_second_factor_of_whoever_has_no_app(client):
    device = device_of(person())
    first = give_password(client)
    page = client.get(first.location).text
    half_way = is_signed_in(client)
    second = show(client, device, "/sign-in/code/passkey", next="/me")

    assert first.location == "/sign-in/code"
    assert "/sign-in/code/passkey" in page
    assert 'id="code"' not in page
    assert not half_way
    assert second.location == "/me"
    assert is_signed_in(client)


def test_s_08_a_member_with_a_passkey_is_asked_for_it(client):
    device_of(person(Role.MEMBER))

    assert give_password(client).location == "/sign-in/code"
    assert not is_signed_in(client)
    assert client.get("/sign-in/second-factor").location == "/sign-in"


def test_the_passkey_of_somebody_else_does_not_do(client):
    device_of(person())
    other = device_of(person(email="other@example.jp"), credential_id=b"another")
    give_password(client)
    answer = show(client, other, "/sign-in/code/passkey")

    assert answer.status_code == 422
    assert 'id="passkey-error"' in answer.text
    assert not is_signed_in(client)


def test_without_a_password_there_is_no_second_step(client):
    options = send(client, "/sign-in/code/passkey/options")
    answer = send(client, "/sign-in/code/passkey", {"credential": "x"})

    assert (options.status_code, answer.location) == (409, "/sign-in")

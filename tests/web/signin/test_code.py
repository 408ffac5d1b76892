"""The second step: a code, a device that is set up, and the codes for the day it is lost."""

import re

import pyotp
import pytest
from sqlalchemy import delete

from hotline import clock
from hotline.db import db
from hotline.edge import keys
from hotline.people import queries
from hotline.people import service as people
from hotline.people.models import Person, RecoveryCode
from hotline.transaction import transaction
from tests.web.accounts import NOW, told
from tests.web.forms import send
from tests.web.signin.somebody import give_code, give_password, is_signed_in, person


def test_after_the_password_the_code_is_asked_for(client):
    person()
    give_password(client)
    page = client.get("/sign-in/code").text

    assert 'autocomplete="one-time-code"' in page


def test_s_08_a_wrong_code_brings_the_form_again(client):
    person()
    give_password(client)
    answer = give_code(client, "000000")

    assert answer.status_code == 422
    assert 'id="code-error"' in answer.text


def test_s_08_a_code_that_was_used_is_not_taken_again(client, app):
    person()
    give_password(client)
    give_code(client)
    other = app.test_client()
    give_password(other)

    assert give_code(other).status_code == 422
    assert not is_signed_in(other)


def test_s_08_after_five_wrong_codes_one_begins_with_the_password(client):
    person()
    give_password(client)
    answers = [give_code(client, "000000") for _ in range(5)]

    assert [answer.status_code for answer in answers] == [422] * 4 + [302]
    assert answers[-1].location == "/sign-in"
    assert give_code(client).location == "/sign-in"
    assert not is_signed_in(client)


def test_no_code_is_asked_from_somebody_without_a_password(client):
    assert client.get("/sign-in/code").location == "/sign-in"
    assert give_code(client).location == "/sign-in"


def test_the_first_sign_in_of_staff_sets_the_device_up(client):
    person(factor=False)
    give_password(client)
    page = client.get("/sign-in/second-factor").text
    secret = re.search(r"<code[^>]*>([A-Z2-7 ]+)</code>", page)[1].replace(" ", "")
    wrong = send(client, "/sign-in/second-factor", {"code": "abc"})
    right = send(client, "/sign-in/second-factor", {"code": pyotp.TOTP(secret).at(clock.now())})

    assert "data:image/svg+xml;base64," in page
    assert wrong.status_code == 422
    assert len(set(RECOVERY.findall(right.text))) == 10
    assert is_signed_in(client)


RECOVERY = re.compile(r"<code[^>]*>([2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4})</code>")


def codes_of(made: Person) -> list[str]:
    with transaction():
        return people.make_codes(queries.by_id(made.id), keys.cipher(), now=NOW)


@pytest.mark.parametrize("field", ["recovery", "code"])
def test_a_recovery_code_lets_somebody_in_once_and_the_owner_is_told(app, client, field):
    made = person()
    code = codes_of(made)[0]
    give_password(client)
    first = send(client, "/sign-in/code", {field: code.lower()})
    other = app.test_client()
    give_password(other)
    second = send(other, "/sign-in/code", {field: code})

    assert first.location == "/"
    assert "予備コードはあと9個" in client.get("/me").text
    assert second.status_code == 422
    assert f'id="{field}-error"' in second.text
    assert told() == ["code_used"]


def test_the_last_recovery_code_asks_for_new_ones(client):
    made = person()
    code, *others = codes_of(made)
    kept = {keys.cipher().digests(f"{made.id}:{one.replace('-', '')}")[0] for one in others}
    with transaction():
        db.session.execute(delete(RecoveryCode).where(RecoveryCode.code_hash.in_(kept)))
    give_password(client)
    send(client, "/sign-in/code", {"recovery": code})

    assert "最後の予備コード" in client.get("/me").text


def test_a_password_alone_cannot_set_up_a_second_device(client):
    person()
    give_password(client)

    assert client.get("/sign-in/second-factor").location == "/sign-in"
    assert send(client, "/sign-in/second-factor", {"code": "1"}).status_code == 409


def test_nobody_sets_a_device_up_without_a_password(client):
    assert client.get("/sign-in/second-factor").location == "/sign-in"
    assert send(client, "/sign-in/second-factor", {"code": "1"}).location == "/sign-in"

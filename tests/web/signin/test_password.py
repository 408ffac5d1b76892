"""The password opens the door, tells nothing to whoever guesses, and leads to our own pages."""

import statistics
import time

import pytest
from argon2 import PasswordHasher

from hotline.people import queries
from hotline.people.rules import Role
from hotline.people.service import passwords
from hotline.sessions.models import SignedIn
from tests.web.accounts import EMAIL
from tests.web.signin.somebody import (
    anonymous,
    cookie_of,
    count,
    give_code,
    give_password,
    is_signed_in,
    member,
    person,
)

HOSTILE = [
    "https://evil.example",
    "http://evil.example/",
    "//evil.example",
    "///evil.example",
    "////evil.example/%2f..",
    "/\\evil.example",
    "\\\\evil.example",
    "\\/evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "\r\n//evil.example",
    " //evil.example",
    "\u3000//evil.example",
    "javascript:alert(1)",
    "https:evil.example",
    "http:///evil.example",
    "evil.example",
    "@evil.example",
    "/\x00/evil.example",
    "/／evil.example",
]


def test_the_page_begins_with_the_number_to_call(client):
    page = client.get("/sign-in").text

    assert page.index("0120-066-318") < page.index('name="password"')


def test_password_and_code_sign_somebody_in(client):
    person()
    first = give_password(client)
    half_way = is_signed_in(client)
    second = give_code(client)

    assert (first.status_code, first.location) == (302, "/sign-in/code")
    assert not half_way
    assert (second.status_code, second.location) == (302, "/")
    assert is_signed_in(client)


def test_a_member_signs_in_with_the_password(client):
    member()
    answer = give_password(client)

    assert answer.location == "/"
    assert is_signed_in(client)


def test_s_08_every_staff_role_is_asked_for_a_second_factor(client):
    for number, role in enumerate(sorted(set(Role) - {Role.MEMBER, Role.VENDOR})):
        email = f"staff{number}@example.jp"
        person(role, factor=False, email=email)

        assert give_password(client, email=email).location == "/sign-in/second-factor"


def test_a_wrong_password_brings_the_form_again_with_the_address(client):
    person()
    answer = give_password(client, "not this one")

    assert answer.status_code == 422
    assert 'id="password-error"' in answer.text
    assert f'value="{EMAIL}"' in answer.text
    assert "not this one" not in answer.text


def test_s_09_an_unknown_address_gets_the_same_bytes(client):
    person()
    known = give_password(client, "not this one").text
    unknown = give_password(client, "not this one", email="nobody@example.jp").text

    assert anonymous(known) == anonymous(unknown.replace("nobody@example.jp", EMAIL))


@pytest.mark.slow
def test_s_09_an_unknown_address_takes_the_same_time(app, monkeypatch):
    # Some 40 ms each: enough to see one that is missing, and 60 of them end in time.
    monkeypatch.setattr(passwords, "HASHER", PasswordHasher(3, 16384, 1))
    person()

    took = {EMAIL: [], "nobody@example.jp": []}
    for email in [*took] * 30:  # By turns, so that a busy machine is busy for both.
        began = time.process_time()
        passwords._password_fits(queries.by_email(email), "not this one")
        took[email].append(time.process_time() - began)
    known, unknown = (statistics.median(one) for one in took.values())

    assert abs(known - unknown) <= max(0.020, 0.25 * max(known, unknown))


def test_s_09_known_and_unknown_addresses_cost_one_verification_each(app, monkeypatch):
    person()
    counting = Counting(passwords.HASHER)
    monkeypatch.setattr(passwords, "HASHER", counting)
    for email in (EMAIL, "nobody@example.jp", "\x00"):
        passwords._password_fits(queries.by_email(email), "not this one")

    assert counting.verified == 3


@pytest.mark.parametrize(
    "value", ["", "\x00", "é" * 2000, "\ud7ff", "a" * 100_000, "'; --", "👨‍👩‍👧"]
)
def test_no_typed_value_breaks_the_form(client, value):
    assert give_password(client, value, email=value or "x").status_code == 422


def test_an_address_that_is_sent_twice_signs_nobody_in(client):
    member()

    assert give_password(client, email=[EMAIL, EMAIL]).status_code == 422


@pytest.mark.parametrize("wanted", HOSTILE)
def test_s_14_sign_in_leads_to_our_own_pages_only(client, wanted):
    member()
    shown = client.get("/sign-in", query_string={"next": wanted}).text
    answer = give_password(client, next=wanted)

    assert answer.location == "/"
    assert 'name="next"' not in shown


def test_s_14_sign_in_leads_back_to_where_one_wanted_to_go(client):
    person()
    page = client.get("/me?x=1")
    give_password(client, next="/me?x=1")
    answer = give_code(client, next="/me?x=1")

    assert page.location == "/sign-in?next=/me?x%3D1"
    assert answer.location == "/me?x=1"


def test_the_answer_to_sign_in_carries_no_secret_in_its_body(client):
    member()
    answer = give_password(client)
    secret = cookie_of(answer).split(";")[0].split("=")[1]

    assert secret not in answer.text
    assert count(SignedIn) == 1


class Counting:
    """A hasher that counts how often a password is looked at."""

    def __init__(self, hasher):
        self._hasher = hasher
        self.verified = 0

    def __getattr__(self, name):
        return getattr(self._hasher, name)

    def verify(self, *parts):
        self.verified += 1
        return self._hasher.verify(*parts)

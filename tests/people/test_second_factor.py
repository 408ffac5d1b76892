"""A device is set up, its codes are good once, and it can be lost."""

from datetime import datetime, timedelta

import pyotp
import pytest

from hotline.errors import Refused, Slowed
from hotline.people import queries
from hotline.people import service as people
from hotline.people.models import Person
from hotline.people.service import Checked
from hotline.sessions import service as sessions
from hotline.transaction import transaction
from tests.people.somebody import (
    CIPHER,
    NOW,
    STRANGER,
    actions,
    active,
    signed_in,
    try_password,
    with_factor,
)


def try_code(person: Person, cookie: str, code: str, *, now: datetime = NOW) -> Checked:
    with transaction():
        session = sessions.find(cookie, now=NOW)
        return people.check_code(
            queries.by_id(person.id), code, session, CIPHER, source=STRANGER, now=now
        )


def test_a_device_is_confirmed_by_its_first_code(app):
    person = active()
    totp_secret = with_factor(person)
    stored = queries.by_id(person.id).totp_secret

    assert totp_secret not in stored
    assert CIPHER.decrypt(stored) == totp_secret


def test_a_wrong_first_code_confirms_nothing(app):
    person = active()
    cookie = signed_in(person, complete=False)
    with transaction():
        session = sessions.find(cookie, now=NOW)
        before = people.confirm_second_factor(
            queries.by_id(person.id), session, "000000", CIPHER, now=NOW
        )
        people.offer_second_factor(session, CIPHER)
        after = people.confirm_second_factor(
            queries.by_id(person.id), session, "abc", CIPHER, now=NOW
        )

    assert not before
    assert not after
    assert queries.by_id(person.id).totp_secret is None


def test_a_password_alone_cannot_replace_a_second_factor(app):
    person = active()
    with_factor(person)
    session = sessions.find(signed_in(person, complete=False), now=NOW)
    person = queries.by_id(person.id)
    with pytest.raises(Refused, match="already"), transaction():
        people.confirm_second_factor(person, session, "1", CIPHER, now=NOW)


def test_s_08_a_code_is_good_once(app):
    person = active()
    totp = pyotp.TOTP(with_factor(person))
    later = NOW + timedelta(minutes=1)
    first = try_code(person, signed_in(person, complete=False), totp.at(later), now=later)
    second = try_code(person, signed_in(person, complete=False), totp.at(later), now=later)

    assert (first, second) == (Checked.RIGHT, Checked.USED)


def test_s_08_the_code_that_set_the_device_up_is_used_too(app):
    person = active()
    totp = pyotp.TOTP(with_factor(person))

    assert try_code(person, signed_in(person, complete=False), totp.at(NOW)) is Checked.USED


def test_s_08_five_wrong_codes_end_the_session(app):
    person = active()
    with_factor(person)
    cookie = signed_in(person, complete=False)
    outcomes = [try_code(person, cookie, "000000") for _ in range(5)]

    assert outcomes == [Checked.WRONG] * 4 + [Checked.ENDED]
    assert sessions.find(cookie, now=NOW) is None


def test_a_session_without_tries_takes_no_code_even_the_right_one(app):
    person = active()
    totp = pyotp.TOTP(with_factor(person))
    cookie = signed_in(person, complete=False)
    later = NOW + timedelta(minutes=1)
    with transaction():
        session = sessions.find(cookie, now=NOW)
        session.tries = 5

    assert try_code(person, cookie, totp.at(later), now=later) is Checked.ENDED


def test_s_10_ten_wrong_codes_slow_the_person_down(app):
    person = active()
    with_factor(person)
    for _ in range(2):
        cookie = signed_in(person, complete=False)
        for _ in range(5):
            try_code(person, cookie, "000000")

    with pytest.raises(Slowed):
        try_code(person, signed_in(person, complete=False), "000000")


def test_who_has_signed_in_begins_counting_anew(app):
    person = active()
    for _ in range(9):
        try_password("not this one")
    with transaction():
        people.signed_in(queries.by_id(person.id), source=STRANGER, now=NOW)
        people.signed_out(person.id, now=NOW)
    try_password("not this one")

    assert try_password() is not None
    assert {"signin.done", "signin.ended"} <= set(actions())


def test_a_lost_device_is_taken_away(app):
    person = active()
    with_factor(person)
    cookie = signed_in(person)
    with transaction():
        people.forget_second_factor(queries.by_id(person.id), by_id=None, now=NOW)

    assert queries.by_id(person.id).totp_secret is None
    assert sessions.find(cookie, now=NOW) is None

"""Who asks: one statement finds the session of a browser, the person and the roles."""

from datetime import UTC, datetime, timedelta

import pytest

from hotline.db import db
from hotline.people import queries
from hotline.people import service as people
from hotline.people.models import Person
from hotline.people.rules import Role
from hotline.sessions import service as sessions
from hotline.transaction import transaction
from tests import builders

NOW = datetime(2026, 11, 4, 3, 0, tzinfo=UTC)


@pytest.fixture
def someone(app) -> Person:
    with transaction():
        return builders.person(Role.OPERATOR, Role.ADMINISTRATOR)


def signed_in(person_id: int, *, complete: bool = True) -> str:
    with transaction():
        return sessions.start(person_id, complete=complete, address="", now=NOW)


def test_a_session_is_found_with_its_person_and_their_roles(someone):
    secret = signed_in(someone.id)
    db.session.remove()
    session, found = queries.by_session(secret, now=NOW)

    assert (session.person_id, session.complete, session.seen_at) == (someone.id, True, NOW)
    assert (found.name, found.made_at, found.roles) == (
        someone.name, builders.NOON, {Role.OPERATOR, Role.ADMINISTRATOR},
    )  # fmt: skip


def test_nobody_is_known_before_the_second_factor(someone):
    secret = signed_in(someone.id, complete=False)
    session, found = queries.by_session(secret, now=NOW)

    assert (session.complete, found) == (False, None)


def test_a_disabled_person_is_nobody_with_a_session_too(someone):
    secret = signed_in(someone.id)
    with transaction():
        person = queries.by_id(someone.id)
        person.disabled_at = NOW
    session, found = queries.by_session(secret, now=NOW)

    assert (session.person_id, found) == (someone.id, None)


@pytest.mark.parametrize("later", [timedelta(minutes=30), timedelta(hours=12)])
def test_a_session_that_is_over_is_nobodys(someone, later):
    secret = signed_in(someone.id)

    assert queries.by_session(secret, now=NOW + later) == (None, None)


@pytest.mark.parametrize("secret", ["", "another's"])
def test_without_a_session_there_is_nobody(app, secret):
    assert queries.by_session(secret, now=NOW) == (None, None)


def test_somebody_without_a_role_has_none(app):
    with transaction():
        nobody = builders.person()
    secret = signed_in(nobody.id)
    db.session.remove()

    assert queries.by_session(secret, now=NOW)[1].roles == frozenset()


def test_who_was_found_so_can_be_changed(someone):
    secret = signed_in(someone.id)
    with transaction():
        _, found = queries.by_session(secret, now=NOW)
        people.set_theme(found, "dark", now=NOW)
        again = queries.by_session(secret, now=NOW)[1]
    db.session.remove()

    assert (again is found, queries.by_id(someone.id).theme) == (True, "dark")


def test_roles_are_read_anew_when_the_person_is(someone):
    secret = signed_in(someone.id)
    db.session.remove()
    _, found = queries.by_session(secret, now=NOW)
    with transaction():
        queries.by_id(someone.id).role_rows.pop()

    assert found.roles == {Role.ADMINISTRATOR}


def test_what_was_forgotten_is_filled_again(someone):
    secret = signed_in(someone.id)
    _, found = queries.by_session(secret, now=NOW)
    db.session.rollback()
    again = queries.by_session(secret, now=NOW)[1]

    assert (again is found, vars(again)["name"]) == (True, someone.name)

"""API tokens: for a while, of one person, worthless when revoked."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from hotline.db import db
from hotline.errors import Invalid, Missing, Refused
from hotline.people import queries, rules
from hotline.people import service as people
from hotline.people.models import ApiToken, Person
from hotline.people.rules import Role
from hotline.sessions import service as sessions
from hotline.transaction import transaction
from tests import builders

NOW = datetime(2026, 11, 4, 3, 0, tzinfo=UTC)


def somebody() -> Person:
    with transaction():
        return builders.person(Role.VENDOR)


def token_of(person: Person, *, days: int | None = None) -> str:
    with transaction():
        return people.create_token(
            queries.by_id(person.id), name="夜間の取込み", days=days, by_id=person.id, now=NOW
        )


def test_a_token_is_shown_once_and_kept_as_a_hash(app):
    person = somebody()
    with transaction():
        token = people.create_token(person, now=NOW)
    stored = db.session.scalars(select(ApiToken)).one()

    assert token.startswith("hotline_")
    assert stored.token_hash == sessions.hashed(token)
    assert queries.by_token(token, now=NOW).id == person.id
    assert queries.by_token("", now=NOW) is None


def test_a_revoked_token_opens_nothing(app):
    person = somebody()
    with transaction():
        token = people.create_token(person, now=NOW)
        first, second = (people.revoke_token(token, now=NOW) for _ in range(2))

    assert (first, second) == (True, False)
    assert queries.by_token(token, now=NOW) is None


def test_somebody_disabled_gets_no_token(app):
    person = somebody()
    with transaction():
        people.disable(queries.by_id(person.id), by_id=None, now=NOW)

    with pytest.raises(Refused, match="disabled"), transaction():
        people.create_token(queries.by_id(person.id), now=NOW)


@pytest.mark.parametrize(
    ("days", "after", "living"),
    [
        (30, timedelta(days=30) - timedelta(seconds=1), True),
        (30, timedelta(days=30), False),
        (None, timedelta(days=4000), True),
    ],
)
def test_a_token_opens_nothing_after_its_time(app, days, after, living):
    person = somebody()
    token = token_of(person, days=days)

    assert (queries.by_token(token, now=NOW + after) is not None) is living
    assert bool(queries.tokens_of(person.id, now=NOW + after)) is living


def test_a_token_is_revoked_by_its_number_and_for_its_owner_only(app):
    person, other = somebody(), somebody()
    token = token_of(person)
    [row] = queries.tokens_of(person.id, now=NOW)
    with pytest.raises(Missing), transaction():
        people.revoke_own_token(other, row.id, by_id=None, now=NOW)
    with transaction():
        people.revoke_own_token(person, row.id, by_id=person.id, now=NOW)

    assert queries.by_token(token, now=NOW) is None
    with pytest.raises(Missing), transaction():
        people.revoke_own_token(person, row.id, by_id=person.id, now=NOW)


def test_twenty_tokens_are_enough(app):
    person = somebody()
    for _ in range(20):
        token_of(person)

    with pytest.raises(Refused, match="20 tokens"):
        token_of(person)


def test_a_token_has_a_name_and_a_life_that_can_be_chosen():
    assert rules.checked_token(" 夜間の取込み ", "90") == ("夜間の取込み", 90)


@pytest.mark.parametrize(
    ("name", "days", "fields"),
    [
        ("", "90", {"name"}),
        ("a\x00", "90", {"name"}),
        ("あ" * 101, "30", {"name"}),
        ("x", "", {"days"}),
        ("x", "36500", {"days"}),
        ("", "９０", {"name", "days"}),
    ],
)
def test_a_token_without_name_or_end_is_refused(name, days, fields):
    with pytest.raises(Invalid) as refused:
        rules.checked_token(name, days)

    assert set(refused.value.fields) == fields

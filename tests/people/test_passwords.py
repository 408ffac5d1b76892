"""A password opens, slows whoever guesses, and is kept as a hash only."""

from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select

from hotline.audit.models import AuditEntry
from hotline.db import db
from hotline.errors import Slowed
from hotline.people import queries
from hotline.people import service as people
from hotline.people.service import passwords
from hotline.sessions import service as sessions
from hotline.transaction import transaction
from tests.people.somebody import COMMON, NOW, PASSWORD, STRANGER, active, signed_in, try_password


def test_the_right_password_signs_in_and_any_other_does_not(app):
    person = active()

    assert try_password().id == person.id
    assert try_password(PASSWORD + "x") is None
    assert try_password(email="nobody@example.jp") is None
    assert try_password("\ud800") is None
    assert try_password(email="\x00") is None
    assert try_password("a" * 100_000) is None


def test_full_width_letters_are_the_same_password(app):
    active()

    assert try_password("ｑｕｉｅｔ　ｈａｒｂｏｕｒ　ｌｉｇｈｔ") is not None


def test_s_09_passwords_are_kept_as_argon2id(app):
    assert active().password_hash.startswith("$argon2id$")


def test_a_password_is_hashed_anew_when_the_costs_change(app, monkeypatch):
    person = active()
    before = person.password_hash
    monkeypatch.setattr(passwords, "HASHER", PasswordHasher(2, 64, 1))
    try_password()

    assert queries.by_id(person.id).password_hash != before
    assert try_password() is not None


def test_production_hashes_with_the_costs_of_rfc_9106(quick_passwords):
    costs = quick_passwords.time_cost, quick_passwords.memory_cost, quick_passwords.parallelism

    assert costs == (3, 65536, 4)


def test_s_07_a_new_password_ends_all_sessions(app):
    person = active()
    cookie = signed_in(person)
    with transaction():
        people.set_password(queries.by_id(person.id), "another quiet word", common=COMMON, now=NOW)

    assert sessions.find(cookie, now=NOW) is None
    assert try_password() is None


def test_s_10_the_eleventh_try_waits_even_with_the_right_password(app):
    active()
    for _ in range(10):
        assert try_password("not this one") is None

    with pytest.raises(Slowed) as slowed:
        try_password()
    assert slowed.value.retry_after == 15 * 60


def test_s_10_after_15_minutes_the_right_password_is_taken_again(app):
    active()
    for _ in range(10):
        try_password("not this one")
    for minute in range(15):
        with pytest.raises(Slowed):
            try_password("not this one", now=NOW + timedelta(minutes=minute))

    assert try_password(now=NOW + timedelta(minutes=15)) is not None


def test_s_10_an_unknown_name_is_slowed_like_a_known_one(app):
    for _ in range(10):
        try_password(email="nobody@example.jp")

    with pytest.raises(Slowed):
        try_password(email="nobody@example.jp")


def test_who_is_signed_in_proves_to_know_the_password(app):
    person = active()
    with transaction():
        person = queries.by_id(person.id)
        right = people.knows_password(person, PASSWORD, source=STRANGER, now=NOW)
        wrong = people.knows_password(person, "x", source=STRANGER, now=NOW)

    assert (right, wrong) == (True, False)


def test_s_23_refused_tries_are_on_record_without_the_name_that_was_typed(app):
    person = active()
    try_password("not this one")
    try_password(email="secret-name@example.jp")
    refused = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "signin.refused").order_by(AuditEntry.id)
    )
    subjects = [entry.subject for entry in refused]

    assert subjects[0] == f"person:{person.id}"
    assert subjects[1].startswith("name:")
    assert "secret" not in subjects[1]

"""Passwords: checked in always the same time, hashed with argon2id."""

import base64
import secrets
from collections.abc import Set
from datetime import datetime

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from hotline.audit import service as audit
from hotline.errors import Invalid, Problem, Slowed
from hotline.people import queries, rules
from hotline.people.models import Person
from hotline.people.rules import subject
from hotline.sessions import service as sessions
from hotline.sessions.rules import Kind, Source

HASHER = PasswordHasher(time_cost=3, memory_cost=65536, parallelism=4)
"""argon2id with the low-memory parameters of RFC 9106; a changed one re-hashes at sign-in."""


def sign_in(email: str, password: str, *, source: Source, now: datetime) -> Person | None:
    """The person with this address and password; None when they do not fit, which is counted.

    Unknown, disabled and invited people cost the same time and get the same answer. Raises Slowed
    before anything is looked at when there were too many failures; such a try is not counted.
    """
    key = rules.email_key(email)
    if seconds := sessions.wait(Kind.PASSWORD, key, source, now=now):
        raise Slowed(seconds)
    person = queries.by_email(email)
    if not _password_fits(person, password):
        sessions.note(Kind.PASSWORD, key, source, now=now)
        audit.write("signin.refused", tried(person, key), by_id=None, now=now, step="password")
        return None
    return person


def signed_in(person: Person, *, source: Source, now: datetime) -> None:
    """Note that everything that was asked for was right."""
    sessions.forget_failures(person.email_key, source)
    audit.write("signin.done", subject(person.id), by_id=person.id, now=now)


def signed_out(person_id: int, *, now: datetime) -> None:
    """Note that the person ended one session or all."""
    audit.write("signin.ended", subject(person_id), by_id=person_id, now=now)


def set_password(person: Person, password: str, *, common: Set[str], now: datetime) -> None:
    """Replace the password and end all sessions. Raises Invalid."""
    try:
        rules.check_password(password, email=person.email, common=common)
    except Problem as problem:
        raise Invalid({"password": problem}) from None
    person.password_hash = HASHER.hash(rules.folded_password(password))
    sessions.end_all(person.id)
    audit.write("person.password_set", subject(person.id), by_id=person.id, now=now)


def knows_password(person: Person, password: str, *, source: Source, now: datetime) -> bool:
    """Whether somebody who is signed in knows the password too; a wrong one is counted.

    Raises Slowed.
    """
    return sign_in(person.email, password, source=source, now=now) is not None


def _password_fits(person: Person | None, password: str) -> bool:
    """Always one verification, so that its time tells nothing."""
    stored, folded = _dummy_hash(), ""
    if rules.is_hashable(password):
        folded = rules.folded_password(password)
        if person is not None and person.disabled_at is None:
            stored = person.password_hash or stored
    try:
        HASHER.verify(stored, folded)
    except (VerificationError, InvalidHashError):
        return False
    if person is not None and HASHER.check_needs_rehash(stored):
        person.password_hash = HASHER.hash(folded)
    return person is not None


def _dummy_hash() -> str:
    """A hash of nothing anybody knows, as costly to check as a real one."""
    salt, digest = (
        base64.b64encode(secrets.token_bytes(size)).decode().rstrip("=")
        for size in (HASHER.salt_len, HASHER.hash_len)
    )
    costs = f"m={HASHER.memory_cost},t={HASHER.time_cost},p={HASHER.parallelism}"
    return f"$argon2id$v=19${costs}${salt}${digest}"


def tried(person: Person | None, key: str) -> str:
    """Whom a refused try was about, without the text that was typed."""
    return subject(person.id) if person is not None else f"name:{sessions.hashed(key)[:16]}"

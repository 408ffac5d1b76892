"""Somebody with an account, and the ways in that are tried."""

from datetime import UTC, datetime

import pyotp
from sqlalchemy import select

from hotline.audit.models import AuditEntry
from hotline.db import db
from hotline.people import queries
from hotline.people import service as people
from hotline.people.models import Person
from hotline.people.rules import Account, Cipher, LinkKind, Role
from hotline.sessions import service as sessions
from hotline.sessions.rules import Source
from hotline.transaction import transaction

NOW = datetime(2026, 11, 4, 3, 0, tzinfo=UTC)
EMAIL = "keiko@example.jp"
PASSWORD = "quiet harbour light"
STRANGER = Source("192.0.2.1")
CIPHER = Cipher("key of the tests")
COMMON = frozenset({"password"})


def account(*roles: Role, email: str = EMAIL, name: str = "瀬戸 圭") -> Account:
    return Account(email, name, frozenset(roles or {Role.OPERATOR}))


def invited(*roles: Role, email: str = EMAIL, now: datetime = NOW) -> Person:
    with transaction():
        return people.invite(account(*roles, email=email), by_id=None, now=now)


def active(*roles: Role, email: str = EMAIL) -> Person:
    person = invited(*roles, email=email)
    with transaction():
        person = queries.by_id(person.id)
        people.set_password(person, PASSWORD, common=COMMON, now=NOW)
    return person


def signed_in(person: Person, *, complete: bool = True) -> str:
    with transaction():
        return sessions.start(person.id, complete=complete, address="", now=NOW)


def try_password(password: str = PASSWORD, email: str = EMAIL, *, now: datetime = NOW):
    with transaction():
        return people.sign_in(email, password, source=STRANGER, now=now)


def mint(person: Person, kind: LinkKind = LinkKind.RESET, *, now: datetime = NOW) -> str | None:
    with transaction():
        return people.mint_link(person.id, kind, now=now)


def use(token: str, password: str = PASSWORD, *, now: datetime = NOW) -> Person:
    with transaction():
        return people.use_link(token, password, common=COMMON, now=now)


def with_factor(person: Person) -> str:
    """The TOTP secret that this person's device has taken over at NOW."""
    secret = signed_in(person, complete=False)
    with transaction():
        session = sessions.find(secret, now=NOW)
        people.offer_second_factor(session, CIPHER)
        totp_secret = CIPHER.decrypt(session.offered_secret)
        code = pyotp.TOTP(totp_secret).at(NOW)
        assert people.confirm_second_factor(
            queries.by_id(person.id), session, code, CIPHER, now=NOW
        )
    return totp_secret


def actions() -> list[str]:
    return list(db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))

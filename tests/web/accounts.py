"""Somebody with an account and a password, and their account as it is now."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from hotline.db import db
from hotline.notices.models import Notice
from hotline.people import queries
from hotline.people import service as people
from hotline.people.models import Person
from hotline.people.rules import Account, Role
from hotline.transaction import transaction
from tests.web.forms import sign_in

NOW = datetime(2026, 11, 4, 3, 0, tzinfo=UTC)
EMAIL = "keiko@example.jp"
PASSWORD = "quiet harbour light"


def person(*roles: Role, email: str = EMAIL) -> Person:
    number = "JNX-1" if Role.MEMBER in roles else None
    given = Account(email, "瀬戸 圭", frozenset(roles or {Role.OPERATOR}), member_number=number)
    with transaction():
        made = people.invite(given, by_id=None, now=NOW - timedelta(days=1))
        people.set_password(made, PASSWORD, common=frozenset(), now=NOW)
    return made


def again(made: Person) -> Person:
    """The person as the database has it now."""
    db.session.rollback()
    db.session.expire_all()
    return queries.by_id(made.id)


def told() -> list[str]:
    """What owners of accounts were told, in the order in which it happened."""
    db.session.rollback()
    changes = select(Notice).where(Notice.kind == "account_changed").order_by(Notice.id)
    return [one.facts["change"] for one in db.session.scalars(changes)]


def signed_in_as(client, *roles: Role) -> Person:
    made = person(*(roles or [Role.MEMBER]))
    sign_in(client, made)
    return made

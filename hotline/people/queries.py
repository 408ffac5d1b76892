"""Reading people."""

import hashlib
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import joinedload

from hotline.db import db
from hotline.people import rules
from hotline.people.models import ApiToken, OneTimeLink, Person, PersonRole

# Asked at every request of the API: built once, and the roles come along.
_BY_TOKEN = (
    select(Person)
    .join(ApiToken, ApiToken.person_id == Person.id)
    .where(
        ApiToken.token_hash == bindparam("token_hash"),
        ApiToken.revoked_at.is_(None),
        Person.disabled_at.is_(None),
    )
    .options(joinedload(Person.role_rows))
)


# Asked at every request of a page.
_ACTIVE = (
    select(Person)
    .where(Person.id == bindparam("person_id"), Person.disabled_at.is_(None))
    .options(joinedload(Person.role_rows))
)


def active(person_id: int) -> Person | None:
    """The person, unless disabled."""
    found = db.session.scalars(_ACTIVE, {"person_id": person_id})
    return found.unique().one_or_none()


def by_id(person_id: int) -> Person | None:
    """The person with this id, disabled or not."""
    return db.session.get(Person, person_id)


def by_email(email: str) -> Person | None:
    """The person with this address, in any letter case, disabled or not."""
    return db.session.scalar(select(Person).where(Person.email_key == rules.email_key(email)))


def by_token(token: str) -> Person | None:
    """The person behind a living API token, unless disabled."""
    if not token:
        return None
    wanted = {"token_hash": hashlib.sha256(token.encode()).hexdigest()}
    return db.session.scalars(_BY_TOKEN, wanted).unique().one_or_none()


def by_link(token: str, *, now: datetime) -> Person | None:
    """Whom a living one-time link was sent to, unless disabled."""
    return db.session.scalar(
        select(Person)
        .join(OneTimeLink, OneTimeLink.person_id == Person.id)
        .where(
            OneTimeLink.token_hash == hashlib.sha256(token.encode()).hexdigest(),
            OneTimeLink.used_at.is_(None),
            OneTimeLink.expires_at > now,
            Person.disabled_at.is_(None),
        )
    )


def with_role(role: str) -> list[Person]:
    """Everybody who is active and holds ``role``, oldest account first."""
    held = select(PersonRole.person_id).where(PersonRole.role == role)
    query = select(Person).where(Person.id.in_(held), Person.disabled_at.is_(None))
    return list(db.session.scalars(query.order_by(Person.id)))


def of_vendor(code: str) -> list[Person]:
    """Everybody who is active and works for the partner with this code, oldest account first."""
    query = select(Person).where(Person.vendor_code == code, Person.disabled_at.is_(None))
    return list(db.session.scalars(query.order_by(Person.id)))


def of_member(number: str) -> list[Person]:
    """Everybody who is active and works for the company with this number, oldest account first."""
    query = select(Person).where(Person.member_number == number, Person.disabled_at.is_(None))
    return list(db.session.scalars(query.order_by(Person.id)))


def everybody() -> list[Person]:
    """All accounts: the active ones first, then by name."""
    query = select(Person).order_by(Person.disabled_at.is_not(None), Person.name, Person.id)
    return list(db.session.scalars(query))


def names(person_ids: Collection[int | None]) -> dict[int | None, str]:
    """Id to name, for those of ``person_ids`` that exist, in one query."""
    wanted = {person_id for person_id in person_ids if person_id is not None}
    if not wanted:
        return {}
    query = select(Person.id, Person.name).where(Person.id.in_(wanted))
    return {row.id: row.name for row in db.session.execute(query)}

"""Reading people."""

import hashlib
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Select, Table, and_, bindparam, func, literal_column, or_, select
from sqlalchemy.orm import joinedload
from sqlalchemy.sql.elements import ColumnElement

from hotline.audit import queries as audit
from hotline.db import EARLY, Ready, ask, db, hold
from hotline.people import rules
from hotline.people.models import (
    AT_HAND,
    ApiToken,
    Invitation,
    OneTimeLink,
    Passkey,
    Person,
    PersonRole,
    RecoveryCode,
)
from hotline.sessions import rules as session_rules
from hotline.sessions import service as sessions
from hotline.sessions.models import SignedIn

_SESSION = cast(Table, SignedIn.__table__)
_PERSON = cast(Table, Person.__table__)
_ROLES = (
    # In the words, and not as a value: then there is nothing to fill in.
    select(func.aggregate_strings(PersonRole.role, literal_column("','")))  # type: ignore[arg-type]  # takes any
    .where(PersonRole.person_id == Person.id)
    .scalar_subquery()
    .label("roles")
)

# These two are asked at every request: the rows of roles are left out, and only their codes come.
_BY_TOKEN = Ready(
    select(*_PERSON.c, _ROLES)
    .join(ApiToken, ApiToken.person_id == Person.id)
    .where(
        ApiToken.token_hash == bindparam("token_hash"),
        ApiToken.revoked_at.is_(None),
        or_(ApiToken.expires_at.is_(None), ApiToken.expires_at > bindparam("now")),
        Person.disabled_at.is_(None),
    )
    .execution_options(**{EARLY: True})
)
_BY_SESSION = Ready(
    select(*_SESSION.c, *_PERSON.c, _ROLES)
    .select_from(_SESSION)
    .outerjoin(Person, and_(Person.id == SignedIn.person_id, Person.disabled_at.is_(None)))
    .where(SignedIn.id_hash == bindparam("id_hash"))
    .execution_options(**{EARLY: True})
)

_ACTIVE = (
    select(Person)
    .where(Person.id == bindparam("person_id"), Person.disabled_at.is_(None))
    .options(joinedload(Person.role_rows))
)

_WITH_ROLE = (
    select(Person)
    .where(
        Person.id.in_(select(PersonRole.person_id).where(PersonRole.role == bindparam("role"))),
        Person.disabled_at.is_(None),
    )
    .order_by(Person.id)
)
_NAMES = select(Person.id, Person.name).where(Person.id.in_(bindparam("ids", expanding=True)))


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


def by_token(token: str, *, now: datetime) -> Person | None:
    """The person behind a living API token, unless disabled."""
    if not token:
        return None
    token_hash = hashlib.sha256(token.encode()).hexdigest()
    found = ask(_BY_TOKEN, token_hash=token_hash, now=now)
    return _person(found[0]) if found else None


def by_session(secret: str, *, now: datetime) -> tuple[SignedIn | None, Person | None]:
    """The living session behind ``secret``, as ``sessions.service.find``, and whose it is.

    Nobody's while the second factor is missing, and when the account is disabled.
    """
    if not secret:
        return None, None
    found = ask(_BY_SESSION, id_hash=sessions.hashed(secret))
    if not found:
        return None, None
    session = hold(SignedIn, dict(zip(_SESSION.c.keys(), found[0], strict=False)))
    of_person = found[0][len(_SESSION.c) :]
    if not session_rules.is_alive(session.started_at, session.seen_at, now=now):
        return None, None
    is_somebody = session.complete and of_person[0] is not None
    return session, _person(of_person) if is_somebody else None


def _person(row: Sequence[Any]) -> Person:
    """The person of a row that begins with all columns of the table and ends with the roles."""
    person = hold(Person, dict(zip(_PERSON.c.keys(), row, strict=False)))
    vars(person)[AT_HAND] = frozenset(row[-1].split(",") if row[-1] else ())
    return person


def tokens_of(person_id: int, *, now: datetime) -> list[ApiToken]:
    """The living API tokens of a person, the latest made first."""
    query = select(ApiToken).where(
        ApiToken.person_id == person_id,
        ApiToken.revoked_at.is_(None),
        or_(ApiToken.expires_at.is_(None), ApiToken.expires_at > now),
    )
    return list(db.session.scalars(query.order_by(ApiToken.id.desc())))


def passkeys_of(person_id: int) -> list[Passkey]:
    """The passkeys of a person, the first made first."""
    query = select(Passkey).where(Passkey.person_id == person_id)
    return list(db.session.scalars(query.order_by(Passkey.id)))


def has_second_factor(person: Person) -> bool:
    """Whether a password alone does not let this person in: there is an app, or a passkey."""
    return person.totp_secret is not None or bool(passkeys_of(person.id))


def recovery_codes_left(person_id: int) -> int:
    """How many recovery codes of a person were not used yet."""
    unused = (RecoveryCode.person_id == person_id) & RecoveryCode.used_at.is_(None)
    return db.session.scalar(select(func.count()).where(unused)) or 0


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
    return list(db.session.scalars(_WITH_ROLE, {"role": role}))


def of_vendor(code: str) -> list[Person]:
    """Everybody who is active and works for the partner with this code, oldest account first."""
    query = select(Person).where(Person.vendor_code == code, Person.disabled_at.is_(None))
    return list(db.session.scalars(query.order_by(Person.id)))


def of_member(number: str) -> list[Person]:
    """Everybody who works for the company with this number and can sign in, oldest account first.

    Who was invited and has chosen no password yet has not shown that the address is theirs.
    """
    can = (Person.disabled_at.is_(None), Person.password_hash.is_not(None))
    query = select(Person).where(Person.member_number == number, *can)
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
    return {row.id: row.name for row in db.session.execute(_NAMES, {"ids": sorted(wanted)})}


# Of one member company


def _waits() -> ColumnElement[bool]:
    """Whether somebody was invited by the company, or for it, and has not come yet."""
    invited = select(Invitation.id).where(
        Invitation.person_id == Person.id, Invitation.member_number == Person.member_number
    )
    return and_(Person.password_hash.is_(None), invited.exists())


def _of_company(number: str) -> Select[Person]:
    """The accounts of its people; who was only invited is among the invitations."""
    role = select(PersonRole.person_id).where(PersonRole.role == rules.Role.MEMBER)
    return select(Person).where(Person.member_number == number, Person.id.in_(role), ~_waits())


def colleagues(number: str) -> list[Person]:
    """The accounts of a company's people: active ones first, then by name."""
    query = _of_company(number).options(joinedload(Person.role_rows))
    ordered = query.order_by(Person.disabled_at.is_not(None), Person.name, Person.id)
    return list(db.session.scalars(ordered).unique())


def colleague(number: str, person_id: int) -> Person | None:
    """One of ``colleagues``; None for anybody else, whether there is such an account or not."""
    return db.session.scalar(_of_company(number).where(Person.id == person_id))


def is_colleague(person: Person, other_id: int | None) -> bool:
    """Whether ``other_id`` is somebody of the company of ``person``."""
    if other_id is None or not person.member_number:
        return False
    return colleague(person.member_number, other_id) is not None


def is_shut_by_us(person: Person) -> bool:
    """Whether the account is shut and nobody of its company shut it: its managers leave it so."""
    return person.disabled_at is not None and not is_colleague(person, person.disabled_by_id)


def managers(number: str) -> list[Person]:
    """Who looks after the accounts of a company and can sign in now."""
    can = (Person.manager, Person.disabled_at.is_(None), Person.password_hash.is_not(None))
    return list(db.session.scalars(_of_company(number).where(*can).order_by(Person.id)))


def _open_invitations(number: str) -> Select[Invitation]:
    living = and_(Person.password_hash.is_(None), Person.disabled_at.is_(None))
    return (
        select(Invitation)
        .outerjoin(Person, Person.id == Invitation.person_id)
        .where(Invitation.member_number == number, Invitation.ended_at.is_(None))
        .where(or_(Invitation.person_id.is_(None), living))
    )


def invitations(number: str) -> list[Invitation]:
    """The invitations of a company that were not used or taken back, the latest first."""
    ordered = _open_invitations(number).order_by(Invitation.sent_at.desc(), Invitation.id.desc())
    return list(db.session.scalars(ordered))


def invitation(number: str, invitation_id: int) -> Invitation | None:
    """One of ``invitations``."""
    return db.session.scalar(_open_invitations(number).where(Invitation.id == invitation_id))


def with_second_factor(person_ids: Collection[int]) -> set[int]:
    """Those of ``person_ids`` who have an authenticator app or a passkey."""
    keys = select(Passkey.person_id).where(Passkey.person_id == Person.id).exists()
    query = select(Person.id).where(
        Person.id.in_(person_ids), or_(Person.totp_secret.is_not(None), keys)
    )
    return set(db.session.scalars(query))


def last_sign_ins(person_ids: Collection[int]) -> dict[int, datetime]:
    """When each of ``person_ids`` signed in last, for those who ever did."""
    subjects = {rules.subject(person_id): person_id for person_id in person_ids}
    found = audit.latest("signin.done", list(subjects))
    return {subjects[subject]: at for subject, at in found.items()}

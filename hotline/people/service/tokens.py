"""Bearer tokens of the API: shown once, kept as a hash, worthless when revoked."""

import secrets
from datetime import datetime

from sqlalchemy import update

from hotline.audit import service as audit
from hotline.db import db
from hotline.errors import N_, Missing, Refused
from hotline.people import queries, rules
from hotline.people.models import ApiToken, Person
from hotline.people.rules import subject
from hotline.sessions import service as sessions

TOKEN_MARK = "hotline_"  # noqa: S105 - what all tokens begin with, so that a leak is recognised
"""Scanners for leaked secrets find our tokens by it."""


def create_token(
    person: Person,
    *,
    name: str = "",
    days: int | None = None,
    by_id: int | None = None,
    now: datetime,
) -> str:
    """A bearer token (256 random bits) for the API, shown once; only its hash is kept.

    Without ``days`` it is good until it is revoked. Raises Refused for somebody who is disabled
    or has twenty.
    """
    if person.disabled_at is not None:
        raise Refused(N_("This account is disabled."))
    if len(queries.tokens_of(person.id, now=now)) >= rules.TOKENS:
        raise Refused(N_("There are 20 tokens already. Please revoke one first."))
    token = TOKEN_MARK + secrets.token_urlsafe(32)
    row = ApiToken(
        person_id=person.id,
        token_hash=sessions.hashed(token),
        name=name,
        made_at=now,
        expires_at=rules.token_expires_at(days, now=now) if days is not None else None,
    )
    db.session.add(row)
    db.session.flush()
    audit.write("token.created", subject(person.id), by_id=by_id, now=now, token=row.id, days=days)
    return token


def revoke_own_token(person: Person, token_id: int, *, by_id: int | None, now: datetime) -> None:
    """Make one token of this person worthless. Raises Missing when there is no such living one."""
    living = update(ApiToken).where(
        ApiToken.id == token_id, ApiToken.person_id == person.id, ApiToken.revoked_at.is_(None)
    )
    found = db.session.scalar(living.values(revoked_at=now).returning(ApiToken.id))
    if found is None:
        raise Missing()
    audit.write("token.revoked", subject(person.id), by_id=by_id, now=now, token=found)


def revoke_token(token: str, *, now: datetime) -> bool:
    """Make one token worthless; False when it was so already."""
    living = update(ApiToken).where(
        ApiToken.token_hash == sessions.hashed(token), ApiToken.revoked_at.is_(None)
    )
    found = db.session.execute(
        living.values(revoked_at=now).returning(ApiToken.id, ApiToken.person_id)
    ).first()
    if found is None:
        return False
    audit.write("token.revoked", subject(found.person_id), by_id=None, now=now, token=found.id)
    return True


def revoke_tokens(person: Person, *, by_id: int | None, now: datetime) -> int:
    """Make all tokens of a person worthless; how many there were."""
    living = update(ApiToken).where(ApiToken.person_id == person.id, ApiToken.revoked_at.is_(None))
    gone = db.session.scalars(living.values(revoked_at=now).returning(ApiToken.id)).all()
    for token_id in gone:
        audit.write("token.revoked", subject(person.id), by_id=by_id, now=now, token=token_id)
    return len(gone)

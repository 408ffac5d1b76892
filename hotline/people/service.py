"""Let people in, and out again: accounts, passwords, second factors, links and API tokens."""

import base64
import secrets
from collections.abc import Iterable, Set
from datetime import datetime
from enum import Enum

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import select, update

from hotline.audit import service as audit
from hotline.db import db
from hotline.errors import N_, Invalid, Problem, Refused, Slowed
from hotline.people import queries, rules
from hotline.people.models import ApiToken, OneTimeLink, Person, PersonRole
from hotline.people.rules import Account, Cipher, LinkKind, Role
from hotline.sessions import service as sessions
from hotline.sessions.models import SignedIn
from hotline.sessions.rules import Kind, Source

HASHER = PasswordHasher(time_cost=3, memory_cost=65536, parallelism=4)
"""argon2id with the low-memory parameters of RFC 9106; a changed one re-hashes at sign-in."""

TOKEN_MARK = "hotline_"  # noqa: S105 - what all tokens begin with, so that a leak is recognised
"""Scanners for leaked secrets find our tokens by it."""

DEAD_LINK = N_("This link was used already, or it is too old. Please ask for a new one.")
FACTOR_EXISTS = N_("There is a second factor already. An administrator can take it away.")


class Checked(Enum):
    """What came of a code."""

    RIGHT = "right"
    WRONG = "wrong"
    USED = "used"
    ENDED = "ended"


# Accounts


def invite(given: Account, *, by_id: int | None, now: datetime) -> Person:
    """Write an account down, or take up again one whose invitation was never used.

    The caller sees to it that the invitation is sent (a notice to this person). Raises Invalid,
    Refused when the account is in use, Slowed after three mails within an hour.
    """
    given = rules.checked_account(given)
    key = rules.email_key(given.email)
    person = queries.by_email(given.email)
    if person is not None and (person.password_hash is not None or person.disabled_at is not None):
        raise Invalid({"email": Problem(N_("There is an account with this address already."))})
    if not _may_mail(key, now=now):
        raise Slowed(int(rules.LINK_MAILS_WITHIN.total_seconds()))
    if person is None:
        person = Person(email_key=key, made_at=now, totp_step=0)
        db.session.add(person)
    _describe(person, given)
    db.session.flush()
    audit.write(
        "person.invited", subject(person.id), by_id=by_id, now=now, roles=sorted(given.roles)
    )
    return person


def set_account(person: Person, given: Account, *, by_id: int | None, now: datetime) -> None:
    """Change name, roles, company and phone; other roles or another company end all sessions.

    Raises Invalid, and Refused when nobody would be left who can let people in.
    """
    given = rules.checked_account(given)
    before = (person.roles, person.member_number, person.vendor_code)
    if Role.ADMINISTRATOR not in given.roles:
        _keep_an_administrator(person)
    _describe(person, given)
    db.session.flush()
    if before != (person.roles, person.member_number, person.vendor_code):
        sessions.end_all(person.id)
    audit.write(
        "person.changed", subject(person.id), by_id=by_id, now=now, roles=sorted(given.roles)
    )


def set_roles(person: Person, roles: Iterable[Role], *, by_id: int | None, now: datetime) -> None:
    """Give the person exactly these roles and end all sessions. Raises Invalid, Refused."""
    given = Account(
        email=person.email,
        name=person.name,
        roles=frozenset(roles),
        member_number=person.member_number,
        vendor_code=person.vendor_code,
        phone=person.phone,
    )
    set_account(person, given, by_id=by_id, now=now)


def set_locale(person: Person, locale: str, *, now: datetime) -> None:
    """Remember in which language the person reads. Raises Invalid."""
    if locale not in ("ja", "en"):
        raise Invalid({"locale": Problem(N_("Please choose Japanese or English."))})
    person.locale = locale
    audit.write("person.locale_set", subject(person.id), by_id=person.id, now=now, locale=locale)


def disable(person: Person, *, by_id: int | None, now: datetime) -> None:
    """Shut the person out at once: sessions, links and tokens are dead. Raises Refused."""
    _keep_an_administrator(person)
    person.disabled_at = person.disabled_at or now
    sessions.end_all(person.id)
    _end_links(person.id, now=now)
    revoke_tokens(person, by_id=by_id, now=now)
    audit.write("person.disabled", subject(person.id), by_id=by_id, now=now)


def enable(person: Person, *, by_id: int | None, now: datetime) -> None:
    """Let somebody who was disabled sign in again."""
    person.disabled_at = None
    audit.write("person.enabled", subject(person.id), by_id=by_id, now=now)


def state(person: Person) -> str:
    """``disabled``, ``invited`` (never chose a password) or ``active``."""
    if person.disabled_at is not None:
        return "disabled"
    return "active" if person.password_hash is not None else "invited"


def subject(person_id: int) -> str:
    """How audit entries and notices name a person."""
    return f"person:{person_id}"


def _describe(person: Person, given: Account) -> None:
    person.email = given.email
    person.name = given.name
    person.member_number = given.member_number
    person.vendor_code = given.vendor_code
    person.phone = given.phone
    kept = {row.role: row for row in person.role_rows}
    person.role_rows = [kept.get(role) or PersonRole(role=role) for role in sorted(given.roles)]


def _keep_an_administrator(person: Person) -> None:
    if Role.ADMINISTRATOR not in person.roles or person.disabled_at is not None:
        return
    if [other.id for other in queries.with_role(Role.ADMINISTRATOR)] == [person.id]:
        raise Refused(
            N_("This is the last administrator. Please make somebody else administrator first.")
        )


# Passwords


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
        audit.write("signin.refused", _tried(person, key), by_id=None, now=now, step="password")
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


def _tried(person: Person | None, key: str) -> str:
    """Whom a refused try was about, without the text that was typed."""
    return subject(person.id) if person is not None else f"name:{sessions.hashed(key)[:16]}"


# Second factor


def offer_second_factor(session: SignedIn, cipher: Cipher) -> None:
    """Put a fresh TOTP secret beside this session, for the person's device to take over."""
    session.offered_secret = cipher.encrypt(pyotp.random_base32())
    db.session.flush()


def confirm_second_factor(
    person: Person, session: SignedIn, code: str, cipher: Cipher, *, now: datetime
) -> bool:
    """Take the offered secret over when ``code`` proves that the person's device has it.

    All sessions end, and the caller gives the browser a new one. Raises Refused when there is a
    second factor already: a password alone must not replace it.
    """
    if person.totp_secret is not None:
        raise Refused(FACTOR_EXISTS)
    secret = cipher.decrypt(session.offered_secret or "")
    step = rules.matching_step(secret, code, now=now) if secret else None
    if step is None:
        return False
    person.totp_secret, person.totp_step = cipher.encrypt(secret), step
    sessions.end_all(person.id)
    audit.write("person.second_factor_set", subject(person.id), by_id=person.id, now=now)
    return True


def check_code(
    person: Person, code: str, session: SignedIn, cipher: Cipher, *, source: Source, now: datetime
) -> Checked:
    """Whether ``code`` is the right one; each is good once, and a session has five tries.

    A session without tries left is ended: one begins again with the password. Raises Slowed.
    """
    if seconds := sessions.wait(Kind.CODE, person.email_key, source, now=now):
        raise Slowed(seconds)
    left = sessions.take_try(session)
    if left is None:
        return Checked.ENDED
    secret = cipher.decrypt(person.totp_secret or "")
    step = rules.matching_step(secret, code, now=now) if secret else None
    if step is not None and _use_step(person, step):
        return Checked.RIGHT
    sessions.note(Kind.CODE, person.email_key, source, now=now)
    audit.write("signin.refused", subject(person.id), by_id=None, now=now, step="code")
    if not left:
        sessions.end_one(session.id_hash)
        return Checked.ENDED
    return Checked.WRONG if step is None else Checked.USED


def forget_second_factor(person: Person, *, by_id: int | None, now: datetime) -> None:
    """The device is lost: all sessions end, and the next sign-in sets up a new one."""
    person.totp_secret = None
    sessions.end_all(person.id)
    audit.write("person.second_factor_forgotten", subject(person.id), by_id=by_id, now=now)


def _use_step(person: Person, step: int) -> bool:
    """Mark the step as used; False when it, or a later one, was used before."""
    used = db.session.scalar(
        update(Person)
        .where(Person.id == person.id, Person.totp_step < step)
        .values(totp_step=step)
        .returning(Person.id)
    )
    return used is not None


# One-time links


def request_reset(email: str, *, source: Source, now: datetime) -> Person | None:
    """Whom to send a link to; None when the address is unknown or has had its three mails.

    The asker must not learn which. Raises Slowed for somebody who asks for many.
    """
    key = rules.email_key(email)
    if seconds := sessions.wait(Kind.RESET, key, source, now=now):
        raise Slowed(seconds)
    sessions.note(Kind.RESET, key, source, now=now)
    person = queries.by_email(email)
    allowed = _may_mail(key, now=now)
    audit.write("reset.asked", _tried(person, key), by_id=None, now=now)
    return person if person is not None and person.disabled_at is None and allowed else None


def mint_link(person_id: int, kind: LinkKind, *, now: datetime) -> str | None:
    """A fresh token for a mail that is about to leave; the older link of this kind is dead.

    Only its hash is kept. None when the person is gone or disabled: then nothing may be sent.
    """
    person = db.session.scalar(select(Person).where(Person.id == person_id).with_for_update())
    if person is None or person.disabled_at is not None:
        return None
    _end_links(person_id, kind, now=now)
    token = secrets.token_urlsafe(32)
    db.session.add(
        OneTimeLink(
            person_id=person_id,
            kind=kind,
            token_hash=sessions.hashed(token),
            made_at=now,
            expires_at=rules.link_expires_at(kind, now=now),
        )
    )
    db.session.flush()
    audit.write("link.made", subject(person_id), by_id=None, now=now, kind=kind)
    return token


def use_link(token: str, password: str, *, common: Set[str], now: datetime) -> Person:
    """Set the password of whoever was sent ``token``; all links of the person are dead then.

    Raises Invalid for the password (the link stays good), and Refused for a dead link.
    """
    person = queries.by_link(token, now=now)
    if person is None:
        raise Refused(DEAD_LINK)
    set_password(person, password, common=common, now=now)
    living = update(OneTimeLink).where(
        OneTimeLink.token_hash == sessions.hashed(token), OneTimeLink.used_at.is_(None)
    )
    if db.session.scalar(living.values(used_at=now).returning(OneTimeLink.id)) is None:
        raise Refused(DEAD_LINK)  # Somebody was quicker by a moment.
    _end_links(person.id, now=now)
    sessions.forget_failures(person.email_key, Source())
    return person


def _may_mail(key: str, *, now: datetime) -> bool:
    """Count one mail with a link to this account; False when it has had three in an hour."""
    # Two requests at once would both see two mails: the row of the account makes them queue.
    db.session.scalar(select(Person.id).where(Person.email_key == key).with_for_update())
    since = now - rules.LINK_MAILS_WITHIN
    if sessions.count_since(Kind.MAIL, key, since) >= rules.LINK_MAILS:
        return False
    sessions.note(Kind.MAIL, key, Source(), now=now)
    db.session.flush()
    return True


def _end_links(person_id: int, kind: LinkKind | None = None, *, now: datetime) -> None:
    living = update(OneTimeLink).where(
        OneTimeLink.person_id == person_id, OneTimeLink.used_at.is_(None)
    )
    if kind is not None:
        living = living.where(OneTimeLink.kind == kind)
    db.session.execute(living.values(used_at=now))


# API tokens


def create_token(person: Person, *, now: datetime) -> str:
    """A bearer token (256 random bits) for the API, shown once; only its hash is kept.

    Raises Refused for somebody who is disabled.
    """
    if person.disabled_at is not None:
        raise Refused(N_("This account is disabled."))
    token = TOKEN_MARK + secrets.token_urlsafe(32)
    row = ApiToken(person_id=person.id, token_hash=sessions.hashed(token), made_at=now)
    db.session.add(row)
    db.session.flush()
    audit.write("token.created", subject(person.id), by_id=None, now=now, token=row.id)
    return token


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

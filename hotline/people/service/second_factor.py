"""The second factor: offered, confirmed, checked, each code good once."""

from datetime import datetime
from enum import Enum

import pyotp
from sqlalchemy import update

from hotline.audit import service as audit
from hotline.db import db
from hotline.errors import N_, Refused, Slowed
from hotline.people import rules
from hotline.people.models import Person
from hotline.people.rules import Cipher, subject
from hotline.sessions import service as sessions
from hotline.sessions.models import SignedIn
from hotline.sessions.rules import Kind, Source

FACTOR_EXISTS = N_("There is a second factor already. An administrator can take it away.")


class Checked(Enum):
    """What came of a code."""

    RIGHT = "right"
    WRONG = "wrong"
    USED = "used"
    ENDED = "ended"


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

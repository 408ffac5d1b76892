"""The second factor: offered, confirmed, checked, each code good once."""

from datetime import datetime
from enum import Enum

import pyotp
from sqlalchemy import update

from hotline.audit import service as audit
from hotline.db import db
from hotline.errors import N_, Refused, Slowed
from hotline.people import queries, rules
from hotline.people.models import Person
from hotline.people.rules import Cipher, subject
from hotline.people.service.passkeys import forget_passkeys
from hotline.people.service.recovery import forget_codes, use_code
from hotline.sessions import service as sessions
from hotline.sessions.models import SignedIn
from hotline.sessions.rules import Kind, Source

FACTOR_EXISTS = N_("There is a second factor already. An administrator can take it away.")
NO_APP = N_("There is no authenticator app to take away.")
APP_NEEDED = N_("Your role needs a second factor. Please add a passkey first.")


class Checked(Enum):
    """What came of a code."""

    RIGHT = "right"
    RECOVERED = "recovered"
    """A recovery code was used up."""
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
    if not session.complete and queries.has_second_factor(person):
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
    """Whether ``code`` is the right one, of the app or a recovery code; each is good once.

    A session has five tries.

    A session without tries left is ended: one begins again with the password. Raises Slowed.
    """
    if seconds := sessions.wait(Kind.CODE, person.email_key, source, now=now):
        raise Slowed(seconds)
    left = sessions.take_try(session)
    if left is None:
        return Checked.ENDED
    found = _looked_at(person, code, cipher, now=now)
    if found in (Checked.RIGHT, Checked.RECOVERED):
        return found
    sessions.note(Kind.CODE, person.email_key, source, now=now)
    audit.write("signin.refused", subject(person.id), by_id=None, now=now, step="code")
    if not left:
        sessions.end_one(session.id_hash)
        return Checked.ENDED
    return found


def _looked_at(person: Person, code: str, cipher: Cipher, *, now: datetime) -> Checked:
    if rules.typed_recovery_code(code):
        used = use_code(person, code, cipher, now=now)
        return Checked.RECOVERED if used else Checked.WRONG
    secret = cipher.decrypt(person.totp_secret or "")
    step = rules.matching_step(secret, code, now=now) if secret else None
    if step is None:
        return Checked.WRONG
    return Checked.RIGHT if _use_step(person, step) else Checked.USED


def end_app(person: Person, *, now: datetime) -> None:
    """Go on without the authenticator app. Raises Refused when the role needs it, or none is set.

    Recovery codes stand in for a second factor: they go with the last one.
    """
    if person.totp_secret is None:
        raise Refused(NO_APP)
    passkeys = queries.passkeys_of(person.id)
    if rules.needs_second_factor(person.roles) and not passkeys:
        raise Refused(APP_NEEDED)
    person.totp_secret = None
    if not passkeys:
        forget_codes(person)
    db.session.flush()
    audit.write("person.app_ended", subject(person.id), by_id=person.id, now=now)


def forget_second_factor(person: Person, *, by_id: int | None, now: datetime) -> None:
    """The device is lost: app, passkeys, recovery codes and sessions end; the next sign-in of
    somebody who needs one sets up a new app.
    """
    person.totp_secret = None
    forget_passkeys(person)
    forget_codes(person)
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

"""Passkeys: made, shown at sign-in and removed; each challenge is good once, for five minutes."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select

from hotline.audit import service as audit
from hotline.db import db
from hotline.errors import N_, Missing, Refused, Slowed
from hotline.people import queries, rules
from hotline.people.models import Passkey, PasskeyChallenge, Person
from hotline.people.rules import Answer, Site, subject
from hotline.people.service.recovery import forget_codes
from hotline.sessions import service as sessions
from hotline.sessions.rules import Kind, Source

NOT_MADE = N_("This passkey could not be made. Please try once more.")
KNOWN = N_("This passkey is in use here already.")
TOO_MANY = N_("There are 20 passkeys already. Please remove one first.")
NEEDED = N_("This is the only second factor. Please set up an authenticator app first.")


@dataclass(frozen=True)
class Shown:
    """What a passkey proved: who is there, or that a copy of somebody's passkey was used."""

    person: Person | None = None
    copied_from: Person | None = None


def ask_for_new_passkey(person: Person, where: Site, *, label: str, now: datetime) -> str:
    """What the browser is to make a passkey of ``person`` from, as JSON. Raises Refused.

    ``label`` is what the browser calls this house.
    """
    known = [one.credential_id for one in queries.passkeys_of(person.id)]
    if len(known) >= rules.PASSKEYS:
        raise Refused(TOO_MANY)
    challenge = _challenge(person.id, now=now)
    return rules.asked_to_make(where, challenge, whose=person, known=known, label=label)


def add_passkey(person: Person, text: str, name: str, where: Site, *, now: datetime) -> Passkey:
    """Keep the passkey that the browser made. Raises Invalid for its name, and Refused."""
    name = rules.clean_passkey_name(name)
    if len(queries.passkeys_of(person.id)) >= rules.PASSKEYS:
        raise Refused(TOO_MANY)
    answer = rules.read_answer(text)
    asked = answer is not None and _take(answer, person.id, now=now)
    found = rules.made(answer, where) if answer is not None and asked else None
    if found is None:
        raise Refused(NOT_MADE)
    if _by_credential(found.credential_id) is not None:
        raise Refused(KNOWN)
    row = Passkey(
        person_id=person.id,
        credential_id=found.credential_id,
        public_key=found.public_key,
        sign_count=found.sign_count,
        name=name,
        made_at=now,
    )
    db.session.add(row)
    db.session.flush()
    audit.write("passkey.added", subject(person.id), by_id=person.id, now=now, passkey=row.id)
    return row


def remove_passkey(person: Person, passkey_id: int, *, by_id: int | None, now: datetime) -> None:
    """Take one passkey away. Raises Missing, and Refused for the last factor of somebody who
    needs one.
    """
    mine = queries.passkeys_of(person.id)
    row = next((one for one in mine if one.id == passkey_id), None)
    if row is None:
        raise Missing()
    last = len(mine) == 1 and person.totp_secret is None
    if last and rules.needs_second_factor(person.roles):
        raise Refused(NEEDED)
    db.session.delete(row)
    db.session.flush()
    audit.write("passkey.removed", subject(person.id), by_id=by_id, now=now, passkey=passkey_id)
    if last:
        forget_codes(person)


def forget_passkeys(person: Person) -> None:
    """Take all passkeys of a person away."""
    db.session.execute(delete(Passkey).where(Passkey.person_id == person.id))


def ask_for_passkey(where: Site, *, person: Person | None = None, now: datetime) -> str:
    """What the browser is to show a passkey for, as JSON: one of ``person``'s, or any it has."""
    challenge = _challenge(person.id if person is not None else None, now=now)
    known = [one.credential_id for one in queries.passkeys_of(person.id)] if person else []
    return rules.asked_to_show(where, challenge, known=known)


def show_passkey(
    text: str, where: Site, *, source: Source, person: Person | None = None, now: datetime
) -> Shown:
    """Whose passkey the browser showed; nobody's for every other answer, which is counted.

    With ``person`` it must be one of theirs. Raises Slowed before anything is looked at when
    there were too many failures.
    """
    answer = rules.read_answer(text)
    name = answer.credential_id if answer is not None else ""
    if seconds := sessions.wait(Kind.PASSKEY, name, source, now=now):
        raise Slowed(seconds)
    row = _by_credential(name, person)
    shown = _checked(answer, row, where, person, now=now)
    if shown.person is None:
        sessions.note(Kind.PASSKEY, name, source, now=now)
        of = subject(row.person_id) if row is not None else f"name:{sessions.hashed(name)[:16]}"
        detail = {"copied": True} if shown.copied_from is not None else {}
        audit.write("signin.refused", of, by_id=None, now=now, step="passkey", **detail)
    return shown


def forget_challenges(*, now: datetime) -> int:
    """Delete the challenges that nobody answered in time; how many there were."""
    old = delete(PasskeyChallenge).where(PasskeyChallenge.expires_at <= now)
    return len(db.session.scalars(old.returning(PasskeyChallenge.id)).all())


def _checked(
    answer: Answer | None, row: Passkey | None, where: Site, person: Person | None, *, now: datetime
) -> Shown:
    """Every answer that can be read costs one look at a signature, whoever it is from."""
    if answer is None:
        return Shown()
    asked = _take(answer, person.id if person is not None else None, now=now)
    key = row.public_key if row is not None else rules.NOBODYS_KEY
    count = rules.count_shown(answer, where, key)
    owner = queries.active(row.person_id) if row is not None else None
    if not asked or count is None or row is None or not _is_of(answer, owner):
        return Shown()
    if rules.is_copied(count, row.sign_count):
        return Shown(copied_from=owner)
    row.sign_count, row.used_at = count, now
    return Shown(person=owner)


def _is_of(answer: Answer, owner: Person | None) -> bool:
    """Whether the owner may come in, and is whom the device filed the passkey under."""
    if owner is None:
        return False
    return rules.files_under(answer, owner.id)


def _challenge(person_id: int | None, *, now: datetime) -> bytes:
    made = secrets.token_bytes(rules.CHALLENGE_BYTES)
    row = PasskeyChallenge(
        challenge_hash=sessions.hashed(made.hex()),
        person_id=person_id,
        expires_at=now + rules.CHALLENGE_LIFE,
    )
    db.session.add(row)
    db.session.flush()
    return made


def _take(answer: Answer, person_id: int | None, *, now: datetime) -> bool:
    """Use the challenge up; False when it was not ours, was used, is old, or somebody else's."""
    ours = PasskeyChallenge.challenge_hash == sessions.hashed(answer.challenge.hex())
    gone = delete(PasskeyChallenge).where(ours)
    found = db.session.execute(
        gone.returning(PasskeyChallenge.person_id, PasskeyChallenge.expires_at)
    ).first()
    return found is not None and found.person_id == person_id and found.expires_at > now


def _by_credential(credential_id: str, person: Person | None = None) -> Passkey | None:
    query = select(Passkey).where(Passkey.credential_id == credential_id)
    if person is not None:
        query = query.where(Passkey.person_id == person.id)
    return db.session.scalar(query.with_for_update())

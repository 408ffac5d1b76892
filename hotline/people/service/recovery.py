"""Recovery codes: shown once, good once, for whoever lost the second factor."""

from datetime import datetime

from sqlalchemy import delete, update

from hotline.audit import service as audit
from hotline.db import db
from hotline.errors import N_, Refused
from hotline.people import queries, rules
from hotline.people.models import Person, RecoveryCode
from hotline.people.rules import Cipher, subject

NO_FACTOR = N_("Please set up an authenticator app or a passkey first.")


def make_codes(person: Person, cipher: Cipher, *, now: datetime) -> list[str]:
    """Ten fresh codes, shown once; the former ones are dead, and only keyed hashes are kept.

    Raises Refused for somebody who has no second factor.
    """
    if not queries.has_second_factor(person):
        raise Refused(NO_FACTOR)
    forget_codes(person)
    codes = [rules.recovery_code() for _ in range(rules.RECOVERY_CODES)]
    db.session.add_all(
        RecoveryCode(person_id=person.id, code_hash=_digests(person, code, cipher)[0], made_at=now)
        for code in codes
    )
    db.session.flush()
    audit.write("person.recovery_codes_made", subject(person.id), by_id=person.id, now=now)
    return codes


def use_code(person: Person, code: str, cipher: Cipher, *, now: datetime) -> bool:
    """Use one recovery code up; False when it is none of this person's, or was used."""
    found = db.session.scalar(
        update(RecoveryCode)
        .where(
            RecoveryCode.person_id == person.id,
            RecoveryCode.code_hash.in_(_digests(person, code, cipher)),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=now)
        .returning(RecoveryCode.id)
    )
    if found is None:
        return False
    audit.write(
        "person.recovery_code_used", subject(person.id), by_id=person.id, now=now, code=found
    )
    return True


def forget_codes(person: Person) -> None:
    """Make all recovery codes of a person worthless."""
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person.id))


def _digests(person: Person, code: str, cipher: Cipher) -> list[str]:
    return cipher.digests(f"{person.id}:{rules.typed_recovery_code(code)}")

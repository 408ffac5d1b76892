"""Tell the owner of an account what changed about it, so that nobody else changes it unseen.

Of what may be an attack administrators learn too.
"""

from hotline import clock
from hotline.notices import service as notices
from hotline.notices.rules import ALERT, Kind
from hotline.people import service as people
from hotline.people.models import Person
from hotline.people.rules import Role
from hotline.tickets import queries as tickets


def tell(person: Person, change: str) -> None:
    """Mail ``person`` that this happened just now (a code of ``words.ACCOUNT_CHANGES``).

    Nobody is told where an attacker may read the company's mail.
    """
    number, now = person.member_number, clock.now()
    if number and tickets.channels_unsafe(number, but_for=person.email):
        return
    notices.tell(
        people.subject(person.id),
        Kind.ACCOUNT_CHANGED,
        person_id=person.id,
        due_at=now,
        facts={"change": change},
        now=now,
    )


def alarm_of_a_copy(person: Person) -> None:
    """Tell ``person`` and, once an hour, administrators that a copy of a passkey was used."""
    tell(person, "passkey_copied")
    now = clock.now()
    hour = now.replace(minute=0, second=0, microsecond=0)
    for audience in (ALERT, Role.ADMINISTRATOR):
        notices.tell(
            people.subject(person.id),
            Kind.PASSKEY_COPIED,
            audience=audience,
            due_at=hour,
            facts={"person": person.id},
            now=now,
        )

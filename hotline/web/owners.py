"""Tell the owner of an account what changed about it, so that nobody else changes it unseen."""

from hotline import clock
from hotline.notices import service as notices
from hotline.notices.rules import Kind
from hotline.people import service as people
from hotline.people.models import Person
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

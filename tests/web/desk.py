"""Tickets and people for the tests of pages, and what is looked for on a page."""

from datetime import datetime

from sqlalchemy import select

from hotline import clock
from hotline.audit.models import AuditEntry
from hotline.db import db
from hotline.followups import service as followups
from hotline.people.rules import Role
from hotline.transaction import transaction
from tests import builders
from tests.builders import NOON


def colleague(role: Role = Role.COORDINATOR):
    with transaction():
        return builders.person(role, name="瀬戸 圭")


def opened(company: str = "試験工業", *, now=NOON, **facts: object):
    with transaction():
        return builders.ticket(now=now, company=company, **facts)


def take(ticket, person) -> None:
    with transaction():
        followups.take(builders.promise_of(ticket), by_id=person.id, now=clock.now())


def at(text: str):
    return datetime.fromisoformat(text)


def in_order(text: str, *parts: str) -> bool:
    places = [text.find(part, max(text.find('id="main"'), 0)) for part in parts]
    return -1 not in places and places == sorted(places)


def numbers_in(page: str) -> set[str]:
    return {part[:9] for part in page.split('href="/tickets/')[1:]}


def reads(subject: str) -> list[AuditEntry]:
    query = select(AuditEntry).where(AuditEntry.action == "read", AuditEntry.subject == subject)
    return list(db.session.scalars(query))

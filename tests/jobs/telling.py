"""Notices that wait, and whom they are for."""

from hotline.db import db
from hotline.notices.models import Notice
from hotline.notices.rules import Kind
from hotline.people.models import Person
from hotline.transaction import transaction
from tests import builders
from tests.jobs.conftest import NINE


def tell_one(**facts) -> Notice:
    with transaction():
        return builders.notice(**{"due_at": NINE, "subject": "followup:901", **facts})


def tell_person(someone: Person, number: int = 1, **facts) -> Notice:
    kind = Kind.NOBODY_ON_DUTY
    return tell_one(subject=f"followup:90{number}", kind=kind, person_id=someone.id, **facts)


def person(*roles: str, **facts) -> Person:
    with transaction():
        return builders.person(*roles, **facts)


def read(one: Notice) -> Notice | None:
    return db.session.get(Notice, one.id, populate_existing=True)

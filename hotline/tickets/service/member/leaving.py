"""Somebody is shut out: the account is dead at once, and so is what it followed."""

from datetime import datetime

from sqlalchemy import delete

from hotline.db import db
from hotline.people import service as people
from hotline.people.models import Person
from hotline.tickets.models import Follower


def shut_out(person: Person, *, by_id: int | None, now: datetime) -> None:
    """End sessions, links, tokens and what the person followed; what was written stays.

    Whoever is let in again follows nothing. Raises Refused for the last administrator.
    """
    people.disable(person, by_id=by_id, now=now)
    db.session.execute(delete(Follower).where(Follower.person_id == person.id))

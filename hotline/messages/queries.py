"""Read threads."""

from sqlalchemy import select

from hotline.db import db
from hotline.messages.models import Message
from hotline.people.models import Person


def thread(subject: str) -> list[tuple[Message, str]]:
    """The messages of a thread in the order of writing, each with the name of who wrote it."""
    query = (
        select(Message, Person.name)
        .join(Person, Person.id == Message.written_by_id)
        .where(Message.subject == subject)
        .order_by(Message.id)
    )
    return [(message, name) for message, name in db.session.execute(query)]

"""Read threads."""

from sqlalchemy import func, select

from hotline.db import db
from hotline.messages.models import Message
from hotline.people.models import Person


def thread(subject: str) -> list[tuple[Message, str]]:
    """The messages of a thread in the order of writing, each with the name of who wrote it.

    The name is "" for a caller without an account.
    """
    query = (
        select(Message, func.coalesce(Person.name, ""))
        .outerjoin(Person, Person.id == Message.written_by_id)
        .where(Message.subject == subject)
        .order_by(Message.id)
    )
    return [(message, name) for message, name in db.session.execute(query)]

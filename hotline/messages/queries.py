"""Read threads, and what the desk needs from the member."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import bindparam, case, func, select

from hotline.db import db
from hotline.errors import Missing
from hotline.messages.models import Message, Need
from hotline.messages.rules import NeedStatus, Side
from hotline.people.models import Person

_UNANSWERED = select(func.count(), func.min(Message.written_at)).where(
    Message.subject == bindparam("subject"),
    Message.side == Side.MEMBER,
    Message.answered_at.is_(None),
)
_NEEDS = (
    select(Need)
    .where(Need.ticket_id == bindparam("ticket_id"))
    .order_by(
        case((Need.status == NeedStatus.OPEN, 0), else_=1),
        Need.ended_at.desc(),
        Need.due_at.is_(None),
        Need.due_at,
        Need.id,
    )
)


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


def written_since(subject: str, by_id: int | None, since: datetime) -> int:
    """How many messages somebody of the member wrote in this thread after ``since``.

    ``by_id``: None for callers without an account.
    """
    own = (Message.side == Side.MEMBER, Message.written_by_id.is_not_distinct_from(by_id))
    came = (Message.subject == subject, Message.written_at > since, *own)
    return db.session.scalars(select(func.count()).select_from(Message).where(*came)).one()


def unanswered(subject: str) -> int:
    """How many messages of the member in this thread wait for the desk."""
    waiting = (Message.side == Side.MEMBER, Message.answered_at.is_(None))
    query = select(func.count()).select_from(Message).where(Message.subject == subject, *waiting)
    return db.session.scalars(query).one()


def unanswered_since(subject: str) -> tuple[int, datetime | None]:
    """How many messages of the member in this thread wait for the desk, and since when."""
    found, since = db.session.execute(_UNANSWERED, {"subject": subject}).one()
    return found, since


def waiting(limit: int) -> list[tuple[int, int, datetime]]:
    """Every ticket on which a member waits for an answer: id, how many messages, since when.

    The longest wait comes first.
    """
    since = func.min(Message.written_at)
    query = (
        select(Message.ticket_id, func.count(), since)
        .where(Message.side == Side.MEMBER, Message.answered_at.is_(None))
        .group_by(Message.ticket_id)
        .order_by(since, Message.ticket_id)
        .limit(limit)
    )
    return [(ticket_id, found, at) for ticket_id, found, at in db.session.execute(query)]


def needs_of(ticket_id: int) -> list[Need]:
    """What the desk asked for on a ticket: what is open first, by its time, then the newest end."""
    return list(db.session.scalars(_NEEDS, {"ticket_id": ticket_id}))


def need_of(ticket_id: int, need_id: int) -> Need:
    """The need with this id, if it is of this ticket. Raises Missing."""
    found = db.session.get(Need, need_id)
    if found is None or found.ticket_id != ticket_id:
        raise Missing()
    return found


def open_needs(ticket_ids: Collection[int]) -> dict[int, list[Need]]:
    """Ticket id to what the desk waits for there, the first wanted first; without any: left out."""
    query = select(Need).where(Need.ticket_id.in_(ticket_ids), Need.status == NeedStatus.OPEN)
    found: dict[int, list[Need]] = {}
    for one in db.session.scalars(query.order_by(Need.due_at.is_(None), Need.due_at, Need.id)):
        found.setdefault(one.ticket_id, []).append(one)
    return found

"""Read a ticket's story."""

from sqlalchemy import ColumnElement, case, select

from hotline.db import db
from hotline.people.models import Person
from hotline.timeline.models import Line
from hotline.timeline.rules import COMES_FIRST, Audience, visible_to


def of_ticket(ticket_id: int, viewer: Audience) -> list[tuple[Line, str | None]]:
    """The lines ``viewer`` may see, newest first, each with the name of who wrote it."""
    return _lines(Line.ticket_id == ticket_id, viewer)


def about(subject: str, viewer: Audience) -> list[tuple[Line, str | None]]:
    """The lines about one thing of a ticket, for example "task:12", as ``of_ticket`` gives them.

    What partners may see is theirs only where it is about their own task.
    """
    return _lines(Line.subject == subject, viewer)


def _lines(of: ColumnElement[bool], viewer: Audience) -> list[tuple[Line, str | None]]:
    comes_first = case((Line.event.in_(COMES_FIRST), 1), else_=0)
    query = (
        select(Line, Person.name)
        .outerjoin(Person, Person.id == Line.person_id)
        .where(of, Line.audience.in_(visible_to(viewer)))
        .order_by(Line.at.desc(), comes_first, Line.id.desc())
    )
    return [(line, name) for line, name in db.session.execute(query)]

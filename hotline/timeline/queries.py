"""Read a ticket's story."""

from sqlalchemy import case, select

from hotline.db import db
from hotline.people.models import Person
from hotline.timeline.models import Line
from hotline.timeline.rules import COMES_FIRST, Audience, visible_to


def of_ticket(ticket_id: int, viewer: Audience) -> list[tuple[Line, str | None]]:
    """The lines ``viewer`` may see, newest first, each with the name of who wrote it."""
    comes_first = case((Line.event.in_(COMES_FIRST), 1), else_=0)
    query = (
        select(Line, Person.name)
        .outerjoin(Person, Person.id == Line.person_id)
        .where(Line.ticket_id == ticket_id, Line.audience.in_(visible_to(viewer)))
        .order_by(Line.at.desc(), comes_first, Line.id.desc())
    )
    return [(line, name) for line, name in db.session.execute(query)]

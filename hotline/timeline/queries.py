"""Read a ticket's story."""

from sqlalchemy import Select, bindparam, case, select

from hotline.db import db
from hotline.people.models import Person
from hotline.timeline.models import Line
from hotline.timeline.rules import COMES_FIRST, Audience, visible_to

_LINES = (
    select(Line, Person.name)
    .outerjoin(Person, Person.id == Line.person_id)
    .where(Line.audience.in_(bindparam("audiences", expanding=True)))
    .order_by(
        Line.at.desc(), case((Line.event.in_(sorted(COMES_FIRST)), 1), else_=0), Line.id.desc()
    )
)
_OF_TICKET = _LINES.where(Line.ticket_id == bindparam("ticket_id"))
_ABOUT = _LINES.where(Line.subject == bindparam("subject"))


def of_ticket(ticket_id: int, viewer: Audience) -> list[tuple[Line, str | None]]:
    """The lines ``viewer`` may see, newest first, each with the name of who wrote it."""
    return _lines(_OF_TICKET, viewer, {"ticket_id": ticket_id})


def about(subject: str, viewer: Audience) -> list[tuple[Line, str | None]]:
    """The lines about one thing of a ticket, for example "task:12", as ``of_ticket`` gives them.

    What partners may see is theirs only where it is about their own task.
    """
    return _lines(_ABOUT, viewer, {"subject": subject})


def _lines(
    query: Select[Line, str], viewer: Audience, of: dict[str, object]
) -> list[tuple[Line, str | None]]:
    found = db.session.execute(query, {**of, "audiences": sorted(visible_to(viewer))})
    return [(line, name) for line, name in found]

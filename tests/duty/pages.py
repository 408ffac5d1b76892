"""Pages for the tests: opened, rung, taken, told."""

from datetime import timedelta

from sqlalchemy import select

from hotline.db import db
from hotline.duty import service
from hotline.duty.models import Page
from hotline.duty.rules import Cause
from hotline.notices.models import Notice
from hotline.timeline.models import Line
from tests.builders import NOON

STEP = timedelta(seconds=45)
MOBILE, LANDLINE = "+819012345601", "+81312345601"


def open_page(ticket, *, cause=Cause.P1_OUT_OF_HOURS) -> Page | None:
    return service.page(ticket.id, ticket.number, line=ticket.line, cause=cause, now=NOON)


def ring(page, *, at: int = 0) -> list:
    """Ring whoever is next, ``at`` steps after noon."""
    return service.ring_next(page.id, now=NOON + at * STEP)


def told(page) -> list[tuple[int | None, str, str]]:
    query = select(Notice).where(Notice.subject == f"page:{page.id}", Notice.kind == "page")
    found = db.session.scalars(query.execution_options(populate_existing=True))
    return [(one.person_id, str(one.channel), str(one.status)) for one in found]


def alarms(page) -> list[tuple[str, object]]:
    query = select(Notice).where(
        Notice.subject == f"page:{page.id}",
        Notice.kind == "page_unanswered",
        Notice.status == "waiting",
    )
    return [(one.audience, one.due_at) for one in db.session.scalars(query)]


def story(page) -> list[str]:
    query = select(Line.event).where(Line.ticket_id == page.ticket_id, Line.event.like("page%"))
    return list(db.session.scalars(query.order_by(Line.id)))


def facts_of(page, event: str) -> dict:
    query = select(Line.facts).where(Line.ticket_id == page.ticket_id, Line.event == event)
    return db.session.scalars(query).one()

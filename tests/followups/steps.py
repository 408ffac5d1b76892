"""The steps of a promise, and what is told of them."""

from datetime import timedelta

from sqlalchemy import select

from hotline.db import db
from hotline.followups import service
from hotline.notices.models import Notice
from hotline.timeline.models import Line
from tests.builders import NOON

HOUR = timedelta(hours=1)


def notices_about(followup) -> list[Notice]:
    query = select(Notice).where(Notice.subject == f"followup:{followup.id}").order_by(Notice.id)
    query = query.execution_options(populate_existing=True)
    return list(db.session.scalars(query))


def events(ticket) -> list[str]:
    query = select(Line.event).where(Line.ticket_id == ticket.id).order_by(Line.id)
    return list(db.session.scalars(query))


def move(promise, *, by_id=1):
    return service.move(
        promise, "482170933", due_at=NOON + 48 * HOUR, reason="都合", by_id=by_id, now=NOON
    )

"""Take a promise up, on the page or on the telephone."""

from datetime import datetime

from hotline.db import db
from hotline.duty import service as duty
from hotline.duty.models import Page
from hotline.followups import rules
from hotline.followups.models import Followup
from hotline.followups.rules import Status
from hotline.followups.service.stepping import locked, record, step, subject, ticket_of
from hotline.notices import service as notices
from hotline.notices.rules import Kind
from hotline.timeline.rules import Event


def take(followup: Followup, *, by_id: int, now: datetime) -> None:
    """Take the promise up: from now on it is this person's work, and not late any more."""
    step(followup, Status.TAKEN)
    followup.taken_at, followup.taken_by_id = now, by_id
    db.session.flush()
    # Before its moment the announcement stays: it reminds people of what was taken at night.
    over = {Kind.PROMISE_LATE} if now < followup.due_at else {Kind.PROMISE_LATE, Kind.PROMISE_DUE}
    notices.withdraw(subject(followup.id), over)
    record(followup, Event.TAKEN, by_id=by_id, now=now)
    duty.take_pages_of(ticket_of(followup).number, by_id=by_id, now=now)


def take_page(page_id: int, *, by_id: int, now: datetime) -> Page:
    """Who takes a page has the ticket: what is promised and nobody's work is theirs from now on.

    Raises Missing, Forbidden, or Refused when somebody else has the page.
    """
    page = duty.take_page(page_id, by_id=by_id, now=now)
    for followup in locked(page.ticket_id, rules.UNTAKEN):
        take(followup, by_id=by_id, now=now)
    return page

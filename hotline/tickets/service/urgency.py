"""What cannot wait until the desk opens."""

from datetime import datetime

from sqlalchemy import select

from hotline.db import db
from hotline.duty import queries as pages
from hotline.duty import service as duty
from hotline.duty.rules import Cause, PageStatus
from hotline.followups import queries as followups
from hotline.tickets import rules
from hotline.tickets.models import Ticket
from hotline.tickets.rules import Severity
from hotline.tickets.service.starting import calendar_of


def page_if_urgent(ticket: Ticket, *, now: datetime) -> None:
    """Have the coordinators rung for a P1 while the line is closed; once for each ticket, and
    anew when something is owed that is nobody's work although the ringing has ended."""
    if ticket.severity != Severity.P1 or ticket.drill or ticket.status in rules.ENDED:
        return
    if calendar_of(ticket.line).is_open(now) or _is_rung_by_hand(ticket):
        return
    cause = Cause.P1_OUT_OF_HOURS
    opened = duty.page(ticket.id, ticket.number, line=ticket.line, cause=cause, now=now)
    if opened is None and followups.untaken(ticket.id):
        duty.page_anew(ticket.number, cause, now=now)


def ring_when_late(number: str, *, now: datetime) -> None:
    """Nobody took the promise up in time: what was a P1 while the line was open rings people
    once it is closed."""
    ticket = db.session.scalars(select(Ticket).where(Ticket.number == number)).one()
    page_if_urgent(ticket, now=now)


def rest_or_ring(ticket: Ticket, *, by_id: int, now: datetime) -> None:
    """Ring for what has become a P1, and let people sleep about what is none any more."""
    if ticket.severity == Severity.P1:
        page_if_urgent(ticket, now=now)
        return
    for cause in (Cause.P1_OUT_OF_HOURS, Cause.P1_OVERRIDE):
        duty.call_off_pages(ticket.number, by_id=by_id, now=now, cause=cause)


def _is_rung_by_hand(ticket: Ticket) -> bool:
    """Whether people are being rung because somebody would not wait: nobody is rung twice."""
    return any(
        page.cause == Cause.P1_OVERRIDE and page.status == PageStatus.OPEN
        for page in pages.pages_of(ticket.number)
    )

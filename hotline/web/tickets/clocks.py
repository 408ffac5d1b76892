"""What the desk does with a legal clock: it was reported, it need not be, it began otherwise."""

from datetime import datetime

from flask import Blueprint, request

from hotline.deadlines import service as deadlines
from hotline.deadlines.models import Clock
from hotline.deadlines.service import Of
from hotline.edge.access import allow
from hotline.edge.identity import person
from hotline.edge.language import gettext
from hotline.people.rules import DESK
from hotline.tickets import service as tickets
from hotline.tickets.models import Ticket
from hotline.web import typed
from hotline.web.tickets.acting import acts, noted

bp = Blueprint("deadlines", __name__)


@bp.post("/tickets/<number>/clocks/<int:clock_id>/meet")
@allow(DESK)
@acts("clock-{clock_id}-meet")
def meet(ticket: Ticket, clock_id: int, *, now: datetime) -> str:
    """The report was made."""
    deadlines.meet(*_clock(ticket, clock_id), **noted(), now=now)
    return gettext("The report is written down; the clock stands.")


@bp.post("/tickets/<number>/clocks/<int:clock_id>/call-off")
@allow(DESK)
@acts("clock-{clock_id}-off")
def call_off(ticket: Ticket, clock_id: int, *, now: datetime) -> str:
    """Nothing has to be reported."""
    deadlines.call_off(*_clock(ticket, clock_id), **noted(), now=now)
    return gettext("The clock was called off.")


@bp.post("/tickets/<number>/clocks/<int:clock_id>/start")
@allow(DESK)
@acts("clock-{clock_id}-start")
def set_start(ticket: Ticket, clock_id: int, *, now: datetime) -> str:
    """The moment from which it is counted was another one."""
    moved = deadlines.set_start(
        *_clock(ticket, clock_id),
        typed.parse_moment(request.form),
        known_by=request.form.get("known_by", ""),
        reason=request.form.get("reason", ""),
        by_id=person().id,
        now=now,
    )
    return gettext("The start was corrected; clocks moved: %(num)s.", num=len(moved))


@bp.post("/tickets/<number>/clocks/<int:clock_id>/again")
@allow(DESK)
@acts("clock-{clock_id}-again")
def run_again(ticket: Ticket, clock_id: int, *, now: datetime) -> str:
    """It was not done after all."""
    deadlines.run_again(*_clock(ticket, clock_id), by_id=person().id, now=now)
    return gettext("The clock runs again.")


def _clock(ticket: Ticket, clock_id: int) -> tuple[Clock, Of]:
    """The clock, and the ticket as clocks know it."""
    return deadlines.clock_of(clock_id, ticket.id), tickets.clocks_of(ticket)

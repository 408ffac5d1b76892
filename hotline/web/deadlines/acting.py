"""What the desk does with a legal clock: it was reported, it need not be, it began otherwise."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from hotline import clock
from hotline.deadlines import service as deadlines
from hotline.deadlines.models import Clock
from hotline.edge.access import allow
from hotline.edge.identity import person
from hotline.edge.language import gettext
from hotline.errors import Missing
from hotline.people.rules import DESK
from hotline.tickets import service as tickets
from hotline.tickets.models import Ticket
from hotline.web import typed
from hotline.web.tickets import act

bp = Blueprint("deadlines", __name__)


@bp.post("/tickets/<number>/clocks/<int:clock_id>/meet")
@allow(DESK)
def meet(number: str, clock_id: int) -> ResponseReturnValue:
    """The report was made."""

    def verb(ticket: Ticket) -> str:
        deadlines.meet(
            _clock_of(ticket, clock_id),
            tickets.clocks_of(ticket),
            note=request.form.get("note", ""),
            by_id=person().id,
            now=clock.now(),
        )
        return gettext("The report is written down; the clock stands.")

    return act(number, f"clock-{clock_id}-meet", verb)


@bp.post("/tickets/<number>/clocks/<int:clock_id>/call-off")
@allow(DESK)
def call_off(number: str, clock_id: int) -> ResponseReturnValue:
    """Nothing has to be reported."""

    def verb(ticket: Ticket) -> str:
        deadlines.call_off(
            _clock_of(ticket, clock_id),
            tickets.clocks_of(ticket),
            note=request.form.get("note", ""),
            by_id=person().id,
            now=clock.now(),
        )
        return gettext("The clock was called off.")

    return act(number, f"clock-{clock_id}-off", verb)


@bp.post("/tickets/<number>/clocks/<int:clock_id>/start")
@allow(DESK)
def set_start(number: str, clock_id: int) -> ResponseReturnValue:
    """The moment from which it is counted was another one."""

    def verb(ticket: Ticket) -> str:
        moved = deadlines.set_start(
            _clock_of(ticket, clock_id),
            tickets.clocks_of(ticket),
            typed.parse_moment(request.form),
            known_by=request.form.get("known_by", ""),
            reason=request.form.get("reason", ""),
            by_id=person().id,
            now=clock.now(),
        )
        return gettext("The start was corrected; clocks moved: %(num)s.", num=len(moved))

    return act(number, f"clock-{clock_id}-start", verb)


@bp.post("/tickets/<number>/clocks/<int:clock_id>/again")
@allow(DESK)
def run_again(number: str, clock_id: int) -> ResponseReturnValue:
    """It was not done after all."""

    def verb(ticket: Ticket) -> str:
        deadlines.run_again(
            _clock_of(ticket, clock_id),
            tickets.clocks_of(ticket),
            by_id=person().id,
            now=clock.now(),
        )
        return gettext("The clock runs again.")

    return act(number, f"clock-{clock_id}-again", verb)


def _clock_of(ticket: Ticket, clock_id: int) -> Clock:
    found = deadlines.get(clock_id)
    if found.ticket_id != ticket.id:
        raise Missing()
    return found

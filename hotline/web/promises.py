"""What the desk does with the promise of a ticket: take it up, try, keep, move, call it off."""

from datetime import datetime

from flask import Blueprint, flash, request
from flask.typing import ResponseReturnValue

from hotline import clock, policy
from hotline.calendars import service as calendars
from hotline.duty.rules import LinesPolicy
from hotline.edge.access import allow
from hotline.edge.identity import person
from hotline.edge.language import gettext
from hotline.errors import Missing
from hotline.followups import service as followups
from hotline.followups.models import Followup
from hotline.people.rules import DESK
from hotline.tickets import service as tickets
from hotline.tickets.models import Ticket
from hotline.web import typed
from hotline.web.tickets import act

bp = Blueprint("promises", __name__)


@bp.post("/tickets/<number>/promises/<int:promise>/take")
@allow(DESK)
def take(number: str, promise: int) -> ResponseReturnValue:
    """Take the promise up."""

    def verb(ticket: Ticket) -> str:
        followups.take(_owed(ticket, promise), by_id=person().id, now=clock.now())
        return gettext("You took this promise up.")

    return act(number, "take", verb)


@bp.post("/tickets/<number>/promises/<int:promise>/keep")
@allow(DESK)
def keep(number: str, promise: int) -> ResponseReturnValue:
    """The call back was made."""

    def verb(ticket: Ticket) -> str:
        tickets.keep_promise(_owed(ticket, promise), by_id=person().id, now=clock.now())
        return gettext("The promise is kept.")

    return act(number, "keep", verb)


@bp.post("/tickets/<number>/promises/<int:promise>/move")
@allow(DESK)
def move(number: str, promise: int) -> ResponseReturnValue:
    """Promise another time, with the reason."""

    def verb(ticket: Ticket) -> str:
        moved = followups.move(
            _owed(ticket, promise),
            ticket.number,
            due_at=typed.parse_moment(request.form),
            reason=request.form.get("reason", ""),
            by_id=person().id,
            now=clock.now(),
        )
        if not _is_open(ticket, moved.due_at):
            flash(
                gettext(
                    "The new time lies outside business hours. "
                    "Please make sure that somebody will call."
                )
            )
        return gettext("The promise was moved.")

    return act(number, "move", verb)


@bp.post("/tickets/<number>/promises/<int:promise>/call-off")
@allow(DESK)
def call_off(number: str, promise: int) -> ResponseReturnValue:
    """Nothing is owed any more, for a reason."""

    def verb(ticket: Ticket) -> str:
        tickets.call_off_promise(
            _owed(ticket, promise),
            reason=request.form.get("reason", ""),
            by_id=person().id,
            now=clock.now(),
        )
        return gettext("The promise was called off.")

    return act(number, "call-off", verb)


def _owed(ticket: Ticket, promise_id: int) -> Followup:
    followup = followups.get(promise_id)
    if followup.ticket_id != ticket.id:
        raise Missing()
    return followup


def _is_open(ticket: Ticket, at: datetime) -> bool:
    calendar = policy.get(LinesPolicy).line(ticket.line).calendar
    return calendars.current(calendar).is_open(at)

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
from hotline.errors import N_, Invalid, Missing, Problem
from hotline.followups import service as followups
from hotline.followups.models import Followup
from hotline.followups.rules import Outcome
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


@bp.post("/tickets/<number>/promises/<int:promise>/attempts")
@allow(DESK)
def attempt(number: str, promise: int) -> ResponseReturnValue:
    """Write down how a call back went; who was reached, to them the promise is kept."""

    def verb(ticket: Ticket) -> str:
        outcome, now = _outcome(), clock.now()
        reached = outcome is Outcome.REACHED
        followup = _owed(ticket, promise)
        followups.attempt(
            followup,
            outcome,
            with_whom=request.form.get("with_whom", ""),
            next_try_at=None if reached else _next_try(),
            by_id=person().id,
            now=now,
        )
        if not reached:
            return gettext("The attempt was written down.")
        tickets.keep_promise(followup, by_id=person().id, now=now)
        return gettext("The promise is kept.")

    return act(number, "attempt", verb)


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


def _outcome() -> Outcome:
    chosen = request.form.get("outcome", "")
    if chosen not in set(Outcome):
        raise Invalid({"outcome": Problem(N_("Choose how the call went."))})
    return Outcome(chosen)


def _next_try() -> datetime | None:
    """The typed moment of the next try; None when neither a date nor a time was typed."""
    if not request.form.get("day", "").strip() and not request.form.get("time", "").strip():
        return None
    return typed.parse_moment(request.form)


def _is_open(ticket: Ticket, at: datetime) -> bool:
    calendar = policy.get(LinesPolicy).line(ticket.line).calendar
    return calendars.current(calendar).is_open(at)

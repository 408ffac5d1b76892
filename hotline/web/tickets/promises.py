"""What the desk does with the promise of a ticket: take it up, try, keep, move, call it off."""

from datetime import datetime

from flask import Blueprint, flash, request

from hotline import policy
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
from hotline.web.tickets.acting import acts

bp = Blueprint("promises", __name__)


@bp.post("/tickets/<number>/promises/<int:promise>/take")
@allow(DESK)
@acts("take")
def take(ticket: Ticket, promise: int, *, now: datetime) -> str:
    """Take the promise up."""
    followups.take(_owed(ticket, promise), by_id=person().id, now=now)
    return gettext("You took this promise up.")


@bp.post("/tickets/<number>/promises/<int:promise>/keep")
@allow(DESK)
@acts("keep")
def keep(ticket: Ticket, promise: int, *, now: datetime) -> str:
    """The call back was made."""
    tickets.keep_promise(_owed(ticket, promise), by_id=person().id, now=now)
    return gettext("The promise is kept.")


@bp.post("/tickets/<number>/promises/<int:promise>/attempts")
@allow(DESK)
@acts("attempt")
def attempt(ticket: Ticket, promise: int, *, now: datetime) -> str:
    """Write down how a call back went; who was reached, to them the promise is kept."""
    outcome = _outcome()
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


@bp.post("/tickets/<number>/promises/<int:promise>/move")
@allow(DESK)
@acts("move")
def move(ticket: Ticket, promise: int, *, now: datetime) -> str:
    """Promise another time, with the reason."""
    moved = followups.move(
        _owed(ticket, promise),
        ticket.number,
        due_at=typed.parse_moment(request.form),
        reason=request.form.get("reason", ""),
        by_id=person().id,
        now=now,
    )
    if not _is_open(ticket, moved.due_at):
        flash(
            gettext(
                "The new time lies outside business hours. "
                "Please make sure that somebody will call."
            )
        )
    return gettext("The promise was moved.")


@bp.post("/tickets/<number>/promises/<int:promise>/call-off")
@allow(DESK)
@acts("call-off")
def call_off(ticket: Ticket, promise: int, *, now: datetime) -> str:
    """Nothing is owed any more, for a reason."""
    tickets.call_off_promise(
        _owed(ticket, promise),
        reason=request.form.get("reason", ""),
        by_id=person().id,
        now=now,
    )
    return gettext("The promise was called off.")


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

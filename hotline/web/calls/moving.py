"""A call on the wrong ticket: move it, split it off, and undo it; undo that tickets are one."""

from datetime import datetime

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from hotline import clock
from hotline.calls import queries
from hotline.calls import service as calls
from hotline.calls.models import Call
from hotline.edge.access import allow
from hotline.edge.identity import person
from hotline.edge.language import gettext
from hotline.errors import N_, Invalid, Missing, Problem
from hotline.people.rules import DESK
from hotline.tickets import queries as tickets
from hotline.tickets import service as ticket_verbs
from hotline.tickets.models import Ticket
from hotline.tickets.rules import spaced
from hotline.web.tickets.acting import acts

bp = Blueprint("moving", __name__)


@bp.post("/calls/<int:call_id>/move")
@allow(DESK)
def move(call_id: int) -> ResponseReturnValue:
    """The call goes on in the ticket whose number was typed."""
    call = _call(call_id)
    into = _named(request.form.get("into", ""))
    calls.move(call, into, by_id=person().id, now=clock.now())
    flash(gettext("The call belongs to ticket %(number)s now.", number=spaced(into.number)))
    return _to(into)


@bp.post("/calls/<int:call_id>/split")
@allow(DESK)
def split(call_id: int) -> ResponseReturnValue:
    """The call is about another incident: it gets a ticket of its own."""
    made = calls.split(_call(call_id), by_id=person().id, now=clock.now())
    flash(gettext("The call has ticket %(number)s of its own now.", number=spaced(made.number)))
    return _to(made)


@bp.post("/calls/<int:call_id>/undo")
@allow(DESK)
def undo(call_id: int) -> ResponseReturnValue:
    """The call goes back to where it stood before it was moved or split off."""
    back = calls.undo_move(_call(call_id), by_id=person().id, now=clock.now())
    flash(gettext("The call is back on ticket %(number)s.", number=spaced(back.number)))
    return _to(back)


@bp.post("/tickets/<number>/part")
@allow(DESK)
@acts("part")
def part(ticket: Ticket, *, now: datetime) -> str:
    """Undo that this ticket was joined with another one: it goes on as it stood."""
    reason = request.form.get("reason", "")
    ticket_verbs.part(ticket, reason=reason, by_id=person().id, now=now)
    return gettext("The ticket goes on by itself, with what its caller was promised.")


def _named(number: str) -> Ticket:
    try:
        return tickets.by_number(number, person())
    except Missing:
        problem = Problem(N_("There is no ticket with this number."))
        raise Invalid({"into": problem}) from None


def _call(call_id: int) -> Call:
    found = queries.by_id(call_id)
    if found is None:
        raise Missing()
    return found


def _to(ticket: Ticket) -> Response:
    return redirect(url_for("tickets.show", number=ticket.number, _anchor="calls-h"), code=303)

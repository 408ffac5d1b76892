"""Calls that we make: placed by one click, followed while they last, written down afterwards."""

from datetime import datetime
from http import HTTPStatus

from flask import Blueprint, flash, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from hotline import clock, policy
from hotline.audit import service as audit
from hotline.calls import queries
from hotline.calls import service as calls
from hotline.calls.models import Call
from hotline.calls.rules import Direction
from hotline.calls.service import Outcomes
from hotline.db import db
from hotline.edge import errors
from hotline.edge.access import allow
from hotline.edge.identity import person
from hotline.edge.language import gettext
from hotline.errors import Invalid, Missing
from hotline.followups.rules import Outcome
from hotline.people.rules import DESK
from hotline.tickets import queries as tickets
from hotline.tickets import rules
from hotline.tickets.models import Ticket
from hotline.web import typed
from hotline.web.calls import page as call_page
from hotline.web.tickets import act

bp = Blueprint("callback", __name__)


@bp.post("/tickets/<number>/call")
@allow(DESK)
def place(number: str) -> ResponseReturnValue:
    """Ring the own phone, and with the key the caller; without a choice the first phone to try."""
    placed: list[int] = []

    def verb(ticket: Ticket) -> str:
        to = request.form.get("to", "") or _first(ticket)
        call = calls.call_back(ticket, to, by=person(), now=clock.now())
        placed.append(call.id)
        return gettext("Your phone will ring in a moment. Press 1 to be connected.")

    answer = act(number, "call", verb)
    if not placed:
        return answer
    return redirect(url_for("calls.show", call_id=placed[0]), code=303)


def _first(ticket: Ticket) -> str:
    contacts = tickets.contacts_of(ticket)
    return next(iter(rules.phones(contacts, policy.get(rules.ReachingPolicy))), "")


@bp.post("/calls/<int:call_id>/call-back")
@allow(DESK)
def call_back(call_id: int) -> ResponseReturnValue:
    """Ring the own phone, and with the key whoever called; or once more whom we called."""
    call = calls.return_call(_call(call_id), by=person(), now=clock.now())
    flash(gettext("Your phone will ring in a moment. Press 1 to be connected."))
    return redirect(url_for("calls.show", call_id=call.id), code=303)


@bp.get("/calls/<int:call_id>/progress")
@allow(DESK)
def progress(call_id: int) -> ResponseReturnValue:
    """Where the call stands, for the page that follows it; it names nobody and no number."""
    call = _placed(call_id)
    return call_page.part(call, now=clock.now())


@bp.post("/calls/<int:call_id>/outcome")
@allow(DESK)
def outcome(call_id: int) -> ResponseReturnValue:
    """Write down how the call went."""
    call = _placed(call_id)
    ticket_id = call.ticket_id
    try:
        calls.conclude(call, _outcomes(), by_id=person().id, now=clock.now())
        db.session.flush()
    except Invalid as invalid:
        return _again(call_id, invalid)
    flash(gettext("It is written down how the call went."))
    if ticket_id is None:
        return redirect(url_for("calls.missed"), code=303)
    return redirect(url_for("tickets.show", number=tickets.number_of(ticket_id)), code=303)


def _outcomes() -> Outcomes:
    """What was typed. Raises Invalid for a day or an hour that is none."""
    form = request.form
    ids = (typed.id_or_none(one) for one in form.getlist("missed"))
    return Outcomes(
        form.get("outcome", ""),
        with_whom=form.get("with_whom", ""),
        next_try_at=None if form.get("outcome") == Outcome.REACHED else _next_try(),
        note=form.get("note", ""),
        missed=[one for one in ids if one is not None],
    )


def _next_try() -> datetime | None:
    if not request.form.get("day", "").strip() and not request.form.get("time", "").strip():
        return None
    return typed.parse_moment(request.form)


def _again(call_id: int, invalid: Invalid) -> ResponseReturnValue:
    """The page with every word that was typed, and what stands in the way; it is a read too."""
    db.session.rollback()
    call = _placed(call_id)
    audit.write("read", calls.subject(call), by_id=person().id, now=clock.now())
    sent = call_page.Typed(request.form, errors.said(invalid))
    page = call_page.shown(call, person(), now=clock.now(), typed=sent)
    return make_response(page, HTTPStatus.UNPROCESSABLE_ENTITY)


def _placed(call_id: int) -> Call:
    call = _call(call_id)
    if call.direction != Direction.OUT:
        raise Missing()
    return call


def _call(call_id: int) -> Call:
    found = queries.by_id(call_id)
    if found is None:
        raise Missing()
    return found

"""After a call: how it ended, what is left to say, and what the caller is sent."""

from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Any

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hotline import clock, policy
from hotline.audit import service as audit
from hotline.calls import queries
from hotline.calls import service as calls
from hotline.calls.models import Call
from hotline.calls.rules import DispositionsPolicy
from hotline.calls.service import Wrapping
from hotline.db import db
from hotline.edge import errors, requests
from hotline.edge.access import allow
from hotline.edge.identity import person
from hotline.edge.language import current, gettext
from hotline.errors import Invalid, Missing
from hotline.notices import queries as notices
from hotline.notices.rules import Kind
from hotline.people import queries as people
from hotline.people.rules import DESK
from hotline.tickets import queries as tickets
from hotline.tickets import rules
from hotline.tickets import service as ticket_verbs
from hotline.tickets.models import Ticket
from hotline.tickets.rules import ENDED, ReferralsPolicy
from hotline.web import formats
from hotline.web.saying import rail

bp = Blueprint("wrap_up", __name__)

ENDING = {"ends": True, "stays": False}


@bp.get("/tickets/<number>/wrap-up")
@allow(DESK)
def of_ticket(number: str) -> ResponseReturnValue:
    """The call of this ticket that is to be wrapped up; the ticket itself where there is none."""
    ticket = tickets.by_number(number, person())
    call = queries.unwrapped(ticket.id)
    if call is None:
        return redirect(url_for("tickets.show", number=ticket.number))
    return redirect(url_for(".show", call_id=call.id))


@bp.get("/calls/<int:call_id>/wrap-up")
@allow(DESK)
def show(call_id: int) -> ResponseReturnValue:
    """How did the call end? With what is left to say to the caller."""
    call = _call(call_id)
    calls.check_taken(call)
    requests.note_read(calls.subject(call))
    return render_template("wrap_up/show.html", **_page(call, _kept(call), {}))


@bp.post("/calls/<int:call_id>/wrap-up")
@allow(DESK)
def finish(call_id: int) -> ResponseReturnValue:
    """Write it down, and have the caller told what was to be told at the end."""
    call = _call(call_id)
    form = request.form
    given = Wrapping(
        form.get("disposition", ""),
        note=form.get("note", ""),
        ends=ENDING.get(form.get("ends", "")),
        referral=form.get("referral", ""),
    )
    try:
        told = calls.wrap_up(call, given, by_id=person().id, now=clock.now())
        db.session.flush()
    except Invalid as invalid:
        return _again(call_id, form, errors.said(invalid))
    flash(gettext("The call is wrapped up."))
    if told:
        channels = formats.listed([formats.channel(one) for one in told])
        flash(gettext("The caller is being told by: %(channels)s", channels=channels))
    if call.ticket_id is None:
        return redirect(url_for("calls.today"), code=303)
    number = tickets.number_of(call.ticket_id)
    return redirect(url_for("tickets.show", number=number), code=303)


def _again(call_id: int, form: Mapping[str, str], said: Mapping[str, str]) -> ResponseReturnValue:
    """The page with every word that was typed, and what stands in the way; it is a read too."""
    db.session.rollback()
    call = _call(call_id)
    audit.write("read", calls.subject(call), by_id=person().id, now=clock.now())
    page = render_template("wrap_up/show.html", **_page(call, form, said))
    return make_response(page, HTTPStatus.UNPROCESSABLE_ENTITY)


def _call(call_id: int) -> Call:
    found = queries.by_id(call_id)
    if found is None:
        raise Missing()
    return found


def _kept(call: Call) -> Mapping[str, str]:
    return {"disposition": call.disposition, "note": call.note}


def _page(call: Call, values: Mapping[str, str], said: Mapping[str, str]) -> dict[str, Any]:
    now = clock.now()
    ticket = db.session.get(Ticket, call.ticket_id) if call.ticket_id is not None else None
    goes_on = ticket is not None and ticket.status not in ENDED
    return {
        "call": call,
        "ticket": ticket,
        "goes_on": goes_on,
        "values": values,
        "errors": said,
        "dispositions": policy.get(DispositionsPolicy).disposition,
        "referrals": policy.get(ReferralsPolicy).referral,
        "names": people.names([call.answered_by_id, call.claimed_by_id, call.wrapped_by_id]),
        "tongue": current(),
        "to_say": _to_say(ticket, now=now) if ticket is not None else {},
        "reached_by": _reached_by(ticket) if ticket is not None and goes_on else [],
        "now": now,
    }


def _to_say(ticket: Ticket, *, now: datetime) -> dict[str, Any]:
    """The promise, number and code once more, and what was read back."""
    kind = ticket.other_kind if rules.OTHER in ticket.case_types else ""
    return rail.beside(ticket, ticket.case_types, other_kind=kind, now=now)


def _reached_by(ticket: Ticket) -> list[tuple[str, bool]]:
    """Each way by which the caller is sent number and promise, and whether it was used already."""
    if ticket.drill:
        return []
    used = notices.channels(ticket_verbs.subject(ticket.number), Kind.RECEIVED)
    ways = rules.reach(tickets.contacts_of(ticket), policy.get(rules.ReachingPolicy))
    return [(way, way in used) for way in ways]

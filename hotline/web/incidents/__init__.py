"""One cause, many tickets: link them, advise all their callers, let them go on together."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hotline import clock
from hotline.db import db
from hotline.edge import errors, requests
from hotline.edge.access import allow
from hotline.edge.identity import person
from hotline.edge.language import gettext, ngettext
from hotline.errors import N_, Invalid, Problem
from hotline.incidents import queries
from hotline.incidents import service as incidents
from hotline.incidents.service import Step
from hotline.people import queries as people
from hotline.people.rules import DESK, READERS
from hotline.tickets import queries as tickets
from hotline.tickets.rules import Status
from hotline.web import formats, typed
from hotline.web.incidents.advising import preview, was_seen
from hotline.web.incidents.choosing import chosen_tickets, pick_page
from hotline.web.incidents.page import TO_ALL, Sent, again, note_read, page
from hotline.web.tickets import listing

bp = Blueprint("incidents", __name__)

LISTED = 200


@bp.get("/incidents")
@allow(READERS)
def index() -> ResponseReturnValue:
    """Every joint incident: those that go on first."""
    requests.note_read("list:incidents")
    found = queries.listed(LISTED)
    names = people.names([one.opened_by_id for one, _ in found])
    may_act = bool(person().roles & DESK)
    return render_template(
        "incidents/index.html", found=found, names=names, may_act=may_act, now=clock.now()
    )


@bp.get("/incidents/pick")
@allow(DESK)
def pick() -> ResponseReturnValue:
    """Choose tickets for a new incident, or for the one that ``into`` names."""
    to = queries.by_id(typed.parse_id(request.args["into"])) if request.args.get("into") else None
    requests.note_read("list:tickets", **listing.asked(person()).given)
    return pick_page(to, {}, request.args.getlist("with"))


@bp.post("/incidents")
@allow(DESK)
def begin() -> ResponseReturnValue:
    """Begin to handle the chosen tickets together."""
    title, cause = request.form.get("title", ""), request.form.get("cause", "")
    try:
        chosen = chosen_tickets()
        begun = incidents.open_incident(title, cause, chosen, by_id=person().id, now=clock.now())
    except Invalid as invalid:
        db.session.rollback()
        return pick_page(None, errors.said(invalid), request.form.getlist("tickets")), 422
    flash(gettext("The tickets are handled together now."))
    return redirect(url_for(".show", incident_id=begun.id), code=303)


@bp.post("/incidents/link")
@allow(DESK)
def link() -> ResponseReturnValue:
    """Handle further tickets with an incident."""
    incident = queries.by_id(typed.parse_id(request.form.get("incident", "")))
    fresh = incidents.link(incident, chosen_tickets(), by_id=person().id, now=clock.now())
    said = ngettext("%(num)s ticket was added.", "%(num)s tickets were added.", len(fresh))
    flash(said)
    return redirect(url_for(".show", incident_id=incident.id), code=303)


@bp.get("/incidents/<int:incident_id>")
@allow(READERS)
def show(incident_id: int) -> ResponseReturnValue:
    """One incident: its tickets, what was said to all, and how they go on."""
    incident = queries.by_id(incident_id)
    requests.note_read(incidents.subject(incident))
    return page(incident, Sent())


@bp.post("/incidents/<int:incident_id>")
@allow(DESK)
def change(incident_id: int) -> ResponseReturnValue:
    """Say anew what the tickets have in common."""
    incident = queries.by_id(incident_id)
    title, cause = request.form.get("title", ""), request.form.get("cause", "")
    version = typed.parse_id(request.form.get("version", ""), least=0)
    try:
        incidents.change(
            incident, title, cause, version=version, by_id=person().id, now=clock.now()
        )
    except Invalid as invalid:
        return again(incident_id, Sent("change", errors.said(invalid)))
    flash(gettext("It was saved."))
    return redirect(url_for(".show", incident_id=incident_id), code=303)


@bp.post("/incidents/<int:incident_id>/unlink/<number>")
@allow(DESK)
def unlink(incident_id: int, number: str) -> ResponseReturnValue:
    """The ticket has another cause after all; the page offers to undo it."""
    incident, ticket = queries.by_id(incident_id), tickets.by_number(number, person())
    incidents.unlink(incident, ticket, by_id=person().id, now=clock.now())
    flash(gettext("Ticket %(number)s goes on by itself.", number=formats.in_fours(ticket.number)))
    return redirect(url_for(".show", incident_id=incident_id, undo=ticket.number), code=303)


@bp.post("/incidents/<int:incident_id>/close")
@allow(DESK)
def close(incident_id: int) -> ResponseReturnValue:
    """There is nothing more to do together."""
    incidents.close(queries.by_id(incident_id), by_id=person().id, now=clock.now())
    flash(gettext("The joint incident is closed. Its tickets go on as they are."))
    return redirect(url_for(".show", incident_id=incident_id), code=303)


@bp.post("/incidents/<int:incident_id>/reopen")
@allow(DESK)
def reopen(incident_id: int) -> ResponseReturnValue:
    """It goes on after all."""
    incidents.reopen(queries.by_id(incident_id), by_id=person().id, now=clock.now())
    flash(gettext("The joint incident goes on."))
    return redirect(url_for(".show", incident_id=incident_id), code=303)


@bp.post("/incidents/<int:incident_id>/broadcast")
@allow(DESK)
def broadcast(incident_id: int) -> ResponseReturnValue:
    """Show what would be sent to whom, and send it when that was looked at."""
    incident = queries.by_id(incident_id)
    ja, en = request.form.get("ja", ""), request.form.get("en", "")
    try:
        if request.form.get("act") != "send" or not was_seen(incident):
            return preview(incident, ja, en)
        told = incidents.broadcast(incident, ja, en, by_id=person().id, now=clock.now())
    except Invalid as invalid:
        return again(incident_id, Sent("broadcast", errors.said(invalid)))
    unreached = sum(not one.channels for one in told)
    flash(ngettext("%(num)s caller was advised.", "%(num)s callers were advised.", len(told)))
    if unreached:
        flash(
            ngettext(
                "%(num)s caller cannot be sent anything: please call.",
                "%(num)s callers cannot be sent anything: please call.",
                unreached,
            )
        )
    return redirect(url_for(".show", incident_id=incident_id), code=303)


@bp.post("/incidents/<int:incident_id>/status")
@allow(DESK)
def move_all(incident_id: int) -> ResponseReturnValue:
    """Let the chosen tickets go on; each one's own result is shown."""
    incident, wanted = queries.by_id(incident_id), request.form.get("status", "")
    form = request.form
    try:
        if wanted not in TO_ALL:
            raise Invalid({"status": Problem(N_("Choose where they are to go."))})
        step = Step(Status(wanted), form.get("reason", ""), form.get("referral", ""))
        moved = incidents.move_all(
            incident, chosen_tickets(), step, by_id=person().id, now=clock.now()
        )
    except Invalid as invalid:
        return again(incident_id, Sent("status", errors.said(invalid)))
    note_read(incident)
    return page(incident, Sent("moved", moved=moved))

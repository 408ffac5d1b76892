"""One cause, many tickets: link them, advise all their callers, let them go on together."""

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime
from http import HTTPStatus

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hotline import clock, policy
from hotline.audit import service as audit
from hotline.db import db
from hotline.edge import errors, requests
from hotline.edge.access import allow
from hotline.edge.identity import person
from hotline.edge.language import gettext, ngettext
from hotline.errors import N_, Invalid, Problem, Refused
from hotline.followups import queries as promises
from hotline.followups.models import Followup
from hotline.incidents import queries, rules
from hotline.incidents import service as incidents
from hotline.incidents.models import Incident
from hotline.incidents.service import Moved, Step
from hotline.people import queries as people
from hotline.people.rules import DESK, READERS
from hotline.tickets import queries as tickets
from hotline.tickets import rules as ticketing
from hotline.tickets.models import Ticket
from hotline.tickets.rules import ENDED, ReachingPolicy, ReferralsPolicy, Status
from hotline.web import formats, typed
from hotline.web.tickets import listing
from hotline.web.tickets.page import PATH, open_one

bp = Blueprint("incidents", __name__)

LISTED = 200
TO_ALL = (*PATH, Status.ON_HOLD, Status.OUT_OF_SCOPE, Status.CLOSED)
"""Where many tickets can go at once."""


@dataclass(frozen=True)
class Sent:
    """A form that comes back with what was typed and what to do about it, or its results."""

    name: str = ""
    errors: dict[str, str] = field(default_factory=dict)
    moved: list[Moved] = field(default_factory=list)


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
    return _pick(to, {}, request.args.getlist("with"))


@bp.post("/incidents")
@allow(DESK)
def begin() -> ResponseReturnValue:
    """Begin to handle the chosen tickets together."""
    title, cause = request.form.get("title", ""), request.form.get("cause", "")
    try:
        chosen = _chosen()
        begun = incidents.open_incident(title, cause, chosen, by_id=person().id, now=clock.now())
    except Invalid as invalid:
        db.session.rollback()
        return _pick(None, errors.said(invalid), request.form.getlist("tickets")), 422
    flash(gettext("The tickets are handled together now."))
    return redirect(url_for(".show", incident_id=begun.id), code=303)


@bp.post("/incidents/link")
@allow(DESK)
def link() -> ResponseReturnValue:
    """Handle further tickets with an incident."""
    incident = queries.by_id(typed.parse_id(request.form.get("incident", "")))
    fresh = incidents.link(incident, _chosen(), by_id=person().id, now=clock.now())
    said = ngettext("%(num)s ticket was added.", "%(num)s tickets were added.", len(fresh))
    flash(said)
    return redirect(url_for(".show", incident_id=incident.id), code=303)


@bp.get("/incidents/<int:incident_id>")
@allow(READERS)
def show(incident_id: int) -> ResponseReturnValue:
    """One incident: its tickets, what was said to all, and how they go on."""
    incident = queries.by_id(incident_id)
    requests.note_read(incidents.subject(incident))
    return _page(incident, Sent())


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
        return _again(incident_id, Sent("change", errors.said(invalid)))
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
        if request.form.get("act") != "send" or not _was_seen(incident):
            return _preview(incident, ja, en)
        told = incidents.broadcast(incident, ja, en, by_id=person().id, now=clock.now())
    except Invalid as invalid:
        return _again(incident_id, Sent("broadcast", errors.said(invalid)))
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
        moved = incidents.move_all(incident, _chosen(), step, by_id=person().id, now=clock.now())
    except Invalid as invalid:
        return _again(incident_id, Sent("status", errors.said(invalid)))
    _note_read(incident)
    return _page(incident, Sent("moved", moved=moved))


def _chosen() -> list[Ticket]:
    """The tickets that were ticked, each once; what is no ticket is Missing."""
    numbers = dict.fromkeys(request.form.getlist("tickets"))
    rules.check_count(len(numbers))
    return [tickets.by_number(number, person()) for number in numbers]


def _pick(to: Incident | None, said: dict[str, str], ticked: list[str]) -> str:
    """The tickets that can be chosen: what goes on, is in no incident, and fits the filter."""
    asked = listing.asked(person())
    asked = replace(asked, wanted=replace(asked.wanted, drill=asked.wanted.drill or False))
    rows, following = listing.rows(asked, person())
    shown = {row.ticket.number: row.ticket for row in rows}
    for number in ticked:  # What was chosen before the filter changed stays on the list.
        known = ticketing.parse_number(number)
        if known and known not in shown:
            shown[known] = tickets.by_number(known, person())
    linked = queries.already_linked([one.id for one in shown.values()])
    free = [one for one in shown.values() if one.id not in linked and one.status not in ENDED]
    return render_template(
        "incidents/pick.html",
        to=to,
        errors=said,
        given=request.form,
        asked=asked,
        found=free,
        ticked={ticketing.parse_number(one) for one in ticked},
        following=following,
        limits={"title": rules.TITLE_LETTERS, "cause": rules.CAUSE_LETTERS},
        **listing.choices(),
        now=clock.now(),
    )


def _again(incident_id: int, sent: Sent) -> ResponseReturnValue:
    """The page as it stands now, with what was typed and what to do about it."""
    db.session.rollback()
    incident = queries.by_id(incident_id)
    _note_read(incident)
    return make_response(_page(incident, sent), HTTPStatus.UNPROCESSABLE_ENTITY)


def _note_read(incident: Incident) -> None:
    """What an answer to a form shows is read too."""
    audit.write("read", incidents.subject(incident), by_id=person().id, now=clock.now())


def _preview(incident: Incident, ja: str, en: str) -> str:
    """The advice as callers will read it, and how many are reached by which channel."""
    rules.check_going_on(incident.closed_at)
    linked = queries.linked(incident.id)
    advice = rules.check_advice(ja, en, linked)
    meant = _meant(linked)
    if not meant:
        raise Refused(N_("No ticket of this joint incident goes on: there is nobody to tell."))
    ways = {one.id: _ways(one) for one in meant}
    _note_read(incident)
    return render_template(
        "incidents/broadcast.html",
        incident=incident,
        advice=advice,
        meant=meant,
        counted=rules.counted(ways.values()),
        unreached=[one for one in meant if not ways[one.id]],
        seen=_seen(meant),
    )


def _meant(linked: list[Ticket]) -> list[Ticket]:
    return [one for one in linked if one.status not in ENDED]


def _ways(ticket: Ticket) -> tuple[str, ...]:
    if ticket.drill:
        return ()
    return tuple(ticketing.reach(tickets.contacts_of(ticket), policy.get(ReachingPolicy)))


def _seen(meant: list[Ticket]) -> str:
    """The tickets a preview was about."""
    return " ".join(one.number for one in meant)


def _was_seen(incident: Incident) -> bool:
    """Whether the preview named exactly those who would be told now."""
    return request.form.get("seen", "") == _seen(_meant(queries.linked(incident.id)))


def _page(incident: Incident, sent: Sent) -> str:
    now, viewer = clock.now(), person()
    linked = queries.linked(incident.id)
    owed = promises.of_tickets([one.id for one in linked])
    next_of = {ticket_id: open_one(one) for ticket_id, one in owed.items()}
    broadcasts = queries.broadcasts(incident.id)
    ids = [incident.opened_by_id, incident.closed_by_id]
    ids += [one.broadcast.sent_by_id for one in broadcasts]
    return render_template(
        "incidents/show.html",
        incident=incident,
        linked=linked,
        next_of=next_of,
        first=_first(next_of, now),
        gravest=min((one.severity for one in linked), default=""),
        by_status=Counter(one.status for one in linked).most_common(),
        broadcasts=broadcasts,
        told=Counter(one.ticket.id for sent_to in broadcasts for one in sent_to.to),
        names=people.names([*ids, *(one.coordinator_id for one in linked)]),
        statuses=TO_ALL,
        referrals=policy.get(ReferralsPolicy).referral,
        undo=_undo(incident),
        sent=sent,
        given=request.form,
        limits={
            "title": rules.TITLE_LETTERS,
            "cause": rules.CAUSE_LETTERS,
            "advice": rules.ADVICE_LETTERS,
            "reason": rules.REASON_LETTERS,
        },
        may_act=bool(viewer.roles & DESK),
        now=now,
    )


def _first(next_of: dict[int, Followup | None], now: datetime) -> formats.When | None:
    """The promise that turns late first among all tickets."""
    owed = [one for one in next_of.values() if one is not None]
    first = min(owed, key=lambda one: (one.take_up_by, one.id), default=None)
    return formats.promise(first, now=now) if first else None


def _undo(incident: Incident) -> str:
    """The number of the ticket that was taken out a moment ago, while it is still free."""
    number = ticketing.parse_number(request.args.get("undo", ""))
    if number is None or incident.closed_at is not None:
        return ""
    ticket = tickets.by_number(number, person())
    return "" if queries.already_linked([ticket.id]) else number

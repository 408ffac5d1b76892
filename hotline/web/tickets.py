"""Tickets: what is owed first, one ticket with its promise and story, and what the desk does."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hotline import clock, policy
from hotline.audit import service as audit
from hotline.calendars import service as calendars
from hotline.calls import queries as calls
from hotline.db import db
from hotline.duty.rules import LinesPolicy
from hotline.edge import errors, requests
from hotline.edge.access import EVERYBODY, allow
from hotline.edge.identity import person
from hotline.edge.language import gettext
from hotline.errors import Invalid, Missing
from hotline.followups import queries as promises
from hotline.followups import service as followups
from hotline.followups.models import Followup
from hotline.followups.rules import OPEN
from hotline.notices import queries as notices
from hotline.notices.models import Notice
from hotline.notices.rules import OPEN as UNSENT
from hotline.notices.rules import Status as Told
from hotline.people import queries as people
from hotline.people.rules import DESK, READERS, Role
from hotline.tickets import queries, rules
from hotline.tickets import service as tickets
from hotline.tickets.models import Ticket
from hotline.tickets.queries import Wanted
from hotline.timeline import queries as timeline
from hotline.timeline.rules import Audience
from hotline.web import formats, live, story, ticket_list, typed

bp = Blueprint("tickets", __name__)


UNTOLD = UNSENT | {Told.GIVEN_UP}
"""A notice in one of these has reached nobody."""

FIRST_PAGES = (
    (Role.OPERATOR, "calls.today"),
    (Role.SUPERVISOR, "calls.today"),
    (Role.COORDINATOR, "tickets.index"),
    (Role.AUDITOR, "tickets.index"),
)


@dataclass(frozen=True)
class Sent:
    """A form that comes back: its name, what was typed, and what to do about it, by field."""

    name: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)


@bp.get("/")
@allow(EVERYBODY)
def home() -> ResponseReturnValue:
    """Each role's first page; for a member the own company's tickets."""
    viewer = person()
    for role, endpoint in FIRST_PAGES:
        if role in viewer.roles:
            return redirect(url_for(endpoint))
    if Role.ADMINISTRATOR in viewer.roles:
        return redirect("/people")
    found = queries.newest(Wanted(), viewer, ticket_list.PAGE)
    requests.note_read("list:tickets")
    owed = promises.of_tickets([ticket.id for ticket in found])
    next_of = {ticket_id: _next(listed) for ticket_id, listed in owed.items()}
    return render_template("tickets/mine.html", tickets=found, next_of=next_of, now=clock.now())


@bp.get("/tickets")
@allow(READERS)
def index() -> ResponseReturnValue:
    """What is owed, late first; then the tickets on which nothing is owed."""
    now, viewer = clock.now(), person()
    wanted, after = ticket_list.asked()
    rows, following = ticket_list.rows(wanted, after, viewer)
    news = {
        "lanes": ticket_list.lanes(rows, now=now),
        "late": queries.late_count(viewer, now=now),
        "following": following,
        "names": people.names([row.followup.taken_by_id for row in rows if row.followup]),
        "may_act": bool(viewer.roles & DESK),
        "link": partial(ticket_list.link, wanted),
        "now": now,
    }
    if requests.is_poll():
        return live.answer("tickets/_list.html", **news)
    requests.note_read("list:tickets", **ticket_list.noted(wanted))
    return render_template("tickets/index.html", wanted=wanted, **ticket_list.choices(), **news)


@bp.get("/tickets/<number>")
@allow(READERS, Role.MEMBER)
def show(number: str) -> ResponseReturnValue:
    """One ticket; a number with spaces, dashes or fullwidth digits leads to it too."""
    canonical = rules.parse_number(number)
    if canonical is not None and canonical != number:
        return redirect(url_for(".show", number=canonical))
    ticket = queries.by_number(number, person())
    requests.note_read(tickets.subject(ticket.number))
    return _page(ticket, Sent())


@bp.post("/tickets/<number>/promises/<int:promise>/take")
@allow(DESK)
def take(number: str, promise: int) -> ResponseReturnValue:
    """Take the promise up."""
    ticket, followup = _owed(number, promise)
    followups.take(followup, by_id=person().id, now=clock.now())
    flash(gettext("You took this promise up."))
    return _back(ticket)


@bp.post("/tickets/<number>/promises/<int:promise>/keep")
@allow(DESK)
def keep(number: str, promise: int) -> ResponseReturnValue:
    """The call back was made."""
    ticket, followup = _owed(number, promise)
    tickets.keep_promise(followup, by_id=person().id, now=clock.now())
    flash(gettext("The promise is kept."))
    return _back(ticket)


@bp.post("/tickets/<number>/promises/<int:promise>/move")
@allow(DESK)
def move(number: str, promise: int) -> ResponseReturnValue:
    """Promise another time, with the reason."""
    ticket, followup = _owed(number, promise)
    try:
        moved = followups.move(
            followup,
            ticket.number,
            due_at=typed.parse_moment(request.form),
            reason=request.form.get("reason", ""),
            by_id=person().id,
            now=clock.now(),
        )
    except Invalid as invalid:
        return _again(ticket, "move", invalid)
    flash(gettext("The promise was moved."))
    if not _is_open(ticket, moved.due_at):
        flash(
            gettext(
                "The new time lies outside business hours. "
                "Please make sure that somebody will call."
            )
        )
    return _back(ticket)


@bp.post("/tickets/<number>/promises/<int:promise>/call-off")
@allow(DESK)
def call_off(number: str, promise: int) -> ResponseReturnValue:
    """Nothing is owed any more, for a reason."""
    ticket, followup = _owed(number, promise)
    reason = request.form.get("reason", "")
    try:
        tickets.call_off_promise(followup, reason=reason, by_id=person().id, now=clock.now())
    except Invalid as invalid:
        return _again(ticket, "call-off", invalid)
    flash(gettext("The promise was called off."))
    return _back(ticket)


@bp.post("/tickets/<number>/notes")
@allow(DESK)
def note(number: str) -> ResponseReturnValue:
    """Add a line to the story."""
    ticket = queries.by_number(number, person())
    text, audience = request.form.get("text", ""), request.form.get("audience", "")
    try:
        tickets.add_note(ticket, text, audience=audience, by_id=person().id, now=clock.now())
    except Invalid as invalid:
        return _again(ticket, "note", invalid)
    flash(gettext("The line was added."))
    return _back(ticket)


def _is_open(ticket: Ticket, at: datetime) -> bool:
    calendar = policy.get(LinesPolicy).line(ticket.line).calendar
    return calendars.current(calendar).is_open(at)


def _owed(number: str, promise_id: int) -> tuple[Ticket, Followup]:
    ticket = queries.by_number(number, person())
    followup = followups.get(promise_id)
    if followup.ticket_id != ticket.id:
        raise Missing()
    return ticket, followup


def _back(ticket: Ticket) -> ResponseReturnValue:
    return redirect(url_for(".show", number=ticket.number), code=303)


def _again(ticket: Ticket, name: str, invalid: Invalid) -> ResponseReturnValue:
    """The page with the form as it was typed; it shows the ticket, so it is a read too."""
    db.session.rollback()
    audit.write("read", tickets.subject(ticket.number), by_id=person().id, now=clock.now())
    said = {name: errors.say(problem) for name, problem in invalid.fields.items()}
    return make_response(_page(ticket, Sent(name, request.form, said)), 422)


def _page(ticket: Ticket, sent: Sent) -> str:
    viewer, now = person(), clock.now()
    audience = queries.audience_of(viewer)
    listed = promises.of_ticket(ticket.id)
    shown = {
        "ticket": ticket,
        "promise": _next(listed),
        "story": story.by_day(timeline.of_ticket(ticket.id, audience)),
        "now": now,
    }
    if audience is not Audience.STAFF:
        return render_template("tickets/member.html", **shown)
    return render_template(
        "tickets/show.html",
        **shown,
        untold=_untold(_next(listed)),
        ended=[one for one in listed if one.status not in OPEN],
        calls=calls.of_ticket(ticket.id),
        names=people.names([one.taken_by_id for one in listed]),
        audiences=formats.AUDIENCES,
        may_act=bool(viewer.roles & DESK),
        sent=sent,
    )


def _untold(promise: Followup | None) -> Notice | None:
    """The notice of this promise that could not be delivered so far, if there is one."""
    told = notices.about(f"followup:{promise.id}") if promise is not None else ()
    return next((one for one in told if one.failures and one.status in UNTOLD), None)


def _next(listed: list[Followup]) -> Followup | None:
    return next((one for one in listed if one.status in OPEN), None)

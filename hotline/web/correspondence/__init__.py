"""What the desk and the member write to each other on a ticket, and what comes of it."""

from collections.abc import Callable
from datetime import datetime
from functools import partial, wraps
from http import HTTPStatus

from flask import Blueprint, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hotline import clock
from hotline.audit import service as audit
from hotline.clock import TOKYO
from hotline.edge import requests
from hotline.edge.access import allow
from hotline.edge.identity import person
from hotline.edge.language import gettext
from hotline.errors import Missing
from hotline.messages import queries as messages
from hotline.messages import service as needs
from hotline.messages.rules import Asked, Side
from hotline.people import queries as people
from hotline.people.rules import DESK, READERS
from hotline.tickets import queries
from hotline.tickets import service as tickets
from hotline.tickets.models import Ticket
from hotline.tickets.rules import Heard
from hotline.web import typed
from hotline.web.correspondence import page
from hotline.web.sent import Sent, answer_form

bp = Blueprint("correspondence", __name__)

Verb = Callable[..., str]
View = Callable[..., ResponseReturnValue]


def _acts(form: str, anchor: str) -> Callable[[Verb], View]:
    """Make a verb a view: do it and go back to its part, with the sentence that it returns.

    What cannot be used comes back beside its field (422); what somebody else made impossible
    comes back with what happened (409).
    """

    def wrap(verb: Verb) -> View:
        @wraps(verb)
        def view(number: str, **rest: int) -> ResponseReturnValue:
            ticket = queries.by_number(number, person())
            back = url_for(".show", number=ticket.number, _anchor=anchor)
            done = partial(verb, ticket, **rest, now=clock.now())
            return answer_form(form.format(**rest), done, partial(_again, number), back=back)

        return view

    return wrap


@bp.get("/tickets/<number>/correspondence")
@allow(READERS)
def show(number: str) -> ResponseReturnValue:
    """The thread, what is needed, contacts that were given, and who of the company sees it."""
    ticket = queries.by_number(number, person())
    requests.note_read(tickets.subject(ticket.number), part="correspondence")
    return _page(ticket, Sent())


@bp.post("/tickets/<number>/correspondence/messages")
@allow(DESK)
@_acts("message", "thread")
def write(ticket: Ticket, *, now: datetime) -> str:
    """Write to the member."""
    up_to = typed.parse_id(request.form.get("up_to", "0"), least=0)
    body = request.form.get("body", "")
    by_id = person().id
    tickets.write_message(ticket, body, side=Side.DESK, by_id=by_id, now=now, up_to=up_to)
    return _told(ticket, gettext("The message stands in the thread."))


@bp.post("/tickets/<number>/correspondence/settled")
@allow(DESK)
@_acts("settled", "thread")
def settle(ticket: Ticket, *, now: datetime) -> str:
    """What the member wrote so far needs no answer."""
    up_to = typed.parse_id(request.form.get("up_to", ""), least=0)
    tickets.needs_no_answer(ticket, up_to=up_to, by_id=person().id, now=now)
    return gettext("Nobody waits for an answer any more.")


@bp.post("/tickets/<number>/correspondence/needs")
@allow(DESK)
@_acts("need", "needs")
def ask(ticket: Ticket, *, now: datetime) -> str:
    """Ask the member for a file, an answer or a call."""
    form = request.form
    today = now.astimezone(TOKYO).date()
    has_due = form.get("day") or form.get("time")
    due_at = typed.parse_moment(form, after=today) if has_due else None
    asked = Asked(form.get("wanted", ""), form.get("text", ""), due_at)
    tickets.ask_member(ticket, asked, by_id=person().id, now=now)
    return _told(ticket, gettext("The member sees what is needed."))


@bp.post("/tickets/<number>/correspondence/needs/<int:need_id>/met")
@allow(DESK)
@_acts("met", "needs")
def meet(ticket: Ticket, need_id: int, *, now: datetime) -> str:
    """It came."""
    needs.meet(messages.need_of(ticket.id, need_id), by_id=person().id, now=now)
    return gettext("It is ticked: it came.")


@bp.post("/tickets/<number>/correspondence/needs/<int:need_id>/dropped")
@allow(DESK)
@_acts("dropped", "needs")
def drop(ticket: Ticket, need_id: int, *, now: datetime) -> str:
    """It is needed no more."""
    needs.drop(messages.need_of(ticket.id, need_id), by_id=person().id, now=now)
    return gettext("It is needed no more.")


@bp.post("/tickets/<number>/correspondence/contacts/<int:change_id>/confirmed")
@allow(DESK)
@_acts("confirm-{change_id}", "contacts")
def confirm(ticket: Ticket, change_id: int, *, now: datetime) -> str:
    """Use a contact from now on: somebody on a known number said that it is right."""
    change = queries.change_of(ticket, change_id)
    heard = Heard(request.form.get("rung", ""), request.form.get("note", ""))
    tickets.confirm_contact(ticket, change, heard, by_id=person().id, now=now)
    return gettext("It is used from now on. The contacts until now are warned.")


@bp.post("/tickets/<number>/correspondence/contacts/<int:change_id>/refused")
@allow(DESK)
@_acts("refuse-{change_id}", "contacts")
def refuse(ticket: Ticket, change_id: int, *, now: datetime) -> str:
    """Do not use it, and say why."""
    change = queries.change_of(ticket, change_id)
    note = request.form.get("note", "")
    tickets.refuse_contact(ticket, change, note, by_id=person().id, now=now)
    return gettext("It is not used.")


@bp.post("/tickets/<number>/correspondence/followers")
@allow(DESK)
@_acts("follow", "seeing")
def follow(ticket: Ticket, *, now: datetime) -> str:
    """Let somebody of the company see the ticket."""
    found = people.active(typed.parse_id(request.form.get("person", "")))
    if found is None:
        raise Missing()
    tickets.follow(ticket, found, by_id=person().id, now=now)
    return gettext("%(name)s sees the ticket from now on.", name=found.name)


@bp.post("/tickets/<number>/correspondence/followers/<int:person_id>/ended")
@allow(DESK)
@_acts("unfollow", "seeing")
def unfollow(ticket: Ticket, person_id: int, *, now: datetime) -> str:
    """Take that back."""
    found = people.by_id(person_id)
    if found is None:
        raise Missing()
    tickets.unfollow(ticket, found, by_id=person().id, now=now)
    return gettext("%(name)s does not follow the ticket any more.", name=found.name)


def _told(ticket: Ticket, done: str) -> str:
    """What was done, and whether anybody could be told of it."""
    if ticket.drill:
        return done + " " + gettext("In a drill nobody is told.")
    if page.told_by(ticket):
        return done + " " + gettext("The member is told within minutes.")
    return done + " " + gettext("Nobody can be told in writing: please call.")


def _again(number: str, sent: Sent, status: HTTPStatus) -> ResponseReturnValue:
    """The page as it stands now, with the form as it was typed; it is a read too."""
    ticket = queries.by_number(number, person())
    about = tickets.subject(ticket.number)
    audit.write("read", about, by_id=person().id, now=clock.now(), part="correspondence")
    return make_response(_page(ticket, sent), status)


def _page(ticket: Ticket, sent: Sent) -> str:
    shown = page.shown(ticket, person(), now=clock.now())
    return render_template("correspondence/show.html", **shown, sent=sent)

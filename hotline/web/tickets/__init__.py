"""Tickets: each role's first page, the list, one ticket with its story, and notes on it."""

from collections.abc import Callable
from functools import partial
from http import HTTPStatus

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hotline import clock, together
from hotline.asking import COUNTED_TO
from hotline.audit import service as audit
from hotline.edge import requests
from hotline.edge.access import EVERYBODY, allow
from hotline.edge.identity import person
from hotline.edge.language import gettext
from hotline.people.rules import DESK, READERS, Role
from hotline.tickets import queries, rules
from hotline.tickets import service as tickets
from hotline.tickets.models import Ticket
from hotline.timeline.rules import Audience
from hotline.web import frame, live
from hotline.web.sent import Sent, answer_form
from hotline.web.tickets import listing as ticket_list
from hotline.web.tickets import page as ticket_page

bp = Blueprint("tickets", __name__)

FIRST_PAGES = (
    (Role.OPERATOR, "console.show"),
    (Role.SUPERVISOR, "console.show"),
    (Role.COORDINATOR, "board.show"),
    (Role.AUDITOR, "tickets.index"),
    (Role.VENDOR, "partner.home"),
)


@bp.get("/")
@allow(EVERYBODY)
def home() -> ResponseReturnValue:
    """Each role's first page."""
    viewer = person()
    for role, endpoint in FIRST_PAGES:
        if role in viewer.roles:
            return redirect(url_for(endpoint))
    if Role.ADMINISTRATOR in viewer.roles:
        return redirect("/people")
    return redirect(url_for("portal.home"))


@bp.get("/tickets")
@allow(READERS)
def index() -> ResponseReturnValue:
    """What is owed, late first; then the tickets on which nothing is owed."""
    now, viewer = clock.now(), person()
    asked = ticket_list.asked(viewer)
    rows, following = ticket_list.rows(asked, viewer)
    beside: dict[str, together.Question] = {
        "late": lambda: queries.late_count(viewer, now=now),
        "names": lambda: ticket_list.names(rows),
        "types": lambda: queries.with_types([row.ticket for row in rows]),
    }
    whole: dict[str, together.Question] = {
        "counted": lambda: ticket_list.counted(asked, viewer),
        "frame": frame.reading_ahead(),
    }
    is_poll = requests.is_poll()
    news = {
        **together.named(**beside, **({} if is_poll else whole)),
        "asked": asked,
        "lanes": ticket_list.lanes(rows, now=now),
        "callable": ticket_list.callable_ones(rows),
        "counted_to": COUNTED_TO,
        "following": following,
        "may_act": bool(viewer.roles & DESK),
        "link": partial(ticket_list.link, asked),
        "now": now,
    }
    if is_poll:
        return live.answer("tickets/_list.html", **news)
    requests.note_read("list:tickets", **asked.given)
    return render_template("tickets/index.html", **ticket_list.choices(), **news)


@bp.get("/tickets/<number>")
@allow(READERS, Role.MEMBER)
def show(number: str) -> ResponseReturnValue:
    """One ticket; a number with spaces, dashes or fullwidth digits leads to it too.

    A member is led to the own page of it.
    """
    canonical = rules.parse_number(number)
    if canonical is not None and canonical != number:
        return redirect(url_for(".show", number=canonical))
    ticket = queries.by_number(number, person())
    if queries.audience_of(person()) is not Audience.STAFF:
        return redirect(url_for("portal.show", number=ticket.number))
    requests.note_read(tickets.subject(ticket.number))
    return _page(ticket, Sent())


@bp.post("/tickets/<number>/notes")
@allow(DESK)
def note(number: str) -> ResponseReturnValue:
    """Add a line to the story."""
    text, audience = request.form.get("text", ""), request.form.get("audience", "")

    def write(ticket: Ticket) -> str:
        tickets.add_note(ticket, text, audience=audience, by_id=person().id, now=clock.now())
        return gettext("The line was added.")

    return act(number, "note", write)


def act(number: str, form: str, verb: Callable[[Ticket], str]) -> ResponseReturnValue:
    """Do something with a ticket and go back to it, with the sentence that ``verb`` returns.

    What cannot be used comes back with the words beside the field (422); what somebody else
    made impossible meanwhile comes back with what happened and the ticket as it is now (409).
    """
    ticket = queries.by_number(number, person())
    back = url_for("tickets.show", number=ticket.number)
    return answer_form(form, lambda: verb(ticket), partial(_again, number), back=back)


def _again(number: str, sent: Sent, status: HTTPStatus) -> ResponseReturnValue:
    """The page as it stands now, with the form as it was typed; it is a read too."""
    ticket = queries.by_number(number, person())
    audit.write("read", tickets.subject(ticket.number), by_id=person().id, now=clock.now())
    return make_response(_page(ticket, sent), status)


def _page(ticket: Ticket, sent: Sent) -> str:
    shown = ticket_page.whole(ticket, person(), now=clock.now())
    return render_template("tickets/show.html", **shown, sent=sent)

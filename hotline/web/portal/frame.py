"""How the page of a ticket is put together from its parts, and how a form on it is answered."""

from collections.abc import Callable, Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Any, Protocol

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm.exc import StaleDataError

from hotline import clock
from hotline.audit import service as audit
from hotline.db import db
from hotline.edge import errors
from hotline.edge.identity import person
from hotline.edge.language import gettext
from hotline.errors import Invalid, Refused
from hotline.people.models import Person
from hotline.tickets import queries
from hotline.tickets import service as tickets
from hotline.tickets.models import Ticket
from hotline.web.sent import Sent

bp = Blueprint("portal", __name__, url_prefix="/portal")


class Shown(Protocol):
    """What one part of the page shows of a ticket to ``viewer``."""

    def __call__(self, ticket: Ticket, viewer: Person, *, now: datetime) -> Mapping[str, Any]:
        """The facts under their names in the part's template."""


PARTS: dict[str, Shown] = {}
"""The parts of a ticket's page: the name of the module to what it shows."""


def part(shown: Shown) -> Shown:
    """Make ``shown`` a part of the page: its template finds the facts under the module's name."""
    PARTS[shown.__module__.rpartition(".")[2]] = shown
    return shown


def render(ticket: Ticket, sent: Sent) -> str:
    """The page of a ticket as it stands now; ``sent`` is a form that comes back."""
    viewer, now = person(), clock.now()
    facts = {name: shown(ticket, viewer, now=now) for name, shown in PARTS.items()}
    return render_template("portal/ticket.html", ticket=ticket, sent=sent, now=now, **facts)


def act(
    number: str, form: str, verb: Callable[[Ticket], str], *, anchor: str = ""
) -> ResponseReturnValue:
    """Do something with a ticket and go back to it, with the sentence that ``verb`` returns.

    What cannot be used comes back as it was typed with the words beside the field (422); what
    became impossible meanwhile with what happened and the ticket as it is now (409). ``anchor``
    is the part of the page to go back to.
    """
    ticket = queries.by_number(number, person())
    try:
        done = verb(ticket)
        db.session.flush()
    except Invalid as invalid:
        sent = Sent(form, request.form, errors.said(invalid))
        return _again(number, sent, HTTPStatus.UNPROCESSABLE_ENTITY)
    except Refused as refused:
        return _again(number, _refused(form, errors.say(refused)), HTTPStatus.CONFLICT)
    except StaleDataError:
        said = gettext("Somebody else saved this a moment ago. Please look at it again.")
        return _again(number, _refused(form, said), HTTPStatus.CONFLICT)
    flash(done)
    return redirect(url_for("portal.show", number=ticket.number, _anchor=anchor or None), code=303)


def _refused(form: str, sentence: str) -> Sent:
    return Sent(form, request.form, {}, sentence)


def _again(number: str, sent: Sent, status: int) -> ResponseReturnValue:
    """The page as it stands now, with the form as it was typed; it is a read too."""
    db.session.rollback()
    ticket = queries.by_number(number, person())
    audit.write("read", tickets.subject(ticket.number), by_id=person().id, now=clock.now())
    return make_response(render(ticket, sent), status)

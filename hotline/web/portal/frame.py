"""How the page of a ticket is put together from its parts, and how a form on it is answered."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from http import HTTPStatus
from typing import Any, Protocol

from flask import Blueprint, make_response, render_template, url_for
from flask.typing import ResponseReturnValue

from hotline import clock
from hotline.audit import service as audit
from hotline.edge.identity import person
from hotline.people.models import Person
from hotline.tickets import queries
from hotline.tickets import service as tickets
from hotline.tickets.models import Ticket
from hotline.web.sent import Sent, answer_form

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
    back = url_for("portal.show", number=ticket.number, _anchor=anchor or None)
    return answer_form(form, lambda: verb(ticket), partial(_again, number), back=back)


def _again(number: str, sent: Sent, status: HTTPStatus) -> ResponseReturnValue:
    """The page as it stands now, with the form as it was typed; it is a read too."""
    ticket = queries.by_number(number, person())
    audit.write("read", tickets.subject(ticket.number), by_id=person().id, now=clock.now())
    return make_response(render(ticket, sent), status)

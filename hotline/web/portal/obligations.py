"""What the insurance asks for after an accident: the member's list, to tick and to print."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue

from hotline import clock
from hotline.deadlines import service as deadlines
from hotline.edge import requests
from hotline.edge.access import allow
from hotline.edge.identity import person
from hotline.edge.language import gettext
from hotline.people.models import Person
from hotline.people.rules import Role
from hotline.tickets import queries
from hotline.tickets import service as tickets
from hotline.tickets.models import Ticket
from hotline.web.deadlines import obliged
from hotline.web.portal import frame
from hotline.web.portal.frame import bp


@frame.part
def shown(ticket: Ticket, viewer: Person, *, now: datetime) -> Mapping[str, Any]:
    """The duties, the open ones first; and that talking to us is no claim notice."""
    return obliged.of_ticket(ticket)


@bp.get("/tickets/<number>/obligations")
@allow(Role.MEMBER)
def list_of_obligations(number: str) -> ResponseReturnValue:
    """The whole list with every word, to print and hand round."""
    ticket = queries.by_number(number, person())
    requests.note_read(tickets.subject(ticket.number))
    return render_template(
        "portal/obligations.html", ticket=ticket, now=clock.now(), **obliged.of_ticket(ticket)
    )


@bp.post("/tickets/<number>/obligations/<int:obligation_id>/tick")
@allow(Role.MEMBER)
def tick_obligation(number: str, obligation_id: int) -> ResponseReturnValue:
    """It is done."""

    def verb(ticket: Ticket) -> str:
        deadlines.tick(
            deadlines.obligation(obligation_id, ticket.id),
            tickets.clocks_of(ticket),
            by_id=person().id,
            now=clock.now(),
        )
        return gettext("Thank you. It is ticked as done.")

    return frame.act(number, f"obligation-{obligation_id}", verb, anchor="obligations")

"""What the desk does with a duty of the insured: it is done, or it was not done after all."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from hotline import clock
from hotline.deadlines import service as deadlines
from hotline.edge.access import allow
from hotline.edge.identity import person
from hotline.edge.language import gettext
from hotline.people.rules import DESK
from hotline.tickets import service as tickets
from hotline.tickets.models import Ticket
from hotline.web.tickets import act

bp = Blueprint("obligations", __name__)


@bp.post("/tickets/<number>/obligations/<int:obligation_id>/tick")
@allow(DESK)
def tick(number: str, obligation_id: int) -> ResponseReturnValue:
    """The member did it, as the desk heard."""

    def verb(ticket: Ticket) -> str:
        deadlines.tick(
            deadlines.obligation(obligation_id, ticket.id),
            tickets.clocks_of(ticket),
            note=request.form.get("note", ""),
            by_id=person().id,
            now=clock.now(),
        )
        return gettext("It is ticked as done.")

    return act(number, f"obligation-{obligation_id}", verb)


@bp.post("/tickets/<number>/obligations/<int:obligation_id>/untick")
@allow(DESK)
def untick(number: str, obligation_id: int) -> ResponseReturnValue:
    """It was not done after all."""

    def verb(ticket: Ticket) -> str:
        deadlines.untick(
            deadlines.obligation(obligation_id, ticket.id),
            tickets.clocks_of(ticket),
            note=request.form.get("note", ""),
            by_id=person().id,
            now=clock.now(),
        )
        return gettext("The tick was taken away.")

    return act(number, f"obligation-{obligation_id}", verb)

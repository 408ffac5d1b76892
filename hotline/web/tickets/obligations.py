"""What the desk does with a duty of the insured: it is done, or it was not done after all."""

from datetime import datetime

from flask import Blueprint

from hotline.deadlines import service as deadlines
from hotline.deadlines.models import Obligation
from hotline.deadlines.service import Of
from hotline.edge.access import allow
from hotline.edge.language import gettext
from hotline.people.rules import DESK
from hotline.tickets import service as tickets
from hotline.tickets.models import Ticket
from hotline.web.tickets.acting import acts, noted

bp = Blueprint("obligations", __name__)


@bp.post("/tickets/<number>/obligations/<int:obligation_id>/tick")
@allow(DESK)
@acts("obligation-{obligation_id}")
def tick(ticket: Ticket, obligation_id: int, *, now: datetime) -> str:
    """The member did it, as the desk heard."""
    deadlines.tick(*_duty(ticket, obligation_id), **noted(), now=now)
    return gettext("It is ticked as done.")


@bp.post("/tickets/<number>/obligations/<int:obligation_id>/untick")
@allow(DESK)
@acts("obligation-{obligation_id}")
def untick(ticket: Ticket, obligation_id: int, *, now: datetime) -> str:
    """It was not done after all."""
    deadlines.untick(*_duty(ticket, obligation_id), **noted(), now=now)
    return gettext("The tick was taken away.")


def _duty(ticket: Ticket, obligation_id: int) -> tuple[Obligation, Of]:
    """The duty, and the ticket as duties know it."""
    return deadlines.obligation(obligation_id, ticket.id), tickets.clocks_of(ticket)

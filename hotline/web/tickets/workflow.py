"""How a ticket goes on: its status, who is responsible, how grave it is, who takes a page."""

from datetime import datetime

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from hotline import clock
from hotline.coordination import queries as coordination
from hotline.edge.access import allow
from hotline.edge.identity import person
from hotline.edge.language import gettext
from hotline.errors import N_, Invalid, Problem, Refused
from hotline.followups import service as followups
from hotline.people import queries as people
from hotline.people.rules import DESK, Role
from hotline.tickets import service as tickets
from hotline.tickets.models import Ticket
from hotline.tickets.rules import ENDED, Severity, Status
from hotline.web import formats
from hotline.web.tickets import act, ways
from hotline.web.tickets import page as ticket_page
from hotline.web.tickets.acting import acts

bp = Blueprint("workflow", __name__)


@bp.post("/tickets/<number>/status")
@allow(DESK)
def go(number: str) -> ResponseReturnValue:
    """Go on to another status: on, waiting, out of scope, closed, or open again."""
    wanted = request.form.get("status", "")

    def verb(ticket: Ticket) -> str:
        if wanted not in set(Status):
            raise Invalid({"status": Problem(N_("There is no such choice."))})
        _unless_changed(ticket.status, formats.ticket_status(ticket.status))
        tickets.go_to(
            ticket,
            Status(wanted),
            reason=request.form.get("reason", ""),
            referral=request.form.get("referral", ""),
            by_id=person().id,
            now=clock.now(),
            open_tasks=_open_tasks(ticket, wanted),
        )
        return gettext("The status is now: %(status)s.", status=formats.ticket_status(wanted))

    return act(number, f"go-{wanted}", verb)


@bp.post("/tickets/<number>/responsible/take")
@allow(DESK)
@acts("charge")
def charge(ticket: Ticket, *, now: datetime) -> str:
    """Become responsible for the ticket."""
    _unless_somebody_else(ticket)
    tickets.take_charge(ticket, by_id=person().id, now=now)
    return gettext("You are responsible for this ticket now.")


@bp.post("/tickets/<number>/responsible")
@allow(DESK)
@acts("hand-over")
def hand_over(ticket: Ticket, *, now: datetime) -> str:
    """Make a coordinator or supervisor responsible, who is told."""
    to = request.form.get("to", "")
    _unless_somebody_else(ticket)
    known = {str(one.id): one for one in ways.coordinators()}
    if to not in known:
        raise Invalid({"to": Problem(N_("Choose who is to be responsible."))})
    tickets.hand_over(ticket, known[to].id, by_id=person().id, now=now)
    return gettext("%(name)s is responsible now.", name=known[to].name)


@bp.post("/tickets/<number>/severity")
@allow(DESK)
@acts("severity")
def assess(ticket: Ticket, *, now: datetime) -> str:
    """Judge how grave it is; lower than before only by a supervisor, with a reason."""
    severity = request.form.get("severity", "")
    if severity not in set(Severity):
        raise Invalid({"severity": Problem(N_("Severity is one of p1, p2, p3, p4."))})
    _unless_changed(ticket.severity, formats.severity(ticket.severity))
    tickets.assess(
        ticket,
        Severity(severity),
        reason=request.form.get("reason", ""),
        by=person(),
        now=now,
    )
    return gettext("The severity was saved.")


@bp.post("/tickets/<number>/tell")
@allow(DESK)
@acts("tell")
def tell(ticket: Ticket, *, now: datetime) -> str:
    """Send the caller the number and the promise as it is now once more, by every safe way."""
    told = tickets.tell_caller(ticket, by_id=person().id, now=now, again=True)
    if not told:
        raise Refused(N_("Nothing is sent: no safe way is known, or it is on its way already."))
    channels = formats.listed([formats.channel(one) for one in told])
    return gettext("The caller is being told by: %(channels)s", channels=channels)


@bp.post("/tickets/<number>/pages/<int:page_id>/take")
@allow(Role.COORDINATOR, Role.SUPERVISOR)
@acts("page")
def take_page(ticket: Ticket, page_id: int, *, now: datetime) -> str:
    """Take what people are being rung for: nobody else is rung any more."""
    ticket_page.page_of(ticket, page_id)
    followups.take_page(page_id, by_id=person().id, now=now)
    return gettext("You take it. Nobody else is rung.")


def _open_tasks(ticket: Ticket, wanted: str) -> int:
    """How many tasks go on, when the ticket is to end: nobody adds one until it has."""
    if wanted not in ENDED:
        return 0
    tickets.hold(ticket)
    return coordination.open_task_count(ticket.id)


def _unless_changed(current: str, said: str) -> None:
    """Refuse when the sender saw something else than what is ``current``; "" says nothing."""
    seen = request.form.get("was", "")
    if seen and seen != current:
        raise Refused(N_("Somebody changed this meanwhile: it is now %(current)s."), current=said)


def _unless_somebody_else(ticket: Ticket) -> None:
    name = people.names([ticket.coordinator_id]).get(ticket.coordinator_id)
    _unless_changed(str(ticket.coordinator_id or "nobody"), name or gettext("nobody"))

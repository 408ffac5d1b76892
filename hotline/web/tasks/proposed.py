"""Add work that the rules propose, or say why not; note who is on the other side."""

from flask import request
from flask.typing import ResponseReturnValue

from hotline import clock
from hotline.coordination import queries
from hotline.coordination import service as coordination
from hotline.coordination.rules.offers import STANDING
from hotline.edge.access import allow
from hotline.edge.identity import person
from hotline.edge.language import gettext
from hotline.errors import N_, Invalid, Problem
from hotline.people.rules import DESK
from hotline.tickets.models import Ticket
from hotline.vendors import queries as vendors
from hotline.web import formats
from hotline.web.tasks.acting import bp
from hotline.web.tickets import act


@bp.post("/tickets/<number>/tasks/proposed")
@allow(DESK)
def add_proposed(number: str) -> ResponseReturnValue:
    """Make tasks of the chosen proposals: of one, or of all that were shown."""
    chosen = request.form.getlist("function")

    def verb(ticket: Ticket) -> str:
        if not chosen:
            raise Invalid({"function": Problem(N_("Choose what is to be added."))})
        made = coordination.add_proposed(ticket, chosen, by_id=person().id, now=clock.now())
        names = formats.listed(formats.function(one.function) for one in made)
        return gettext("%(function)s was added.", function=names)

    return act(number, "proposed", verb)


@bp.post("/tickets/<number>/tasks/set-aside")
@allow(DESK)
def set_aside(number: str) -> ResponseReturnValue:
    """Say why what is proposed is not needed."""
    function, reason = request.form.get("function", ""), request.form.get("reason", "")

    def verb(ticket: Ticket) -> str:
        by_id, now = person().id, clock.now()
        coordination.set_aside(ticket, function, reason=reason, by_id=by_id, now=now)
        name = formats.function(function)
        return gettext("%(function)s is not proposed any more.", function=name)

    return act(number, f"aside-{function}", verb)


@bp.post("/tickets/<number>/parties")
@allow(DESK)
def note_party(number: str) -> ResponseReturnValue:
    """Write down who is on the other side; whoever works for them and was asked is named."""
    company = request.form.get("company", "")

    def verb(ticket: Ticket) -> str:
        party = coordination.note_party(ticket, company, by_id=person().id, now=clock.now())
        if not (named := _working_for_them(ticket)):
            return gettext("%(company)s is on the other side.", company=party.company)
        return gettext(
            "%(company)s is on the other side. Look at once: %(vendors)s was asked here already,"
            " and cannot act against them.",
            company=party.company,
            vendors=named,
        )

    return act(number, "party", verb)


@bp.post("/tickets/<number>/parties/<int:party_id>/drop")
@allow(DESK)
def drop_party(number: str, party_id: int) -> ResponseReturnValue:
    """They are not on the other side after all."""

    def verb(ticket: Ticket) -> str:
        coordination.drop_party(ticket, party_id, by_id=person().id, now=clock.now())
        return gettext("It was taken off the list.")

    return act(number, "party", verb)


def _working_for_them(ticket: Ticket) -> str:
    """Who was asked or works on this ticket already although it is on the other side."""
    against = queries.conflicting(ticket)
    task_ids = [one.id for one in queries.tasks_of(ticket.id)]
    asked = {one.vendor_id for one in queries.offers_of(task_ids) if one.status in STANDING}
    return formats.listed(vendors.names(asked & set(against)).values())

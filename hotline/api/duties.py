"""What law and insurance ask for after an accident: clocks that run, and duties to tick."""

from typing import Any

import marshmallow as ma
from flask_smorest import Blueprint

from hotline import clock, policy
from hotline.api.correspondence import of_a_seen_ticket, read_of
from hotline.api.idempotent import idempotent
from hotline.api.schemas import Both, Instant
from hotline.deadlines import queries, service
from hotline.deadlines.models import Clock, Obligation
from hotline.deadlines.rules import DeadlinesPolicy, ObligationsPolicy, until
from hotline.edge.access import allow
from hotline.edge.identity import person
from hotline.people.rules import DESK, READERS, Role
from hotline.tickets import queries as tickets
from hotline.tickets import service as ticket_service

bp = Blueprint("api_duties", __name__, description="Legal clocks and duties of the insured")


class ClockOut(ma.Schema):
    """A report that the law asks for; ``until`` is an instant, or the last day of the limit."""

    kind = ma.fields.String()
    label = ma.fields.Nested(Both)
    status = ma.fields.String()
    started_at = Instant()
    until = ma.fields.String()
    ended_at = Instant(allow_none=True)
    note = ma.fields.String()


class ClockPage(ma.Schema):
    """The clocks of a ticket."""

    items = ma.fields.List(ma.fields.Nested(ClockOut))
    next_cursor = ma.fields.String(allow_none=True)


class ObligationOut(ma.Schema):
    """One duty after an accident; ``done_at`` is null while it is open."""

    id = ma.fields.Integer()
    code = ma.fields.String()
    label = ma.fields.Nested(Both)
    what = ma.fields.Nested(Both)
    limit = ma.fields.Nested(Both)
    since = Instant()
    done_at = Instant(allow_none=True)
    note = ma.fields.String()


class ObligationPage(ma.Schema):
    """The duties of a ticket; ``no_notice`` says that talking to us is no claim notice."""

    items = ma.fields.List(ma.fields.Nested(ObligationOut))
    no_notice = ma.fields.Nested(Both)
    next_cursor = ma.fields.String(allow_none=True)


class Tick(ma.Schema):
    """How it was done, if there is something to say."""

    note = ma.fields.String(load_default="")


@bp.route("/tickets/<number>/clocks")
@allow(READERS, Role.MEMBER)
@bp.response(200, ClockPage)
def clocks(number: str) -> dict[str, Any]:
    """The reports that the law may ask of the member, and by when."""
    ticket = read_of(number, "clocks")
    return {"items": [_clock(one) for one in queries.of_ticket(ticket.id)], "next_cursor": None}


@bp.route("/tickets/<number>/obligations")
@allow(READERS, Role.MEMBER)
@bp.response(200, ObligationPage)
def obligations(number: str) -> dict[str, Any]:
    """What the insured has to see to after an accident."""
    ticket = read_of(number, "obligations")
    return {
        "items": [_obligation(one) for one in queries.obligations_of(ticket.id)],
        "no_notice": policy.get(ObligationsPolicy).no_notice,
        "next_cursor": None,
    }


@bp.route("/tickets/<number>/obligations/<int:obligation_id>/tick", methods=["POST"])
@allow(DESK, Role.MEMBER)
@bp.arguments(Tick)
@of_a_seen_ticket
@idempotent
@bp.response(200, ObligationOut)
def tick(values: dict[str, Any], number: str, obligation_id: int) -> dict[str, Any]:
    """It is done; ticking what is ticked is 409."""
    who = person()
    ticket = tickets.by_number(number, who)
    one = service.obligation(obligation_id, ticket.id)
    of = ticket_service.clocks_of(ticket)
    service.tick(one, of, note=values["note"], by_id=who.id, now=clock.now())
    return _obligation(one)


def _clock(one: Clock) -> dict[str, Any]:
    told = policy.get(DeadlinesPolicy)
    plain = ("kind", "status", "started_at", "ended_at", "note")
    return {
        **{name: getattr(one, name) for name in plain},
        "label": told.label(one.kind) or {"ja": one.kind, "en": one.kind},
        "until": until(one.kind, one.due_at, told),
    }


def _obligation(one: Obligation) -> dict[str, Any]:
    duty = policy.get(ObligationsPolicy).by_code.get(one.code)
    unknown = {"ja": one.code, "en": one.code}
    return {
        **{name: getattr(one, name) for name in ("id", "code", "since", "done_at", "note")},
        "label": duty.label if duty else unknown,
        "what": duty.what if duty else None,
        "limit": duty.limit if duty else None,
    }

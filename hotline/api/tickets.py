"""Tickets: open one, list them, read one and its story."""

from datetime import datetime
from typing import Any

import marshmallow as ma
from flask import Response
from flask_smorest import Blueprint

from hotline import clock
from hotline.api import shapes
from hotline.api.idempotent import idempotent
from hotline.api.pages import PageArgs, page, place_of
from hotline.api.schemas import Instant, NewTicket, Story, TicketOut, TicketPage, printable
from hotline.calls import service as calls
from hotline.edge.access import allow
from hotline.edge.identity import person
from hotline.edge.requests import note_read
from hotline.errors import Invalid
from hotline.followups import queries as followups
from hotline.people.rules import DESK, READERS, Role
from hotline.tickets import queries as tickets
from hotline.tickets import service
from hotline.tickets.models import Ticket
from hotline.tickets.rules import Report, Status
from hotline.timeline import queries as timeline

bp = Blueprint("api_tickets", __name__, description="Tickets and their stories")


SENT_AS = {
    "company": "caller.company",
    "caller_name": "caller.name",
    "caller_phone": "caller.phone",
    "caller_email": "caller.email",
    "from_number": "caller.phone",
}
"""Name of a field in the rules to its place in the request."""


class TicketArgs(PageArgs):
    """Which tickets are listed."""

    status = ma.fields.String(load_default=None, validate=ma.validate.OneOf(list(Status)))
    case_type = ma.fields.String(load_default=None, validate=printable)
    q = ma.fields.String(load_default=None, validate=[ma.validate.Length(max=200), printable])
    due_before = Instant(load_default=None)


@bp.route("/tickets", methods=["POST"])
@allow(DESK)
@idempotent
@bp.arguments(NewTicket())  # Made once: a class would be copied field by field each time.
@bp.response(201, TicketOut)
def open_ticket(values: dict[str, Any]) -> Response:
    """Put a call on record as a ticket, with the one promise that follows from its time."""
    now, who = clock.now(), person()
    report = _report(values, received_at=values["received_at"] or now)
    try:
        opened = calls.put_on_record(report, by_id=who.id, now=now)
    except Invalid as invalid:
        raise Invalid(
            {SENT_AS.get(name, name): one for name, one in invalid.fields.items()}
        ) from None
    ticket, promise = opened.ticket, opened.promise
    around, told = tickets.around([ticket], who), shapes.told_of(ticket, promise, now=now)
    return shapes.answered(shapes.ticket(ticket, [promise], around, told, now=now), 201)


def _shape(ticket: Ticket, *, now: datetime) -> dict[str, Any]:
    around, told = tickets.around([ticket], person()), shapes.told([ticket], now=now)
    promises = followups.of_ticket(ticket.id)
    return shapes.ticket(ticket, promises, around, told[ticket.id], now=now)


def _report(values: dict[str, Any], **given: Any) -> Report:
    caller = values["caller"]
    return Report(
        line=values["line"],
        case_types=tuple(values["case_types"]),
        company=caller.get("company", ""),
        caller_name=caller.get("name", ""),
        caller_phone=caller.get("phone", ""),
        caller_email=caller.get("email", ""),
        member_number=values["member_number"],
        summary=values["summary"],
        severity=values["severity"],
        drill=values["drill"],
        **given,
    )


@bp.route("/tickets")
@allow(READERS, Role.MEMBER, Role.VENDOR)
@bp.arguments(TicketArgs, location="query")
@bp.response(200, TicketPage)
def list_tickets(args: dict[str, Any]) -> dict[str, Any]:
    """Tickets, the newest call first; members see their own company's."""
    wanted = tickets.Wanted(
        status=args["status"],
        case_type=args["case_type"],
        q=args["q"],
        due_before=args["due_before"],
        after=place_of(args["cursor"]),
    )
    found = tickets.newest(wanted, person(), args["limit"] + 1)
    rows, cursor = page(found, args["limit"], lambda row: (row.received_at, row.id))
    promises = followups.of_tickets([row.id for row in rows])
    around, now = tickets.around(rows, person()), clock.now()
    told = shapes.told(rows, now=now)
    note_read("list:tickets", q=args["q"])
    return {
        "items": [
            shapes.ticket(row, promises[row.id], around, told[row.id], now=now) for row in rows
        ],
        "next_cursor": cursor,
    }


@bp.route("/tickets/<number>")
@allow(READERS, Role.MEMBER, Role.VENDOR)
@bp.response(200, TicketOut)
def read_ticket(number: str) -> dict[str, Any]:
    """One ticket; its number may be written in fours, with dashes or fullwidth."""
    ticket = tickets.by_number(number, person())
    note_read(service.subject(ticket.number))
    return _shape(ticket, now=clock.now())


@bp.route("/tickets/<number>/timeline")
@allow(READERS, Role.MEMBER, Role.VENDOR)
@bp.response(200, Story)
def read_story(number: str) -> dict[str, Any]:
    """A ticket's story, newest first, as far as the reader may see it."""
    ticket = tickets.by_number(number, person())
    note_read(service.subject(ticket.number), part="timeline")
    lines = timeline.of_ticket(ticket.id, tickets.audience_of(person()))
    return {"items": [shapes.line(row, by) for row, by in lines], "next_cursor": None}

"""Calls: list them, and enter one that came another way."""

from collections.abc import Mapping
from typing import Any

import marshmallow as ma
from flask_smorest import Blueprint

from hotline import clock
from hotline.api.idempotent import idempotent
from hotline.api.pages import PageArgs, page, place_of
from hotline.api.schemas import Instant
from hotline.calls import queries, service
from hotline.calls.models import Call
from hotline.calls.rules import Status
from hotline.edge.access import allow
from hotline.edge.identity import person
from hotline.edge.requests import note_read
from hotline.errors import Invalid
from hotline.people.rules import DESK, READERS
from hotline.tickets import queries as tickets

bp = Blueprint("api_calls", __name__, description="Each time the phone rang")


class CallArgs(PageArgs):
    """Which calls are listed."""

    since = Instant(load_default=None)
    status = ma.fields.String(
        load_default=None, validate=ma.validate.OneOf([str(one) for one in Status])
    )


class NewCall(ma.Schema):
    """A call that somebody took elsewhere; without ``received_at`` it came now."""

    received_at = Instant(load_default=None, allow_none=True)
    line = ma.fields.String(required=True)
    from_number = ma.fields.String(load_default="", data_key="from")
    ticket = ma.fields.String(load_default=None, allow_none=True)


class CallOut(ma.Schema):
    """A call; ``from`` is "" when the number was withheld.

    ``is_told`` says of a missed one that a machine told the caller where a ticket stands, and that
    nobody else was wanted.
    """

    id = ma.fields.Integer()
    received_at = Instant()
    line = ma.fields.String()
    from_number = ma.fields.String(data_key="from")
    status = ma.fields.String()
    menu_key = ma.fields.String()
    language = ma.fields.String()
    direction = ma.fields.String()
    queued_at = Instant()
    claimed_at = Instant()
    answered_at = Instant()
    ended_at = Instant()
    handled_at = Instant()
    is_told = ma.fields.Boolean()
    wrapped_at = Instant()
    disposition = ma.fields.String()
    recording_seconds = ma.fields.Integer()
    ticket = ma.fields.String()


class CallPage(ma.Schema):
    """One page of calls."""

    items = ma.fields.List(ma.fields.Nested(CallOut))
    next_cursor = ma.fields.String()


@bp.route("/calls")
@allow(READERS)
@bp.arguments(CallArgs, location="query")
@bp.response(200, CallPage)
def list_calls(args: dict[str, Any]) -> dict[str, Any]:
    """Calls, the newest first."""
    found = queries.page(
        since=args["since"],
        status=args["status"],
        before=place_of(args["cursor"]),
        limit=args["limit"] + 1,
    )
    rows, cursor = page(found, args["limit"], lambda row: (row.received_at, row.id))
    numbers = tickets.numbers([row.ticket_id for row in rows])
    note_read("list:calls")
    return {"items": [_shape(row, numbers) for row in rows], "next_cursor": cursor}


@bp.route("/calls", methods=["POST"])
@allow(DESK)
@idempotent
@bp.arguments(NewCall)
@bp.response(201, CallOut)
def enter_call(values: dict[str, Any]) -> dict[str, Any]:
    """Put a call on record by hand, with its true time; ``ticket`` is the one it belongs to."""
    now, who = clock.now(), person()
    ticket = tickets.by_number(values["ticket"], who) if values["ticket"] else None
    try:
        call = service.enter(
            line=values["line"],
            from_number=values["from_number"],
            received_at=values["received_at"] or now,
            ticket_id=ticket.id if ticket else None,
            by_id=who.id,
            now=now,
        )
    except Invalid as error:
        raise Invalid({_sent_as(name): one for name, one in error.fields.items()}) from error
    return _shape(call, {ticket.id: ticket.number} if ticket else {})


def _sent_as(name: str) -> str:
    """The name under which the asker sent what we call ``name``."""
    return NewCall._declared_fields[name].data_key or name


def _shape(call: Call, numbers: Mapping[int | None, str]) -> dict[str, Any]:
    names = set(CallOut._declared_fields) - {"ticket"}
    return {name: getattr(call, name) for name in names} | {"ticket": numbers.get(call.ticket_id)}

"""Promises: list them, keep one, move one."""

from typing import Any

import marshmallow as ma
from flask_smorest import Blueprint

from hotline import clock
from hotline.api import shapes
from hotline.api.idempotent import idempotent
from hotline.api.pages import PageArgs, page, place_of
from hotline.api.schemas import FollowupOut, FollowupPage, Instant
from hotline.edge.access import allow
from hotline.edge.identity import person
from hotline.edge.requests import note_read
from hotline.followups import queries, service
from hotline.followups.rules import Status
from hotline.people.rules import DESK, READERS
from hotline.tickets import queries as tickets
from hotline.tickets import service as ticket_service

bp = Blueprint("api_followups", __name__, description="Promises")


class FollowupArgs(PageArgs):
    """Which promises are listed."""

    status = ma.fields.String(load_default=None, validate=ma.validate.OneOf(list(Status)))
    due_before = Instant(load_default=None)


class Move(ma.Schema):
    """Another time for a promise, and why."""

    due_at = Instant(required=True)
    reason = ma.fields.String(required=True)


@bp.route("/followups")
@allow(READERS)
@bp.arguments(FollowupArgs, location="query")
@bp.response(200, FollowupPage)
def list_followups(args: dict[str, Any]) -> dict[str, Any]:
    """Promises, first due first."""
    wanted = queries.Wanted(args["status"], args["due_before"], place_of(args["cursor"]))
    found = tickets.promises(wanted, args["limit"] + 1)
    rows, cursor = page(found, args["limit"], lambda row: (row[0].due_at, row[0].id))
    now = clock.now()
    note_read("list:followups")
    return {
        "items": [shapes.followup(promise, number, now=now) for promise, number in rows],
        "next_cursor": cursor,
    }


@bp.route("/followups/<int:followup_id>/done", methods=["POST"])
@allow(DESK)
@idempotent
@bp.response(200, FollowupOut)
def done(followup_id: int) -> dict[str, Any]:
    """The call back was made: the promise is kept."""
    now = clock.now()
    promise = service.get(followup_id)
    ticket_service.keep_promise(promise, by_id=person().id, now=now)
    return shapes.followup(promise, tickets.number_of(promise.ticket_id), now=now)


@bp.route("/followups/<int:followup_id>/move", methods=["POST"])
@allow(DESK)
@idempotent
@bp.arguments(Move)
@bp.response(200, FollowupOut)
def move(values: dict[str, Any], followup_id: int) -> dict[str, Any]:
    """Promise another time, with the reason; the answer is the new promise."""
    now = clock.now()
    promise = service.get(followup_id)
    number = tickets.number_of(promise.ticket_id)
    following = service.move(promise, number, by_id=person().id, now=now, **values)
    return shapes.followup(following, number, now=now)

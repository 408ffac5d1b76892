"""``/api/v1/calendar``: when service starts for a call, and why."""

from datetime import datetime
from typing import Any

import marshmallow as ma
from flask_smorest import Blueprint

from hotline.api.schemas import Both, Instant
from hotline.calendars import rules
from hotline.calendars import service as calendars
from hotline.edge.access import EVERYBODY, allow
from hotline.errors import N_, Invalid, Problem

bp = Blueprint("api_calendar", __name__, description="Business hours and promises")

EXAMPLE = "2026-12-30T22:15:00+09:00"


class Question(ma.Schema):
    """When the call came."""

    received_at = ma.fields.String(
        load_default="",
        metadata={"description": "ISO 8601 with a zone, + as %2B", "example": EXAMPLE},
    )


class StartOut(ma.Schema):
    """When service starts; ``provisional`` without an official list of holidays for that year."""

    received_at = Instant()
    in_hours = ma.fields.Boolean()
    service_start_at = Instant()
    provisional = ma.fields.Boolean()
    explanation = ma.fields.Nested(Both)


@bp.route("/calendar/service-start")
@allow(EVERYBODY)
@bp.arguments(Question, location="query")
@bp.response(200, StartOut)
def service_start(question: dict[str, str]) -> dict[str, Any]:
    """When service starts for a call that came at ``received_at``, with the reason."""
    start = calendars.current("hotline").service_start(_moment(question["received_at"]))
    return {
        "received_at": start.received_at,
        "in_hours": start.in_hours,
        "service_start_at": start.at,
        "provisional": start.provisional,
        "explanation": rules.reason(start),
    }


def _moment(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        sentence = N_("Give a time such as %(example)s; in an address + is written %%2B.")
        raise _wrong(sentence) from None
    if at.tzinfo is None:
        raise _wrong(N_("Give the zone too, such as %(example)s."))
    return at


def _wrong(sentence: str) -> Invalid:
    return Invalid({"received_at": Problem(sentence, example=EXAMPLE)})

"""What somebody hears who calls out, and what the telephone company tells of that call.

Nothing before these views touches the database. While it cannot be reached nobody knows whom to
dial: whoever picked up is asked to dial by hand.
"""

from flask import Blueprint

from hotline.adapters import twiml
from hotline.calls import queries
from hotline.calls import service as calls
from hotline.calls.models import Call
from hotline.calls.rules import Direction
from hotline.people import queries as people
from hotline.tickets import queries as tickets
from hotline.transaction import transaction
from hotline.web.twilio import Asked, script, serve
from hotline.web.twilio.rung import Webhook, nothing, spoken

bp = Blueprint("twilio_callback", __name__, url_prefix="/twilio/callback")

SPOKE = ("completed", "answered")
SAID = {"no-answer": "out_no_answer", "busy": "out_busy"}
"""How dialling ended to what is said of it; the other words mean that the number is no good."""


def _call(asked: Asked) -> Call | None:
    """The call on record; None when there is no such call of ours."""
    found = queries.by_id(int(asked.query.get("out", "0")))
    return found if found is not None and found.direction == Direction.OUT else None


def _language(call: Call) -> str:
    placed_by = people.by_id(call.placed_by_id) if call.placed_by_id is not None else None
    return spoken(placed_by.locale) if placed_by is not None else "ja"


def _ask(asked: Asked) -> str:
    """Our own phone was picked up: which ticket it is about, and the key. Nobody is dialled yet."""
    call = _call(asked)
    if call is None or call.ended_at is not None:
        return script().out_over("out_called_off", asked.language)
    number = tickets.number_of(call.ticket_id) if call.ticket_id is not None else ""
    return script().out_ask(number, _language(call), out=call.id)


def _connect(asked: Asked) -> str:
    """The key dials the other side; another key, and nobody is called."""
    if asked.fields.get("Digits") != twiml.ACCEPT_KEY:
        return script().out_over("out_not_connected", asked.language)
    with transaction():
        call = _call(asked)
        if call is None or not calls.connect(call, asked.fields["CallSid"], now=asked.at):
            return script().out_over("out_called_off", asked.language)
        return script().out_dial(call.to_number, call.from_number, asked.language, out=call.id)


def _progress(asked: Asked) -> str:
    """The other side picked up."""
    with transaction():
        call = _call(asked)
        if call is not None and asked.fields.get("CallStatus") == "in-progress":
            calls.other_side_answered(call, at=asked.at, now=asked.at)
    return twiml.NOTHING


def _dialled(asked: Asked) -> str:
    """The other side rang off, or was not reached; whoever called hears which."""
    result = asked.fields.get("DialCallStatus", "failed")
    with transaction():
        call = _call(asked)
        if call is not None:
            calls.note_dialling(call, result, at=asked.at, now=asked.at)
    if result in SPOKE:
        return script().goodbye(asked.language)
    return script().out_over(SAID.get(result, "out_not_reached"), asked.language)


def _ended(asked: Asked) -> str:
    """Our own phone was hung up, or nobody picked it up."""
    with transaction():
        call = _call(asked)
        if call is not None:
            calls.end_placed(call, at=asked.at, now=asked.at)
    return twiml.NOTHING


def _in_trouble(asked: Asked) -> str:
    return script().out_over("out_trouble", asked.language)


WEBHOOKS = {
    "ask": Webhook("", ("CallSid",), _ask, _in_trouble),
    "connect": Webhook("/connect", ("CallSid",), _connect, _in_trouble),
    "progress": Webhook("/progress", ("CallSid", "CallStatus"), _progress, nothing),
    "dialled": Webhook("/dialled", ("CallSid",), _dialled, _in_trouble),
    "ended": Webhook("/ended", ("CallSid", "CallStatus"), _ended, nothing),
}
"""By endpoint."""


serve(bp, WEBHOOKS)

"""What a contact of a partner hears whose number is to be verified, and the key that does it.

Nothing before these views touches the database. While it cannot be reached nothing is verified.
"""

import structlog
from flask import Blueprint

from hotline.adapters import twiml
from hotline.duty.rules import LinesPolicy
from hotline.errors import Problem
from hotline.policy import get
from hotline.transaction import transaction
from hotline.vendors import queries
from hotline.vendors import service as vendors
from hotline.vendors.models import VendorContact
from hotline.web.twilio import Asked, script, serve
from hotline.web.twilio.rung import TRIES, Webhook, next_attempt, nothing, spoken

log = structlog.get_logger(__name__)

bp = Blueprint("twilio_contact", __name__, url_prefix="/twilio/contact")


def _contact_id(asked: Asked) -> int:
    return int(asked.query.get("contact", "0"))


def _found(asked: Asked) -> VendorContact | None:
    """Whom we rang; None when they are no contact any more, or have another number by now.

    The key speaks for the number that rings, and for no other.
    """
    try:
        contact = queries.contact(_contact_id(asked))
    except Problem:
        return None
    rung = contact.phone == asked.fields["To"]
    return contact if rung and contact.ended_at is None else None


def _ask(asked: Asked) -> str:
    """Somebody picked up: who calls, and the key. Nothing is verified by that."""
    contact = _found(asked)
    if contact is None:
        return script().check_over("contact_over", asked.language)
    language = spoken(contact.locale)
    if contact.verified_at is not None:
        return script().check_over("contact_verified", language)
    return script().check(language, contact=contact.id)


def _pressed(asked: Asked) -> str:
    if asked.fields.get("Digits") != twiml.ACCEPT_KEY:
        return script().check_over("contact_unverified", asked.language)
    return _verify(asked)


def _verify(asked: Asked) -> str:
    """From the commit on the number is verified, and only then it is said."""
    try:
        with transaction():
            contact = _found(asked)
            if contact is not None:
                vendors.verify(contact, by_id=None, now=asked.at)
    except Problem as problem:  # Pressed twice, or ended meanwhile.
        kind = type(problem).__name__
        log.info("contact.not_verified", contact=_contact_id(asked), kind=kind)
    return _ask(asked)


def _in_trouble(asked: Asked) -> str:
    line = get(LinesPolicy).line_for_called_number("")
    return script().check_trouble(line, asked.language)


def _press_again(asked: Asked) -> str:
    attempt = next_attempt(asked)
    if asked.fields.get("Digits") != twiml.ACCEPT_KEY or attempt > TRIES:
        return _in_trouble(asked)
    return script().check(asked.language, contact=_contact_id(asked), attempt=attempt)


WEBHOOKS = {
    "ask": Webhook("", ("CallSid", "To"), _ask, _in_trouble),
    "answer": Webhook("/answer", ("CallSid", "To"), _pressed, _press_again),
    "ended": Webhook("/ended", ("CallSid", "CallStatus"), nothing, nothing),
}
"""By endpoint."""


serve(bp, WEBHOOKS)

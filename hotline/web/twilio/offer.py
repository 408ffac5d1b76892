"""What a contact of a partner hears who is rung about a task, and the keys that answer it.

Nothing before these views touches the database. While it cannot be reached nobody can be told
what it is about, and nothing can be taken: whoever picked up is asked to call the desk.
"""

from collections.abc import Callable
from zoneinfo import ZoneInfo

import structlog
from flask import Blueprint

from hotline.adapters import twiml
from hotline.adapters.twiml.offering import (
    AGAIN_KEY,
    DECLINE_KEY,
    OFFER_ANSWER,
    OFFER_REASON,
    TAKE_KEY,
    OfferCall,
)
from hotline.calendars.rules import in_words
from hotline.coordination import service as coordination
from hotline.coordination.models import Offer
from hotline.coordination.queries import linked
from hotline.coordination.queries.linked import Linked
from hotline.coordination.rules import Answered, FunctionsPolicy, OfferStatus
from hotline.duty.rules import LinesPolicy
from hotline.edge import stories
from hotline.errors import Problem
from hotline.policy import get
from hotline.transaction import transaction
from hotline.web.twilio import Asked, script, serve
from hotline.web.twilio.rung import TRIES, Webhook, next_attempt, nothing

log = structlog.get_logger(__name__)

bp = Blueprint("twilio_offer", __name__, url_prefix="/twilio/offer")

SAID = {
    OfferStatus.ACCEPTED: "offer_yours",
    OfferStatus.DECLINED: "offer_declined",
    OfferStatus.EXPIRED: "offer_taken",
    OfferStatus.WITHDRAWN: "offer_taken_back",
}
"""What is said of an offer that takes no answer any more."""


def _rung(asked: Asked) -> OfferCall:
    offer, contact = (int(asked.query.get(name, "0")) for name in ("offer", "contact"))
    return OfferCall(offer, contact, asked.language)


def _found(asked: Asked) -> Linked | None:
    """What is on record; None when this contact was never asked, or is no partner's any more."""
    to = _rung(asked)
    found = linked.behind(to.offer_id, to.contact_id, now=asked.at)
    return found if isinstance(found, Linked) else None


def _tell(asked: Asked) -> str:
    """Where it stands: the question while it is open, else kindly what became of it."""
    found, language = _found(asked), asked.language
    if found is None:
        return script().offer_over("offer_taken_back", language)
    offer = found.offer
    if offer.status != OfferStatus.OFFERED:
        return script().offer_over(_ending(found), language)
    if offer.reply_by is None or asked.at >= offer.reply_by:
        return script().offer_over("offer_late", language)
    by = in_words(offer.reply_by.astimezone(ZoneInfo(found.vendor.zone)), language)
    what = stories.function_name(found.task.function, language)
    return script().offer(what, by, _rung(asked), for_quote=offer.for_quote)


def _ending(found: Linked) -> str:
    offer = found.offer
    others = offer.status == OfferStatus.ACCEPTED and offer.contact_id != found.contact.id
    late = offer.status == OfferStatus.EXPIRED and found.task.vendor_id is None
    if others:
        return "offer_answered"
    return "offer_late" if late else SAID[OfferStatus(offer.status)]


def _take(asked: Asked) -> str:
    """The key was pressed: from the commit on it is theirs, and only then it is said."""

    def accept(found: Linked) -> Offer:
        return coordination.accept(
            found.offer, answered=Answered.KEY, contact_id=found.contact.id, now=asked.at
        )

    return _answered(asked, accept)


def _answered(asked: Asked, answer: Callable[[Linked], Offer]) -> str:
    try:
        with transaction():
            found = _found(asked)
            if found is not None:
                answer(found)
    except Problem as problem:  # Somebody was quicker, or the time is over.
        to, kind = _rung(asked), type(problem).__name__
        log.info("offer.not_taken", offer=to.offer_id, contact=to.contact_id, kind=kind)
    return _tell(asked)


def _pass_over(asked: Asked) -> str:
    """No key, or one that means nothing: the next contact is told at once."""
    to = _rung(asked)
    with transaction():
        if _found(asked) is not None:
            coordination.pass_over_contact(to.offer_id, to.contact_id, now=asked.at)
    return script().offer_over("offer_unanswered", asked.language)


def _ask_why(asked: Asked) -> str:
    """They cannot: which reason it is, unless nothing is to be answered any more."""
    found = _found(asked)
    if found is None or found.offer.status != OfferStatus.OFFERED:
        return _tell(asked)
    attempt = int(asked.query.get("attempt", "1"))
    return script().offer_reasons(_reasons(asked.language), _rung(asked), attempt=attempt)


def _reasons(language: str) -> list[tuple[str, str]]:
    known = get(FunctionsPolicy).decline_reason
    return [(one.key, str(getattr(one, language))) for one in known if one.key is not None]


KEYS: dict[str, Callable[[Asked], str]] = {
    TAKE_KEY: _take,
    DECLINE_KEY: _ask_why,
    AGAIN_KEY: _tell,
}


def _pressed(asked: Asked) -> str:
    return KEYS.get(asked.fields.get("Digits", ""), _pass_over)(asked)


def _gave_reason(asked: Asked) -> str:
    """The key of a reason declines; 9, or a key that means nothing, asks for it once more."""
    reason = get(FunctionsPolicy).reason_of_key(asked.fields.get("Digits", ""))
    if reason is None:
        return _ask_why_again(asked)

    def decline(found: Linked) -> Offer:
        return coordination.decline(
            found.offer,
            reason.code,
            "",
            answered=Answered.KEY,
            contact_id=found.contact.id,
            now=asked.at,
        )

    return _answered(asked, decline)


def _ask_why_again(asked: Asked) -> str:
    attempt = next_attempt(asked)
    if attempt > TRIES:
        return _pass_over(asked)
    return script().offer_reasons(_reasons(asked.language), _rung(asked), attempt=attempt)


def _over(asked: Asked) -> str:
    _pass_over(asked)
    return twiml.NOTHING


def _in_trouble(asked: Asked) -> str:
    return script().offer_trouble(get(LinesPolicy).line_for_called_number(""), asked.language)


def _press_again(path: str) -> Callable[[Asked], str]:
    def ask(asked: Asked) -> str:
        attempt = next_attempt(asked)
        if not asked.fields.get("Digits") or attempt > TRIES:
            return _in_trouble(asked)
        return script().offer_unsaved(path, _rung(asked), attempt=attempt)

    return ask


WEBHOOKS = {
    "ask": Webhook("", ("CallSid",), _tell, _in_trouble),
    "answer": Webhook("/answer", ("CallSid",), _pressed, _press_again(OFFER_ANSWER)),
    "reason": Webhook("/reason", ("CallSid",), _gave_reason, _press_again(OFFER_REASON)),
    "ended": Webhook("/ended", ("CallSid", "CallStatus"), _over, nothing),
}
"""By endpoint."""


serve(bp, WEBHOOKS)

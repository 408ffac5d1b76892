"""A caller who asks by key where a ticket stands: by its number and the caller's code."""

import structlog
from flask_babel import force_locale

from hotline.adapters.twiml import PERSON_KEY, RING, Standing
from hotline.calls import service as calls
from hotline.calls.models import Call
from hotline.calls.rules import VoicePolicy
from hotline.edge import language as languages
from hotline.edge import progress
from hotline.errors import Slowed
from hotline.policy import get
from hotline.tickets import queries as tickets
from hotline.tickets import service
from hotline.tickets.models import Ticket
from hotline.tickets.rules import Status, parse_number
from hotline.web.twilio.hooks import Asked, Webhook, bp, script, serve
from hotline.web.twilio.ringing import CALL, came, to_the_duty_phone

log = structlog.get_logger(__name__)


def _number(asked: Asked, _call: Call) -> str:
    """Nine digits were keyed, or none; the last digit shows most of what was keyed wrongly."""
    if _wants_a_person(asked):
        return script().put_through(asked.language)
    number = parse_number(asked.fields.get("Digits", ""))
    if number is None:
        return _again(asked, "status_again")
    return script().ask_code(number, asked.language, attempt=_attempt(asked))


def _code(asked: Asked, call: Call) -> str:
    """Six digits were keyed: say where the ticket stands, or that they do not belong together."""
    if _wants_a_person(asked):
        return script().put_through(asked.language)
    number, code = asked.query.get("number", ""), asked.fields.get("Digits", "")
    source = f"phone:{asked.fields['From']}"
    try:
        ticket = service.check_code(number, code, source=source, now=asked.at)
    except Slowed:
        log.warning("status.slowed", call=calls.subject(call))
        return script().no_status(asked.language, name="status_slowed", onward=RING)
    if ticket is None:
        return _again(asked, "status_wrong")
    calls.status_heard(call, ticket, now=asked.at)
    return script().status(_standing(ticket, asked), asked.language)


def _told(asked: Asked, _call: Call) -> str:
    """After the status: a person, or the end."""
    if _wants_a_person(asked):
        return script().put_through(asked.language)
    return script().goodbye(asked.language)


def _wants_a_person(asked: Asked) -> bool:
    return asked.fields.get("Digits") == PERSON_KEY


def _again(asked: Asked, why: str) -> str:
    """Ask for the number once more; after some tries a person helps."""
    attempt = _attempt(asked)
    if attempt >= get(VoicePolicy).status_tries:
        return script().no_status(asked.language, name=why, onward=RING)
    return script().ask_number(asked.language, attempt=attempt + 1, first=why)


def _attempt(asked: Asked) -> int:
    return int(asked.query.get("attempt", "1"))


def _standing(ticket: Ticket, asked: Asked) -> Standing:
    """In the caller's words, under the caller's own number.

    A duplicate stands where the ticket stands that goes on in its place, whose number and
    company are nobody else's business.
    """
    living = tickets.living(ticket)
    with force_locale(asked.language):
        said = progress.WORDS[Status(living.status)]
        promise = progress.promised(living, now=asked.at)
        now, following = languages.gettext(said.now), languages.gettext(said.next)
    state = promise.state if promise is not None else ""
    when = promise.sentence if promise is not None else ""
    if state in WHEN:
        when = script().text(WHEN[state], asked.language)
    return Standing(ticket.number, now, when, "" if state in NEAR else following)


WHEN = {"soon": "status_soon", "taken": "status_taken", "late": "status_late"}
"""The text that says when we call, where the promised time is no answer any more."""

NEAR = frozenset({"taken", "late"})
"""Nothing stands between now and our call that the caller should know."""

WEBHOOKS = {
    "status_number": Webhook("/voice/status/number", CALL, came, to_the_duty_phone, _number),
    "status_code": Webhook("/voice/status/code", CALL, came, to_the_duty_phone, _code),
    "status_told": Webhook("/voice/status/told", CALL, came, to_the_duty_phone, _told),
}
"""By endpoint."""

serve(bp, WEBHOOKS)

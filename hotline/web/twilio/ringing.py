"""A call from its first ring: the menu, the ringing, voicemail, and what is reported of it."""

from flask.blueprints import BlueprintSetupState

from hotline.adapters import twilio, twiml
from hotline.adapters.twiml import Script
from hotline.calendars import service as calendars
from hotline.calendars.rules import ServiceStart
from hotline.calls import service as calls
from hotline.calls.models import Call
from hotline.calls.rules import STATUS_KEY, Happening, VoicePolicy
from hotline.duty.rules import LineRule, LinesPolicy
from hotline.followups.rules import PromisePolicy, sentence
from hotline.policy import PolicyError, get
from hotline.tickets import queries as tickets
from hotline.tickets.rules import CaseTypesPolicy
from hotline.web.twilio import desk
from hotline.web.twilio.hooks import Asked, Webhook, bp, script, serve

# What happened, and the answers that need no database.


def _nobody_yet(_asked: Asked) -> None:
    """Somebody we ring picked up, who has not said yet that this is a person."""


def came(asked: Asked) -> Happening:
    """Whatever is asked next, the call has come."""
    return twilio.came(asked.fields, at=asked.at)


def _chose(asked: Asked) -> Happening:
    return twilio.chose(asked.fields, at=asked.at)


def _accepted(asked: Asked) -> Happening | None:
    if asked.fields.get("Digits") != twiml.ACCEPT_KEY:
        return None
    person_id = int(asked.query.get("person", "0")) or None
    return twilio.accepted(_rung_for(asked), person_id, at=asked.at)


def _told(asked: Asked) -> Happening | None:
    """Reports about phones that we rang ourselves are not about a caller."""
    ours = asked.fields.get("Direction", "inbound") != "inbound"
    return None if ours else twilio.told(asked.fields, at=asked.at)


def _left(asked: Asked) -> Happening | None:
    if "RecordingSid" not in asked.fields:
        return None
    return twilio.recorded(asked.fields, at=asked.at)


def _recording(asked: Asked) -> Happening | None:
    return _left(asked) if twilio.has_ended(asked.fields) else None


def _texted(asked: Asked) -> Happening:
    return twilio.texted(asked.fields, at=asked.at)


def to_the_duty_phone(asked: Asked) -> str:
    """What every caller hears when something fails."""
    return script().duty_phone(asked.line, asked.language)


def _nothing(_asked: Asked) -> str:
    return twiml.NOTHING


def _after_the_last_ring(asked: Asked) -> str:
    """Voicemail, unless the caller has just spoken to the duty phone."""
    talked = asked.fields.get("DialCallStatus") in ("completed", "answered")
    if asked.query.get("step") == "duty" and talked:
        return script().goodbye(asked.language)
    return script().voicemail(asked.language)


def _message_taken(asked: Asked) -> str:
    return script().message_taken(asked.language)


def _whispered(asked: Asked) -> str:
    line = get(LinesPolicy)
    code = asked.query.get("line", "")
    rule = line.line(code) if code in line.codes else asked.line
    person = int(asked.query.get("person", "0"))
    return script().whisper(rule, asked.language, call_sid=_rung_for(asked), person=person)


def _connected(asked: Asked) -> str:
    """With the key the two are connected, whether or not it could be put on record."""
    if asked.fields.get("Digits") != twiml.ACCEPT_KEY:
        return script().not_taken()
    return script().taken(asked.language)


def _rung_for(asked: Asked) -> str:
    """The caller's call, for which somebody of the roster was rung."""
    return asked.query.get("call") or asked.fields["CallSid"]


# The answers that need the call as it is on record.


def _welcome(_asked: Asked, call: Call) -> str:
    start = start_of(call)
    promise = "" if start.in_hours else promised(start, call.language)
    return script().welcome(line_of(call), promise, call.language)


def _chosen(asked: Asked, call: Call) -> str:
    """After a key of the menu, or none."""
    language, attempt = asked.language, int(asked.query.get("attempt", "1"))
    if asked.fields.get("Digits") == STATUS_KEY:
        return script().ask_number(language, attempt=1)
    if call.ticket_id is not None:
        number = tickets.number_of(call.ticket_id)
        return script().ticket(number, promised(start_of(call), language), language)
    if call.language != language:
        return _welcome(asked, call)
    if attempt < get(VoicePolicy).menu_tries:
        return script().menu_again(language, attempt=attempt + 1)
    return script().put_through(language)


def _ring(asked: Asked, call: Call) -> str:
    """Ring whoever is on duty; after them the supervisors; wait while all of them are in calls."""
    if call.answered_at is not None:
        return script().goodbye(asked.language)
    calls.wants_a_person(call)
    step = asked.query.get("step", "operator")
    step, rung = desk.whom_to_ring(call, step, now=asked.at)
    if not rung:
        calls.enqueue(call, now=asked.at)
        return script().enqueue(line_of(call), asked.language)
    calls.leave_queue(call, now=asked.at)
    return script().ring(
        rung,
        line_of(call),
        call_sid=asked.fields["CallSid"],
        caller_id=asked.fields["To"],
        step=step,
        language=asked.language,
    )


def _unless_answered(asked: Asked, call: Call) -> str:
    """Voicemail; but while everybody on duty is in a call, the caller may wait."""
    if call.answered_at is not None:
        return script().goodbye(asked.language)
    rung = asked.query.get("step") == "supervisor"
    if rung and desk.is_busy(call, now=asked.at) and not desk.has_waited(call, now=asked.at):
        calls.enqueue(call, now=asked.at)
        return script().enqueue(line_of(call), asked.language)
    return _after_the_last_ring(asked)


def line_of(call: Call) -> LineRule:
    """The line that was called."""
    return get(LinesPolicy).line(call.line)


def start_of(call: Call) -> ServiceStart:
    """When service starts for who called then."""
    calendar = calendars.current(line_of(call).calendar)
    return calendar.service_start(call.received_at)


def promised(start: ServiceStart, language: str) -> str:
    """The promise in the words that everybody hears and reads."""
    policy = get(PromisePolicy)
    return sentence(start.at, in_hours=start.in_hours, language=language, policy=policy)


CALL = ("CallSid", "From", "To")
TEXT = ("MessageSid", "From", "To")

WEBHOOKS = {
    "voice": Webhook("/voice", CALL, came, to_the_duty_phone, _welcome),
    "menu": Webhook("/voice/menu", CALL, _chose, to_the_duty_phone, _chosen),
    "ring": Webhook("/voice/ring", CALL, came, to_the_duty_phone, _ring),
    "whisper": Webhook("/voice/whisper", ("CallSid",), _nobody_yet, _whispered),
    "accept": Webhook("/voice/accept", ("CallSid",), _accepted, _connected),
    "voicemail": Webhook("/voice/voicemail", CALL, came, _after_the_last_ring, _unless_answered),
    "left": Webhook("/voice/voicemail/left", CALL, _left, _message_taken),
    "status": Webhook("/status", (*CALL, "CallStatus"), _told, _nothing),
    "recording": Webhook("/recording", ("CallSid", "RecordingSid"), _recording, _nothing),
    "sms": Webhook("/sms", TEXT, _texted, _nothing),
}
"""By endpoint."""


serve(bp, WEBHOOKS)


@bp.record_once
def _prepare(state: BlueprintSetupState) -> None:
    """Refuse to start with texts or lines that would leave a caller in silence."""
    app = state.app
    found = app.extensions["hotline.settings"]
    script = Script(get(VoicePolicy), twiml.load_texts(found.config_dir))
    app.extensions["hotline.script"] = script
    known = set(get(CaseTypesPolicy).by_code)
    if unknown := sorted(set(get(VoicePolicy).menu.values()) - known):
        raise PolicyError(f"voice.toml: menu: {', '.join(unknown)} is no case type")
    if found.in_production and (lines := get(LinesPolicy).lines_that_reach_nobody()):
        raise PolicyError(f"lines.toml: duty_phone of {', '.join(lines)} was never set")

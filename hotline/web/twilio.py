"""What the telephone company asks us, and what it is told to say and do.

Nothing before these views touches the database. Whatever fails while one of them runs, the
caller is put through to the duty phone, and what happened waits on disk to be put on record.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

import structlog
from flask import Blueprint, Response, current_app, request
from flask.blueprints import BlueprintSetupState
from werkzeug.exceptions import RequestEntityTooLarge

from hotline import clock
from hotline.adapters import signature, twilio, twiml
from hotline.adapters.signature import Forged
from hotline.adapters.spool import Spool
from hotline.adapters.twilio import Fields, Malformed
from hotline.adapters.twiml import Rung, Script
from hotline.calendars import service as calendars
from hotline.calendars.rules import ServiceStart
from hotline.calls import service as calls
from hotline.calls.models import Call
from hotline.calls.rules import Happening, VoicePolicy
from hotline.duty import service as duty
from hotline.duty.rules import LineRule, LinesPolicy
from hotline.edge.access import detached
from hotline.edge.deadline import within
from hotline.edge.identity import settings
from hotline.followups.rules import PromisePolicy, sentence
from hotline.policy import PolicyError, get
from hotline.tickets import queries as tickets
from hotline.tickets.rules import CaseTypesPolicy
from hotline.transaction import transaction

log = structlog.get_logger(__name__)

bp = Blueprint("twilio", __name__, url_prefix="/twilio")

MOST_BYTES = 64 * 1024
FORM = "application/x-www-form-urlencoded"
DATABASE_SECONDS = 2.0
"""The caller must hear something within three seconds, so the database has two."""


@dataclass(frozen=True)
class Asked:
    """One webhook that was found genuine: its fields, the query we gave it, and when it came."""

    fields: Fields
    query: Fields
    at: datetime

    @property
    def line(self) -> LineRule:
        """The line whose number was called."""
        return get(LinesPolicy).line_for_called_number(self.fields.get("To", ""))

    @property
    def language(self) -> str:
        """What is spoken to the caller."""
        return self.query.get("language", "ja")


@dataclass(frozen=True)
class Webhook:
    """One address the telephone company posts to.

    ``happened`` says what is to be put on record. ``answer`` is given the call as it is then, in
    the same transaction. ``otherwise`` touches no database: it answers when nothing happened,
    when there is no ``answer``, and when anything failed.
    """

    path: str
    needed: Collection[str]
    happened: Callable[[Asked], Happening | None]
    otherwise: Callable[[Asked], str]
    answer: Callable[[Asked, Call], str] | None = None

    def respond(self) -> Response:
        """The answer to the request of this moment: TwiML, or a refusal."""
        try:
            asked = genuine(self.needed)
        except (Forged, Malformed, RequestEntityTooLarge) as refusal:
            return refused(refusal)
        happening = self.happened(asked)
        told = self._saved(asked, happening) if happening else None
        return Response(told or self.otherwise(asked), content_type="text/xml; charset=utf-8")

    def _saved(self, asked: Asked, happening: Happening) -> str | None:
        """What ``answer`` says once ``happening`` is on record; None when that failed."""
        try:
            return within(DATABASE_SECONDS, lambda: self._record(asked, happening))
        except Exception as error:
            # The text of a database error holds values of the case: only its kind is logged.
            log.error("webhook.failed", path=self.path, kind=type(error).__name__)
            _keep_for_later(happening)
            return None

    def _record(self, asked: Asked, happening: Happening) -> str | None:
        with transaction():
            call = calls.record(happening, now=asked.at)
            return self.answer(asked, call) if self.answer and call else None


def genuine(needed: Collection[str]) -> Asked:
    """The request, when it is signed and every field fits. Raises Forged, Malformed or 413."""
    request.max_content_length = MOST_BYTES
    if request.mimetype != FORM:
        raise Malformed("content type")
    query = request.query_string.decode("latin-1")
    url = signature.signed_url(settings().public_url, request.path, query)
    signature.check(url, request.form, request.headers, settings().twilio_tokens)
    account = settings().twilio_account_sid or twilio.NO_ACCOUNT
    fields = twilio.read(request.form, account=account, needed=needed)
    return Asked(fields, twilio.read_query(request.args), clock.now())


def refused(refusal: Exception) -> Response:
    """The answer to a request that is not believed; who sent it is in the log."""
    # The names of fields, never their values: they hold phone numbers.
    log.warning(
        "webhook.refused",
        endpoint=request.endpoint,
        kind=type(refusal).__name__,
        why=str(refusal),
        address=request.remote_addr,
    )
    status = {Forged: 403, Malformed: 400}.get(type(refusal), 413)
    return Response("This request is refused.\n", status, content_type="text/plain")


def _keep_for_later(happening: Happening) -> None:
    try:
        Spool(settings().spool_dir).put(happening)
    except OSError as error:
        # The last resort is the log: with the call's id it can be found at the company.
        log.critical("spool.failed", error=error.strerror, call_sid=happening.call_sid)


def script() -> Script:
    """What is said and asked for, in whose words."""
    found = current_app.extensions["hotline.script"]
    assert isinstance(found, Script)  # noqa: S101 - tells the type checker
    return found


# What happened, and the answers that need no database.


def _nobody_yet(_asked: Asked) -> None:
    """Somebody we ring picked up, who has not said yet that this is a person."""


def _came(asked: Asked) -> Happening:
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
    return _left(asked) if twilio.is_voicemail(asked.fields) else None


def _texted(asked: Asked) -> Happening:
    return twilio.texted(asked.fields, at=asked.at)


def _to_the_duty_phone(asked: Asked) -> str:
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
    start = _start(call)
    promise = "" if start.in_hours else _promise(start, call.language)
    return script().welcome(_line_of(call), promise, call.language)


def _chosen(asked: Asked, call: Call) -> str:
    """After a key of the menu, or none."""
    language, attempt = asked.language, int(asked.query.get("attempt", "1"))
    if call.ticket_id is not None:
        number = tickets.number_of(call.ticket_id)
        return script().ticket(number, _promise(_start(call), language), language)
    if call.language != language:
        return _welcome(asked, call)
    if attempt < get(VoicePolicy).menu_tries:
        return script().menu_again(language, attempt=attempt + 1)
    return script().put_through(language)


def _ring(asked: Asked, call: Call) -> str:
    """Ring whoever is on duty; after them the supervisors."""
    if call.answered_at is not None:
        return script().goodbye(asked.language)
    step = asked.query.get("step", "operator")
    return script().ring(
        _rung(call, step, now=asked.at),
        _line_of(call),
        call_sid=asked.fields["CallSid"],
        caller_id=asked.fields["To"],
        step=step,
        language=asked.language,
    )


def _unless_answered(asked: Asked, call: Call) -> str:
    if call.answered_at is not None:
        return script().goodbye(asked.language)
    return _after_the_last_ring(asked)


def _rung(call: Call, step: str, *, now: datetime) -> list[Rung]:
    """Everybody to ring at this step; the duty phone when the roster has no phone at all."""
    people = duty.whom_to_ring(
        call.line, step, subject=calls.subject(call), since=call.received_at, now=now
    )
    rung = [Rung(one.phone, one.id, one.locale[:2]) for one in people if one.phone]
    return rung or [Rung(_line_of(call).duty_phone, None)]


def _line_of(call: Call) -> LineRule:
    return get(LinesPolicy).line(call.line)


def _start(call: Call) -> ServiceStart:
    calendar = calendars.current(_line_of(call).calendar)
    return calendar.service_start(call.received_at)


def _promise(start: ServiceStart, language: str) -> str:
    """The promise in the words that everybody hears and reads."""
    policy = get(PromisePolicy)
    return sentence(start.at, in_hours=start.in_hours, language=language, policy=policy)


CALL = ("CallSid", "From", "To")
TEXT = ("MessageSid", "From", "To")

WEBHOOKS = {
    "voice": Webhook("/voice", CALL, _came, _to_the_duty_phone, _welcome),
    "menu": Webhook("/voice/menu", CALL, _chose, _to_the_duty_phone, _chosen),
    "ring": Webhook("/voice/ring", CALL, _came, _to_the_duty_phone, _ring),
    "whisper": Webhook("/voice/whisper", ("CallSid",), _nobody_yet, _whispered),
    "accept": Webhook("/voice/accept", ("CallSid",), _accepted, _connected),
    "voicemail": Webhook("/voice/voicemail", CALL, _came, _after_the_last_ring, _unless_answered),
    "left": Webhook("/voice/voicemail/left", CALL, _left, _message_taken),
    "status": Webhook("/status", (*CALL, "CallStatus"), _told, _nothing),
    "recording": Webhook("/recording", ("CallSid", "RecordingSid"), _recording, _nothing),
    "sms": Webhook("/sms", TEXT, _texted, _nothing),
}
"""By endpoint."""


def _view(webhook: Webhook) -> Callable[[], Response]:
    @detached
    def view() -> Response:
        return webhook.respond()

    return view


for endpoint, webhook in WEBHOOKS.items():
    bp.add_url_rule(webhook.path, endpoint, _view(webhook), methods=["POST"])


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

"""Hear what was recorded of a call, and keep a conversation from being recorded for a while."""

from contextlib import closing
from dataclasses import dataclass

from flask import Blueprint, g, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue

from hotline import clock
from hotline.adapters.exchange import exchange
from hotline.adapters.outgoing import DeliveryFailed
from hotline.calls import queries
from hotline.calls import service as calls
from hotline.calls.models import Call, Recording
from hotline.calls.rules import RecordingKind, RecordingStatus
from hotline.edge import requests
from hotline.edge.access import allow
from hotline.edge.identity import person, settings
from hotline.errors import N_, Invalid, Missing, Problem, Refused
from hotline.evidence import queries as files
from hotline.people.rules import DESK
from hotline.tickets import queries as tickets
from hotline.transaction import transaction
from hotline.web.files import giving

bp = Blueprint("recordings", __name__)

STATES = {"stopped": False, "running": True}
NOT_YET = {
    RecordingStatus.ABSENT: N_("The telephone company has no recording of this call."),
    RecordingStatus.GIVEN_UP: N_("This recording could not be fetched; the supervisors know."),
}


@dataclass(frozen=True)
class Steered:
    """What was wanted before the answer: whether the company was asked, and whether it did it."""

    running: bool
    asked: bool
    done: bool


@bp.app_template_test("being_recorded")
def being_recorded(call: Call) -> bool:
    """Whether the conversation of this call is recorded, or would be if nobody had stopped it."""
    return calls.is_being_recorded(call)


@bp.post("/calls/<int:call_id>/voicemail")
@allow(DESK)
def voicemail(call_id: int) -> ResponseReturnValue:
    """The message that the caller left, as a file; it is on record who was given it."""
    found = queries.recordings_of([_call(call_id).id]).get(call_id, [])
    left = [one for one in found if one.kind == RecordingKind.VOICEMAIL]
    if not left:
        raise Missing()
    return _handed_out(left[0])


@bp.post("/calls/<int:call_id>/recordings/<int:recording_id>")
@allow(DESK)
def download(call_id: int, recording_id: int) -> ResponseReturnValue:
    """One recording of a call, as a file."""
    found = queries.recording_by_id(recording_id)
    if found is None or found.call_id != call_id:
        raise Missing()
    return _handed_out(found)


def _handed_out(recording: Recording) -> ResponseReturnValue:
    """The bytes as they came, never shown in the browser. Raises Refused while there are none."""
    file = files.by_id(recording.file_id) if recording.file_id is not None else None
    if file is None:
        why = NOT_YET.get(RecordingStatus(recording.status))
        raise Refused(why or N_("This recording is still being fetched. Please try again soon."))
    return giving.give(file, person(), now=clock.now())


def _ask_the_company() -> None:
    """Between two transactions: the telephone company stops the recording, or lets it go on."""
    view = request.view_args or {}
    running = STATES.get(request.form.get("to", ""))
    if running is None:
        raise Invalid({"to": Problem(N_("Choose whether the recording runs."))})
    with transaction():
        call = _call(view["call_id"])
        since, sid = call.recording_paused_at, call.call_sid or ""
        asked = calls.begin_steering(call, running=running)
    done = _done(sid, running=running) if asked else True
    if not done:
        with transaction():
            calls.not_steered(_call(call.id), running=running, since=since)
    g.steered = Steered(running, asked, done)


def _done(call_sid: str, *, running: bool) -> bool:
    with closing(exchange(settings())) as company:
        try:
            company.steer_recording(call_sid, running=running)
        except DeliveryFailed:
            return False
    return True


@bp.post("/calls/<int:call_id>/recording")
@allow(DESK)
@requests.prepared_by(_ask_the_company)
def steer(call_id: int) -> ResponseReturnValue:
    """Stop the recording of a conversation (``to=stopped``), or let it go on (``to=running``)."""
    call, told = _call(call_id), g.steered
    if not told.done:
        raise Refused(N_("The telephone company did not answer: the recording goes on as before."))
    if told.asked:
        calls.steered(call, running=told.running, by_id=person().id, now=clock.now())
    return _answer(call)


def _answer(call: Call) -> ResponseReturnValue:
    """Back to where the caller is written down; a script gets the state alone."""
    since = call.recording_paused_at
    if request.accept_mimetypes.best == "application/json":
        state = {"running": since is None, "since": since.isoformat() if since else None}
        return jsonify(state)
    if call.ticket_id is None:
        return redirect(url_for("calls.show", call_id=call.id), code=303)
    number = tickets.number_of(call.ticket_id)
    return redirect(url_for("intake.show", number=number), code=303)


def _call(call_id: int) -> Call:
    found = queries.by_id(call_id)
    if found is None:
        raise Missing()
    return found

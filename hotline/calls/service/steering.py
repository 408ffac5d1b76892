"""Stop the recording of a conversation for a while, and let it go on.

On record it never says "stopped" while it runs: what stops it is noted afterwards, what lets it go
on is noted before.
"""

from datetime import datetime

from hotline.audit import service as audit
from hotline.calls.models import Call
from hotline.calls.rules import Status
from hotline.calls.service.holding import subject
from hotline.db import db
from hotline.duty.rules import LinesPolicy
from hotline.errors import N_, Refused
from hotline.policy import get
from hotline.timeline import service as timeline
from hotline.timeline.rules import Event


def is_being_recorded(call: Call) -> bool:
    """Whether somebody speaks with the caller, and the line records that."""
    lines = get(LinesPolicy)
    recorded = call.line in lines.codes and lines.line(call.line).is_recorded
    speaks = call.status == Status.ANSWERED and call.ended_at is None
    return recorded and speaks and call.call_sid is not None


def begin_steering(call: Call, *, running: bool) -> bool:
    """Whether the telephone company is to be asked; False when it is as wanted already.

    Raises Refused when nothing is being recorded.
    """
    db.session.refresh(call, with_for_update=True)
    if not is_being_recorded(call):
        raise Refused(N_("This call is not being recorded."))
    if running == (call.recording_paused_at is None):
        return False
    if running:
        call.recording_paused_at = None
        db.session.flush()
    return True


def steered(call: Call, *, running: bool, by_id: int, now: datetime) -> None:
    """The telephone company has done it: put it on record, and into the story of the ticket."""
    call.recording_paused_at = None if running else now
    db.session.flush()
    event = Event.RECORDING_RESUMED if running else Event.RECORDING_PAUSED
    if call.ticket_id is not None:
        timeline.write(call.ticket_id, event, at=now, by_id=by_id)
    audit.write(f"call.{event}", subject(call), by_id=by_id, now=now)


def not_steered(call: Call, *, running: bool, since: datetime | None) -> None:
    """The telephone company has not done it: what was stopped is still stopped, ``since`` then."""
    if running:
        call.recording_paused_at = since
        db.session.flush()

"""Callers who wait: for somebody to become free, or again for a person."""

from datetime import datetime

from hotline.audit import service as audit
from hotline.calls.models import Call
from hotline.calls.service.holding import subject
from hotline.db import db


def enqueue(call: Call, *, now: datetime) -> None:
    """Everybody on duty is in a call: this caller waits; who waits already keeps the place."""
    if call.queued_at is None:
        call.queued_at = now
        db.session.flush()
        audit.write("call.queued", subject(call), by_id=None, now=now)


def leave_queue(call: Call, *, now: datetime) -> None:
    """The caller waits no longer: somebody is rung, or a message is left."""
    if call.queued_at is not None:
        call.queued_at = None
        db.session.flush()
        audit.write("call.unqueued", subject(call), by_id=None, now=now)


def wants_a_person(call: Call) -> None:
    """What a machine told was not enough: when nobody takes the call now, it was missed."""
    if call.handled_at is not None and call.handled_by_id is None:
        call.handled_at = None
        db.session.flush()

"""The worklist of missed calls: what is dealt with is off it."""

from datetime import datetime

from hotline.audit import service as audit
from hotline.calls import rules
from hotline.calls.models import Call
from hotline.calls.service.holding import subject
from hotline.db import db
from hotline.errors import N_, Refused


def handle(call: Call, *, by_id: int, now: datetime) -> None:
    """Take a call off the worklist of missed calls: somebody has called back or knows why not."""
    if call.handled_at is not None:
        raise Refused(N_("Somebody has dealt with this call already."))
    if not rules.is_owed(call.status, received_at=call.received_at, now=now):
        raise Refused(N_("This call was not missed."))
    call.handled_at, call.handled_by_id = now, by_id
    db.session.flush()
    audit.write("call.handled", subject(call), by_id=by_id, now=now)

"""Recordings: known once, fetched by one worker at a time, kept as evidence or given up aloud."""

import random
from datetime import datetime

import structlog
from sqlalchemy import select

from hotline.audit import service as audit
from hotline.calls import rules
from hotline.calls.models import Call, Recording
from hotline.calls.rules import RecordingKind, RecordingStatus
from hotline.calls.service.holding import subject
from hotline.clock import TOKYO
from hotline.db import db, insert
from hotline.evidence import service as evidence
from hotline.evidence.rules import Kept, Source
from hotline.notices import rules as trying
from hotline.notices import service as notices
from hotline.notices.rules import ALERT, Failure, Kind
from hotline.people.rules import Role

log = structlog.get_logger(__name__)

MEDIA_TYPE = "audio/x-wav"
SOURCES = {
    RecordingKind.VOICEMAIL: Source.VOICEMAIL,
    RecordingKind.CONVERSATION: Source.CONVERSATION,
}


def recorded(
    call: Call, recording_sid: str, kind: RecordingKind, seconds: int, *, now: datetime
) -> None:
    """There is a recording at the telephone company; the same one again is the same."""
    values = _values(call, recording_sid, RecordingStatus.WAITING, now=now)
    known = insert(Recording).values({**values, "kind": kind, "seconds": seconds})
    fresh = known.on_conflict_do_nothing().returning(Recording.id)
    if db.session.scalar(fresh) is not None:
        audit.write("call.recorded", subject(call), by_id=None, now=now, kind=kind, seconds=seconds)


def not_recorded(call: Call, recording_sid: str, kind: RecordingKind, *, now: datetime) -> None:
    """The telephone company says that there is nothing to fetch, whatever it said before."""
    values = _values(call, recording_sid, RecordingStatus.ABSENT, now=now)
    known = insert(Recording).values({**values, "kind": kind, "seconds": 0})
    known = known.on_conflict_do_update(
        index_elements=[Recording.recording_sid],
        set_={"status": RecordingStatus.ABSENT, "claim_id": None},
        where=Recording.status.in_(rules.UNFETCHED),
    )
    db.session.execute(known)


def claim_recording(claim_id: str, *, now: datetime) -> Recording | None:
    """Take the one that is due longest; whoever dies with it leaves it due again."""
    due = (
        select(Recording)
        .where(Recording.status.in_(rules.UNFETCHED), Recording.wake_at <= now)
        .order_by(Recording.wake_at, Recording.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    taken = db.session.scalar(due.execution_options(populate_existing=True))
    if taken is not None:
        taken.status, taken.claim_id = RecordingStatus.FETCHING, claim_id
        taken.wake_at = now + rules.RECORDING_LEASE
        taken.attempts += 1
        db.session.flush()
    return taken


def keep_recording(recording_id: int, claim_id: str, kept: Kept, *, now: datetime) -> bool:
    """It lies in the store: put it on record; False (logged) when the claim has been lost."""
    recording = _claimed(recording_id, claim_id)
    if recording is None:
        return False
    call = db.session.get_one(Call, recording.call_id)
    file = evidence.receive(
        kept,
        name=_name(call, recording),
        media_type=MEDIA_TYPE,
        subject=subject(call),
        ticket_id=call.ticket_id,
        source=SOURCES[RecordingKind(recording.kind)],
        by_id=None,
        now=now,
    )
    recording.status, recording.file_id = RecordingStatus.KEPT, file.id
    recording.claim_id, recording.last_error = None, ""
    db.session.flush()
    return True


def recording_failed(
    recording_id: int, claim_id: str, failure: Failure, *, now: datetime, rng: random.Random
) -> None:
    """Write down why it could not be fetched, and when it is tried again; alarm when hopeless.

    After a day and ten tries people hear of it; after three days, or when it never can be kept,
    it is given up.
    """
    recording = _claimed(recording_id, claim_id)
    if recording is None:
        return
    recording.failures += 1
    recording.claim_id = None
    recording.last_error = failure.reason[: trying.ERROR_LENGTH]
    lost = trying.hopeless(recording.attempts, now - recording.made_at)
    gone = failure.permanent or lost == trying.Status.GIVEN_UP
    recording.status = RecordingStatus.GIVEN_UP if gone else RecordingStatus.WAITING
    pause = max(trying.backoff(recording.failures, rng), min(failure.wait, trying.CAP))
    recording.wake_at = now + pause
    db.session.flush()
    if gone or lost is not None:
        _alarm(recording, now=now)


def _alarm(recording: Recording, *, now: datetime) -> None:
    """Tell the supervisors and the address for trouble, once for each status."""
    about = f"recording:{recording.id}:{recording.status}"
    log.critical("recording.unfetched", recording=recording.id, status=recording.status)
    for audience in (Role.SUPERVISOR, ALERT):
        facts = {"call": recording.call_id, "length": rules.length(recording.seconds)}
        notices.tell(
            about,
            Kind.RECORDING_UNFETCHED,
            audience=audience,
            due_at=recording.made_at,
            facts=facts,
            now=now,
        )


def _claimed(recording_id: int, claim_id: str) -> Recording | None:
    query = select(Recording).where(Recording.id == recording_id, Recording.claim_id == claim_id)
    held = query.with_for_update().execution_options(populate_existing=True)
    found = db.session.scalar(held)
    if found is None:
        log.warning("recording.claim_lost", recording=recording_id)
    return found


def _values(
    call: Call, recording_sid: str, status: RecordingStatus, *, now: datetime
) -> dict[str, object]:
    return {
        "call_id": call.id,
        "recording_sid": recording_sid,
        "status": status,
        "wake_at": now,
        "attempts": 0,
        "failures": 0,
        "last_error": "",
        "made_at": now,
    }


def _name(call: Call, recording: Recording) -> str:
    """What the download is called: its kind, the call, and when it came; no name, no number."""
    at = f"{call.received_at.astimezone(TOKYO):%Y%m%d-%H%M}"
    return f"{recording.kind}-{call.id}-{at}.wav"

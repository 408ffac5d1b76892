"""Fetch what the telephone company has recorded, one after the other, and keep it as evidence."""

import secrets
from contextlib import closing
from dataclasses import dataclass

import structlog
from sqlalchemy.exc import OperationalError

from hotline.adapters.file_store import Draft, FileStore, NotKept, TooLarge
from hotline.adapters.outgoing import DeliveryFailed
from hotline.adapters.telephone import Recorder
from hotline.calls import queries
from hotline.calls import service as calls
from hotline.evidence.rules import Kept
from hotline.jobs.work import Work
from hotline.notices.rules import Failure
from hotline.transaction import transaction

log = structlog.get_logger(__name__)

MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Taken:
    """One claimed recording, and everything that is needed to fetch it without the database."""

    id: int
    sid: str
    claim_id: str


def fetch(work: Work) -> int:
    """Fetch what is due until nothing is or the run is long; how many were kept."""
    kept, until = 0, work.monotonic() + work.run_seconds
    with closing(work.recorder()) as recorder:
        while not work.stopping() and work.monotonic() < until:
            taken = _claim(work)
            if taken is None:
                break
            kept += _one(taken, recorder, work)
    return kept


def _claim(work: Work) -> Taken | None:
    if not queries.recording_is_due(work.now()):
        return None
    claim_id = secrets.token_hex(16)
    with transaction():
        found = calls.claim_recording(claim_id, now=work.now())
        return Taken(found.id, found.recording_sid, claim_id) if found is not None else None


def _one(taken: Taken, recorder: Recorder, work: Work) -> bool:
    """Fetch one and write down how it went, whatever happens."""
    try:
        kept = _bring(taken, recorder, work)
    except DeliveryFailed as error:
        failure = Failure(error.reason, wait=error.wait)
    except TooLarge:
        failure = Failure("it is larger than HOTLINE_MAX_UPLOAD_MB", permanent=True)
    except NotKept as error:
        failure = Failure(f"it could not be written: {error}")
    else:
        return _keep(taken, kept, work)
    with transaction():
        calls.recording_failed(taken.id, taken.claim_id, failure, now=work.now(), rng=work.rng)
    log.warning("recording.failed", recording=taken.id, permanent=failure.permanent)
    return False


def _bring(taken: Taken, recorder: Recorder, work: Work) -> Kept:
    """From the telephone company to our disk; it gets its name only when all of it came."""
    store = FileStore.from_url(work.settings.files_url)
    most = work.settings.max_upload_mb * MEGABYTE
    drafted: Draft | None = None
    try:
        with recorder.recording(taken.sid) as pieces:
            drafted = store.draft(pieces, most_bytes=most)
    except BaseException:
        if drafted is not None:
            store.drop(drafted)
        raise
    return store.keep(drafted)


def _keep(taken: Taken, kept: Kept, work: Work) -> bool:
    try:
        with transaction():
            return calls.keep_recording(taken.id, taken.claim_id, kept, now=work.now())
    except OperationalError:
        # The file lies under its hash: whoever fetches it again finds it there.
        log.error("recording.unrecorded", recording=taken.id)
        raise

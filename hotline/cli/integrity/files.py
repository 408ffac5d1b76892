"""Whether the files on record and the files in the store are the same."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from sqlalchemy import exists, select

from hotline import clock
from hotline.adapters.file_store import FileStore
from hotline.cli.integrity.finding import TAMPERED, Finding
from hotline.db import db
from hotline.edge.identity import settings
from hotline.evidence import queries as evidence
from hotline.evidence.models import Custody, File
from hotline.evidence.rules import Scan, Touch
from hotline.jobs.housekeeping import BROKEN_OFF_FOR

UNRECORDED_FOR = timedelta(hours=1)


def evidence_lies_in_the_store() -> Iterator[Finding]:
    """Each file on record lies in the store, as long as it was and unchanged."""
    store = FileStore.from_url(settings().files_url)
    for file in evidence.every_file():
        if store.size(file.sha256) is None:
            what, do = "is not in the store", "put it back from a backup of HOTLINE_FILES_URL"
        elif store.size(file.sha256) != file.size or not store.is_whole(file.sha256):
            what, do = "has other bytes than those that came", TAMPERED
        else:
            continue
        yield Finding(f"file:{file.id}", what, do)


def the_store_holds_only_evidence() -> Iterator[Finding]:
    """Nothing lies in the store that is on no record.

    Who was killed between the disk and the record comes back for it within the hour.
    """
    known = {file.sha256 for file in evidence.every_file()}
    newest = clock.now() - UNRECORDED_FOR
    for path in FileStore.from_url(settings().files_url).everything():
        kept_at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        if path.name not in known and kept_at < newest:
            yield Finding(f"store:{path.name[:16]}", "is on no record", "look whose it was")


def uploads_leave_nothing() -> Iterator[Finding]:
    """What was broken off is swept up within a day and an hour."""
    before = clock.now() - BROKEN_OFF_FOR - UNRECORDED_FOR
    for path in FileStore.from_url(settings().files_url).broken_off(before=before):
        yield Finding(
            f"store:{path.name[:16]}", "was broken off and never swept up", "run the worker"
        )


def files_wait_for_a_scanner_that_is_there() -> Iterator[Finding]:
    """Every file that waits is looked at by a worker; nothing else is."""
    wrong = (File.scan == Scan.WAITING) != File.scan_at.is_not(None)
    for file_id in db.session.scalars(select(File.id).where(wrong)):
        yield Finding(f"file:{file_id}", "says it waits, or is scanned for nothing", TAMPERED)
    if settings().scanner == "none" and evidence.waiting_count():
        yield Finding(
            "files", "wait for a scanner, and none is set up", "set HOTLINE_SCANNER again"
        )


def files_have_their_custody() -> Iterator[Finding]:
    """The first line of every file says who received it."""
    received = exists().where(Custody.file_id == File.id, Custody.touch == Touch.RECEIVED)
    for file_id in db.session.scalars(select(File.id).where(~received)):
        yield Finding(f"file:{file_id}", "has a custody that does not begin", TAMPERED)

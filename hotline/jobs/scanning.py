"""Have files scanned, one after the other, the longest waiting first."""

import secrets
from dataclasses import dataclass
from typing import BinaryIO

import structlog

from hotline.adapters.file_store import FileStore
from hotline.adapters.scanner import Scanner, ScannerSilent
from hotline.evidence import queries
from hotline.evidence import service as evidence
from hotline.evidence.models import File
from hotline.evidence.rules import Scan, Verdict
from hotline.jobs.work import Work
from hotline.notices.rules import Failure
from hotline.tickets import queries as tickets
from hotline.transaction import transaction

log = structlog.get_logger(__name__)

LOST = "it is not where it was kept"


@dataclass(frozen=True)
class Taken:
    """One claimed file, and everything that is needed to scan it without the database."""

    id: int
    sha256: str
    number: str
    claim_id: str


def scan(work: Work) -> int:
    """Scan what waits until nothing does or the run is long; how many got a verdict.

    A scanner that does not answer ends the run: the others would not be answered either.
    """
    scanner, settled, until = work.scanner(), 0, work.monotonic() + work.run_seconds
    while scanner is not None and not work.stopping() and work.monotonic() < until:
        taken = _claim(work)
        if taken is None or not _one(taken, scanner, work):
            break
        settled += 1
    return settled


def _claim(work: Work) -> Taken | None:
    if not queries.scan_is_due(work.now()):
        return None
    claim_id = secrets.token_hex(16)
    with transaction():
        found = evidence.claim_scan(claim_id, now=work.now())
        if found is None:
            return None
        return Taken(found.id, found.sha256, _number(found), claim_id)


def _number(file: File) -> str:
    return tickets.number_of(file.ticket_id) if file.ticket_id is not None else ""


def _one(taken: Taken, scanner: Scanner, work: Work) -> bool:
    """Scan one and write down what was said; False when nothing was."""
    try:
        verdict = _verdict(taken, scanner, work)
    except ScannerSilent as error:
        failure = Failure(str(error))
        with transaction():
            evidence.scan_failed(
                taken.id,
                taken.claim_id,
                failure,
                number=taken.number,
                now=work.now(),
                rng=work.rng,
            )
        log.warning("file.scan_failed", file=taken.id)
        return False
    with transaction():
        evidence.scanned(taken.id, taken.claim_id, verdict, number=taken.number, now=work.now())
    return True


def _verdict(taken: Taken, scanner: Scanner, work: Work) -> Verdict:
    try:
        file: BinaryIO = FileStore.from_url(work.settings.files_url).open(taken.sha256)
    except OSError:
        return Verdict(Scan.UNSCANNED, LOST)
    with file:
        return scanner.scan(file)

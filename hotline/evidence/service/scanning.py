"""Have a scanner look at each file, one worker at a time, until it says something."""

import random
from datetime import datetime, timedelta

import structlog
from sqlalchemy import select

from hotline import policy
from hotline.db import db
from hotline.errors import N_, Refused
from hotline.evidence import queries, rules
from hotline.evidence.models import File
from hotline.evidence.rules import EvidencePolicy, Scan, Touch, Verdict
from hotline.evidence.service.holding import hold, touched
from hotline.evidence.service.receiving import HASH_START
from hotline.notices import rules as trying
from hotline.notices import service as notices
from hotline.notices.rules import ALERT, RESPONSIBLE, Failure, Kind
from hotline.timeline import service as timeline
from hotline.timeline.rules import Event

log = structlog.get_logger(__name__)

SCAN_LEASE = timedelta(minutes=30)
"""Longer than any scan takes; whoever dies in one leaves the file to another worker."""

ALARMED_AFTER = 3
"""So many tries in a row that fail, and people hear of it while it is tried on."""

FINDING_LETTERS = 200


def claim_scan(claim_id: str, *, now: datetime) -> File | None:
    """Take the file that waits longest."""
    due = (
        select(File)
        .where(File.scan_at.is_not(None), File.scan_at <= now)
        .order_by(File.scan_at, File.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    taken = db.session.scalar(due.execution_options(populate_existing=True))
    if taken is not None:
        taken.scan_claim, taken.scan_at = claim_id, now + SCAN_LEASE
        db.session.flush()
    return taken


def scanned(file_id: int, claim_id: str, verdict: Verdict, *, number: str, now: datetime) -> bool:
    """Write down what the scanner said; False (logged) when the claim has been lost.

    ``number`` is of the file's ticket, "" where there is none: whoever is responsible hears of
    what is infected, and of what cannot be scanned at all.
    """
    file = _claimed(file_id, claim_id)
    if file is None:
        return False
    _settle(file, verdict, now=now)
    if verdict.scan is Scan.INFECTED:
        _infected(file, number, now=now)
    elif verdict.scan is Scan.UNSCANNED:
        _unscanned(file, number, now=now)
    return True


def scan_failed(
    file_id: int, claim_id: str, failure: Failure, *, number: str, now: datetime, rng: random.Random
) -> None:
    """The scanner said nothing: try again later, and give up after the hours of the policy."""
    file = _claimed(file_id, claim_id)
    if file is None:
        return
    file.scan_failures += 1
    waited = now - _asked_at(file) if file.scanned_at is None else timedelta()
    if waited >= policy.get(EvidencePolicy).scan_gives_up_after:
        _settle(file, Verdict(Scan.UNSCANNED, failure.reason), now=now)
        _unscanned(file, number, now=now)
        return
    file.scan_claim, file.finding = None, failure.reason[:FINDING_LETTERS]
    file.scan_at = now + trying.backoff(file.scan_failures, rng)
    db.session.flush()
    if file.scan_failures >= ALARMED_AFTER:
        _alarm(number, now=now)


def _asked_at(file: File) -> datetime:
    """Since when it waits: since it came, or since a person last asked for another scan."""
    asked = [one.at for one in queries.custody_of(file.id) if one.facts.get("asked")]
    return asked[-1] if asked else file.received_at


NO_SCANNER = N_("No scanner is set up: HOTLINE_SCANNER says which.")


def scan_again(file: File, *, has_scanner: bool, by_id: int, now: datetime) -> None:
    """Have it scanned once more: a scanner is there now, or knows more than it did.

    Raises Refused where there is no scanner, or nothing to scan.
    """
    hold(file)
    if not has_scanner or file.source in rules.RECORDED:
        raise Refused(NO_SCANNER)
    file.scan, file.scan_at, file.scan_claim = Scan.WAITING, now, None
    file.scan_failures, file.scanned_at = 0, None
    touched(file, Touch.SCANNED, by_id=by_id, now=now, asked=True)


def _settle(file: File, verdict: Verdict, *, now: datetime) -> None:
    file.scan, file.finding = verdict.scan, verdict.finding[:FINDING_LETTERS]
    file.scanned_at, file.scan_at, file.scan_claim = now, None, None
    if verdict.scan not in rules.FREE:
        file.shared_at = file.shared_by_id = None
    touched(file, Touch.SCANNED, by_id=None, now=now, scan=str(verdict.scan), finding=file.finding)


def _infected(file: File, number: str, *, now: datetime) -> None:
    log.warning("file.infected", file=file.id)
    if not number or file.ticket_id is None:
        return
    facts = {"file": file.id, "sha256": file.sha256[:HASH_START]}
    about = rules.subject(file.id)
    timeline.write(
        file.ticket_id, Event.FILE_INFECTED, at=now, by_id=None, subject=about, facts=facts
    )
    _tell(about, Kind.FILE_INFECTED, RESPONSIBLE, number, due_at=now, now=now)


def _unscanned(file: File, number: str, *, now: datetime) -> None:
    log.error("file.unscanned", file=file.id)
    about = rules.subject(file.id)
    _tell(about, Kind.FILE_UNSCANNED, RESPONSIBLE, number, due_at=now, now=now)
    _alarm(number, now=now)


def _alarm(number: str, *, now: datetime) -> None:
    """Whoever looks after the system hears of it once an hour, however many files wait."""
    hour = now.replace(minute=0, second=0, microsecond=0)
    _tell("system:scanner", Kind.FILE_UNSCANNED, ALERT, number, due_at=hour, now=now)


def _tell(
    about: str, kind: Kind, audience: str, number: str, *, due_at: datetime, now: datetime
) -> None:
    facts = {"number": number}
    notices.tell(about, kind, audience=audience, due_at=due_at, facts=facts, now=now)


def _claimed(file_id: int, claim_id: str) -> File | None:
    query = select(File).where(File.id == file_id, File.scan_claim == claim_id)
    held = query.with_for_update().execution_options(populate_existing=True)
    found = db.session.scalar(held)
    if found is None:
        log.warning("file.claim_lost", file=file_id)
    return found

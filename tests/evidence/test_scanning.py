"""Who has a file scanned, and what comes of a verdict that comes too late or for no ticket."""

import random
from datetime import timedelta

import pytest
from sqlalchemy import select

from hotline.db import db
from hotline.evidence import queries, service
from hotline.evidence.models import File
from hotline.evidence.rules import Kept, Scan, Source, Verdict
from hotline.notices.models import Notice
from hotline.notices.rules import Failure
from hotline.timeline.models import Line
from hotline.transaction import transaction
from tests.builders import NOON

FAILED = Failure("the scanner does not answer")
INFECTED = Verdict(Scan.INFECTED, "Eicar-Test-Signature")


def test_nothing_is_claimed_where_nothing_waits(app):
    with transaction():
        assert service.claim_scan("a", now=NOON) is None


def test_whoever_lost_the_claim_changes_nothing(waiting):
    with transaction():
        service.claim_scan("a", now=NOON)
        late = service.scanned(waiting.id, "b", INFECTED, number="", now=NOON)
        service.scan_failed(waiting.id, "b", FAILED, number="", now=NOON, rng=random.Random(7))

    assert late is False
    assert (waiting.scan, waiting.scan_claim, waiting.scan_failures) == ("waiting", "a", 0)


def test_what_belongs_to_no_ticket_is_kept_back_and_told_to_nobody(waiting):
    with transaction():
        service.claim_scan("a", now=NOON)
        service.scanned(waiting.id, "a", INFECTED, number="", now=NOON)

    assert (waiting.scan, waiting.finding) == ("infected", "Eicar-Test-Signature")
    assert [one.touch for one in queries.custody_of(waiting.id)] == ["received", "scanned"]
    assert db.session.scalars(select(Notice)).all() == []
    assert db.session.scalars(select(Line)).all() == []


def test_an_old_file_that_is_scanned_again_has_its_hours_anew(waiting):
    """What came long ago is given up after as many hours as what came today."""
    later = NOON + timedelta(days=30)
    with transaction():
        file = db.session.get(File, waiting.id)
        service.scan_again(file, has_scanner=True, by_id=7, now=later)
        fail(file, later)
        tried_on = file.scan
        fail(file, later + timedelta(hours=25))

    assert (tried_on, file.scan) == (Scan.WAITING, Scan.UNSCANNED)


def fail(file, now) -> None:
    file.scan_claim = "c"
    service.scan_failed(file.id, "c", FAILED, number="", now=now, rng=random.Random(1))


@pytest.fixture
def waiting(app):
    """A file of a call that led to no ticket."""
    with transaction():
        return service.receive(
            Kept("ab" * 32, 5),
            name="a log",
            media_type="application/octet-stream",
            subject="call:1",
            source=Source.DELIVERABLE,
            by_id=None,
            now=NOON,
            scan=Scan.WAITING,
        )

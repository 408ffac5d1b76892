"""Files are scanned between transactions; what nobody cleared stays in quarantine, and is told."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from hotline.adapters.file_store import FileStore
from hotline.db import db
from hotline.edge.identity import settings
from hotline.evidence import queries as evidence
from hotline.evidence import service
from hotline.evidence.models import File
from hotline.evidence.rules import Scan, Source
from hotline.jobs import scanning
from hotline.jobs import work as surroundings
from hotline.notices.models import Notice
from hotline.timeline.models import Line
from hotline.transaction import transaction
from tests import builders, clamd
from tests.builders import NOON

HOUR = timedelta(hours=1)


def test_a_clean_file_leaves_quarantine(sent, scan):
    file_id = sent(b"a log")

    assert scan() == 1
    file = look(file_id)
    assert (file.scan, file.scan_at, file.scan_claim) == ("clean", None, None)
    assert touches(file_id) == ["received", "scanned"]
    assert told() == []


def test_what_is_infected_stays_and_whoever_is_responsible_hears_of_it(sent, scan):
    file_id = sent(clamd.EICAR)
    scan()

    assert (look(file_id).scan, look(file_id).finding) == ("infected", "Eicar-Test-Signature")
    assert told() == [("file_infected", "responsible")]
    assert "file_infected" in db.session.scalars(select(Line.event)).all()


def test_a_shared_file_in_which_something_is_found_is_not_shared_any_more(sent, scan):
    file_id = sent(clamd.EICAR)
    with transaction():
        db.session.get_one(File, file_id).shared_at = NOON
    scan()

    assert look(file_id).shared_at is None


def test_a_scanner_that_is_away_is_asked_again_later_and_people_hear_of_it(sent, scan, server):
    file_id, server.answer = sent(b"a log"), b""
    tries = [scan(after=step * HOUR) for step in range(3)]

    assert tries == [0, 0, 0]
    assert (look(file_id).scan, look(file_id).scan_failures) == ("waiting", 3)
    assert look(file_id).scan_at > NOON + 2 * HOUR
    assert told() == [("file_unscanned", "alert")]


def test_after_a_day_it_is_given_up_and_can_be_asked_for_once_more(sent, scan, server):
    file_id, server.answer = sent(b"a log"), b""
    scan(after=25 * HOUR)

    assert look(file_id).scan == "unscanned"
    assert ("file_unscanned", "responsible") in told()
    server.answer = None
    with transaction():
        service.scan_again(look(file_id), has_scanner=True, by_id=7, now=NOON + 26 * HOUR)
    scan(after=26 * HOUR)
    assert look(file_id).scan == "clean"


def test_what_is_too_large_for_the_scanner_is_not_tried_again(sent, scan, server):
    file_id, server.most = sent(b"a log"), 2
    scan()

    assert (look(file_id).scan, look(file_id).scan_at) == ("unscanned", None)


def test_what_is_lost_is_said_to_be(sent, scan, store):
    file_id = sent(b"a log")
    store.path(look(file_id).sha256).unlink()
    scan()

    assert look(file_id).finding == scanning.LOST


def test_whoever_was_too_slow_leaves_it_to_the_other(sent):
    file_id = sent(b"a log")
    with transaction():
        service.claim_scan("mine", now=NOON)
        late = service.claim_scan("other", now=NOON + HOUR)
        ours = service.scanned(file_id, "mine", scanning.Verdict(Scan.CLEAN), number="", now=NOON)

    assert late is not None
    assert ours is False
    assert look(file_id).scan == "waiting"


def test_without_a_scanner_nothing_is_claimed(sent, app):
    sent(b"a log")

    assert scanning.scan(surroundings.prepare(settings())) == 0
    assert evidence.waiting_count() == 1


def look(file_id: int) -> File:
    db.session.rollback()
    return db.session.get_one(File, file_id)


def touches(file_id: int) -> list[str]:
    return [one.touch for one in evidence.custody_of(file_id)]


def told() -> list[tuple[str, str]]:
    query = select(Notice.kind, Notice.audience).where(Notice.kind.like("file_%"))
    return [tuple(one) for one in db.session.execute(query.order_by(Notice.id))]


@pytest.fixture
def store(tmp_path):
    return FileStore(tmp_path / "files")


@pytest.fixture
def sent(app, store):
    """Puts bytes on record that wait for the scanner; gives the id of the file."""

    def send(data: bytes) -> int:
        kept = store.keep(store.draft([data], most_bytes=10**6))
        with transaction():
            ticket = builders.ticket()
            file = service.receive(
                kept,
                name="a.log",
                media_type="application/octet-stream",
                subject=f"ticket:{ticket.number}",
                source=Source.PORTAL,
                by_id=None,
                now=NOON,
                ticket_id=ticket.id,
                scan=Scan.WAITING,
            )
        return file.id

    return send


@pytest.fixture
def server():
    with clamd.running() as found:
        yield found


@pytest.fixture
def scan(app, server, store):
    work = surroundings.prepare(settings())
    own = {"files_url": f"file://{store.root}", "scanner": server.url}
    found = work.settings.model_copy(update=own)
    work = surroundings.prepare(found)

    def run(after: timedelta = timedelta()) -> int:
        return scanning.scan(replace(work, now=lambda: NOON + after))

    return run

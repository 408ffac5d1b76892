"""Recordings are fetched between transactions, and kept under their hash."""

from contextlib import contextmanager
from dataclasses import replace

import pytest
from sqlalchemy import select

from hotline.adapters.file_store import FileStore
from hotline.adapters.outgoing import DeliveryFailed
from hotline.calls import service as calls
from hotline.calls.models import Recording
from hotline.calls.rules import RecordingKind
from hotline.db import db
from hotline.edge.identity import settings
from hotline.evidence import queries as evidence
from hotline.jobs import recordings
from hotline.jobs import work as surroundings
from hotline.transaction import transaction
from tests import builders
from tests.builders import NOON

RE = "RE" + "b" * 32


class Tapes:
    """Keeps recordings; fails as a test says."""

    def __init__(self) -> None:
        self.failing: Exception | None = None
        self.breaks_off = False
        self.data = b"RIFF" + b"sound" * 1000
        self.on_the_way = lambda: None

    @contextmanager
    def recording(self, sid):
        if self.failing:
            raise self.failing
        self.on_the_way()
        yield iter([self.data[:10], self.data[10:]])
        if self.breaks_off:
            raise DeliveryFailed("not all of it came")

    def close(self) -> None:
        pass


def test_a_recording_becomes_evidence(due, tapes, store, fetch):
    assert fetch() == 1
    [file] = evidence.every_file()

    assert store.is_whole(file.sha256)
    assert due().status == "kept"
    assert fetch() == 0


@pytest.mark.parametrize("trouble", ["failing", "breaks_off"])
def test_what_does_not_come_whole_is_tried_again(due, tapes, store, fetch, trouble):
    setattr(tapes, trouble, DeliveryFailed("gone", unreachable=True) if trouble == "failing" else 1)

    assert fetch() == 0
    assert due().status == "waiting"
    assert [path for path in store.root.rglob("*") if path.is_file()] == []


def test_what_is_too_large_is_given_up(due, tapes, fetch):
    tapes.data = b"x" * (1024 * 1024 + 1)

    assert fetch() == 0
    assert due().status == "given_up"


def test_a_disk_that_refuses_is_tried_again(due, tapes, store, fetch):
    store.root.mkdir(parents=True)
    (store.root / ".incoming").write_text("in the way")

    assert fetch() == 0
    assert "could not be written" in due().last_error


def test_whoever_was_too_slow_leaves_it_to_the_other(due, tapes, fetch):
    def overtaken():
        with transaction():
            db.session.scalars(select(Recording)).one().claim_id = "of another worker"

    tapes.on_the_way = overtaken

    assert fetch() == 0
    assert evidence.every_file() == []


def test_the_console_plays_a_sound_of_its_own_for_each_recording(due, app, tmp_path):
    work = surroundings.prepare(settings())
    work = replace(work, now=lambda: NOON, settings=places(work.settings, tmp_path))

    assert recordings.fetch(work) == 1
    assert evidence.every_file()[0].size == 16044


def places(found, tmp_path):
    return found.model_copy(update={"files_url": f"file://{tmp_path}/files", "max_upload_mb": 1})


@pytest.fixture
def due(app):
    """A voicemail that lies with the telephone company; gives it as it is now."""
    with transaction():
        calls.recorded(builders.call(), RE, RecordingKind.VOICEMAIL, 42, now=NOON)

    def look():
        db.session.rollback()
        return db.session.scalars(select(Recording)).one()

    return look


@pytest.fixture
def tapes():
    return Tapes()


@pytest.fixture
def store(tmp_path):
    return FileStore(tmp_path / "files")


@pytest.fixture
def fetch(app, tapes, tmp_path):
    work = surroundings.prepare(settings())
    work = replace(
        work, now=lambda: NOON, settings=places(work.settings, tmp_path), recorder=lambda: tapes
    )
    return lambda: recordings.fetch(work)

"""A backup holds everything, is for nobody else, and comes back as it was."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from hotline import clock
from hotline.adapters.file_store import FileStore
from hotline.adapters.spool import Spool
from hotline.audit.models import AuditEntry
from hotline.cli.backup import tables
from hotline.db import db
from hotline.edge.identity import settings
from hotline.evidence.models import File
from hotline.heartbeats import beat
from hotline.notices.models import Notice
from hotline.notices.rules import Status
from hotline.people.models import Person
from hotline.sessions import service as sessions
from hotline.sessions.models import SignedIn
from hotline.tickets import service as tickets
from hotline.tickets.models import Ticket
from hotline.transaction import transaction
from tests import builders
from tests.builders import NOON
from tests.cli.backup.house import happening, house, keep_evidence
from tests.conftest import DATABASE


def test_what_was_lost_comes_back_as_it_was_while_others_went_on_writing(
    here, there, copy, writers
):
    here.run("demo", "load", "--json")
    keep_evidence(b"\x00ransom note")
    before = here.hash()
    with writers():
        made = json.loads(here.run("backup", copy, "--json").stdout)
    back = there.run("restore", copy, "--expect", made["manifest"], "--json")

    assert back.exit_code == 0, back.output
    assert json.loads(back.stdout)["findings"] == []
    assert made["state_hash"] == there.hash() == before != here.hash()
    with there.inside():
        file = db.session.scalars(select(File).order_by(File.id.desc())).first()
        assert FileStore.from_url(settings().files_url).is_whole(file.sha256)


@pytest.mark.skipif(DATABASE == "sqlite", reason="asks PostgreSQL too")
def test_a_backup_moves_from_one_database_to_the_other_and_back(here, sqlite, there, copy):
    with transaction():
        first, second = builders.ticket(), builders.ticket()
        tickets.join(first, second, by_id=1, now=NOON)  # Points to a row that comes after it.
    here.run("backup", copy)
    moved = sqlite.run("restore", copy)
    sqlite.run("backup", copy.with_name("again"))
    returned = there.run("restore", copy.with_name("again"))

    assert (moved.exit_code, returned.exit_code) == (0, 0)
    assert here.hash() == sqlite.hash() == there.hash()


def test_the_folder_is_for_nobody_else_and_says_what_is_in_it(here, copy):
    with transaction():
        builders.ticket()
    said = here.run("backup", copy).stdout
    manifest = json.loads((copy / "manifest.json").read_bytes())

    assert {path.stat().st_mode & 0o077 for path in [copy, *copy.rglob("*")]} == {0}
    assert manifest["tables"]["tickets"]["rows"] == 1
    assert f"State hash: {here.hash()}" in said
    assert "Not in it: .env" in said
    assert list(copy.parent.iterdir()) == [copy]


def test_a_backup_overwrites_nothing(here, copy):
    copy.mkdir()
    done = here.run("backup", copy)

    assert done.exit_code == 1
    assert "overwrites nothing" in done.stderr
    assert list(copy.iterdir()) == []


@pytest.mark.parametrize("place", ["nowhere/copy", "x" * 300])
def test_a_disk_that_refuses_leaves_nothing_behind(here, copy, place):
    done = here.run("backup", copy.parent / place)

    assert (done.exit_code, list(copy.parent.iterdir())) == (1, [])
    assert "cannot be made" in done.stderr


def test_files_that_are_missing_or_altered_already_are_named(here, there, copy):
    whole, missing, altered = (keep_evidence(one) for one in (b"1", b"22", b"333"))
    store = FileStore.from_url(settings().files_url)
    store.path(missing.sha256).unlink()
    store.path(altered.sha256).write_bytes(b"444")
    made = here.run("backup", copy)
    found = json.loads((copy / "manifest.json").read_bytes())
    back = there.run("restore", copy)

    assert (made.exit_code, found["files"]) == (3, 1)
    assert [(one["file"], one["why"]) for one in found["lacking"]] == [
        (missing.id, "missing"),
        (altered.id, "altered"),
    ]
    assert f"file:{missing.id} is missing" in made.stderr
    assert back.exit_code == 3
    assert f"file:{missing.id} is not in the store" in back.stderr
    assert f"file:{whole.id}" not in back.stderr


def test_calls_that_wait_on_disk_come_back_and_wait(here, there, copy):
    spool = Spool(settings().spool_dir)
    waiting, aside = spool.put(happening()), spool.put(happening())
    spool.reject(aside)
    here.run("backup", copy)
    back = there.run("restore", copy)

    assert back.exit_code == 0, back.output
    with there.inside():
        returned = Spool(settings().spool_dir)
        assert [path.name for path in returned.waiting()] == [waiting.name]
        assert [path.name for path in returned.rejected()] == [aside.name]
        assert returned.read(returned.waiting()[0]) == happening()


def test_a_call_that_is_taken_in_meanwhile_is_in_the_rows(here, copy, monkeypatch):
    spool = Spool(settings().spool_dir)
    taken = spool.put(happening())
    listed = spool.waiting()
    spool.done(taken)
    monkeypatch.setattr(Spool, "waiting", lambda _: listed)
    made = here.run("backup", copy, "--json")

    assert json.loads(made.stdout)["spool"] == 0


def test_nobody_is_signed_in_after_a_restore(here, there, copy):
    with transaction():
        person = builders.person("operator")
        sessions.start(person.id, complete=True, address="", now=NOON)
        beat("mail", now=NOON)
    here.run("backup", copy)
    there.run("restore", copy)

    with there.inside():
        assert db.session.get(Person, person.id).name == person.name
        assert db.session.scalar(select(func.count()).select_from(SignedIn)) == 0


def test_numbers_of_rows_that_were_lost_are_not_given_again(here, there, copy):
    with transaction():
        builders.ticket()
    here.run("backup", copy)
    there.run("restore", copy)
    with there.inside(), transaction():
        new = builders.ticket()

        assert new.id == (2 if DATABASE == "sqlite" else 2 + tables.FRESH_IDS)


def test_late_promises_are_announced_at_once_and_nothing_is_sent_twice(here, there, copy):
    with transaction():
        builders.person("coordinator")
        builders.shift(builders.person("coordinator"), "coordinator")
        sent, _ = builders.notice(), builders.ticket()
        sent.status, sent.sent_at = Status.SENT, NOON
    here.run("backup", copy)
    there.run("restore", copy)
    week = clock.now() + timedelta(days=30)
    told = there.run("tick", "--at", week.isoformat()).stdout

    assert "promise_due: followup:1" in told
    with there.inside():
        assert db.session.get(Notice, sent.id).sent_at == NOON
        assert db.session.get(Notice, sent.id).dedup_key == sent.dedup_key


def test_both_are_on_the_trail(here, there, copy):
    here.run("backup", copy)
    there.run("restore", copy)

    assert actions() == ["read"]
    with there.inside():
        assert actions() == ["read", "backup.restored"]


def test_a_database_of_another_version_is_not_backed_up(tmp_path, copy):
    done = house(f"sqlite:///{tmp_path}/none.sqlite3", tmp_path / "none").run("backup", copy)

    assert (done.exit_code, copy.exists()) == (1, False)
    assert "of revision none" in done.stderr


def actions() -> list[str]:
    query = select(AuditEntry.action).where(AuditEntry.subject == "database")
    return list(db.session.scalars(query.order_by(AuditEntry.id)))


@pytest.fixture
def sqlite(tmp_path):
    """An installation on SQLite with nothing in it."""
    return house(f"sqlite:///{tmp_path}/sqlite.sqlite3", tmp_path / "sqlite")


@pytest.fixture
def writers(app, monkeypatch):
    """``with writers():`` somebody opens a ticket before each table that is read."""
    read = tables.lines_of

    def lines_of(connection, table):
        with app.app_context(), transaction():
            builders.ticket()
        yield from read(connection, table)

    @contextmanager
    def write() -> Iterator[None]:
        with monkeypatch.context() as meanwhile:
            meanwhile.setattr(tables, "lines_of", lines_of)
            yield
        assert db.session.scalar(select(func.count()).select_from(Ticket)) > 50
        db.session.rollback()

    return write

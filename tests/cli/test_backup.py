"""``flask backup`` and ``flask restore``: what was lost comes back as it was, or not at all."""

import gzip
import hashlib
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import flask_migrate
import pytest
from flask import Flask
from sqlalchemy import func, select

from hotline import clock
from hotline.adapters.file_store import FileStore
from hotline.adapters.spool import Spool
from hotline.app import create_app
from hotline.audit.models import AuditEntry
from hotline.calls.rules import Happening
from hotline.calls.rules import Kind as Happened
from hotline.cli.backup import tables
from hotline.db import db
from hotline.edge.identity import settings
from hotline.evidence import service as evidence
from hotline.evidence.models import File
from hotline.evidence.rules import Source
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
from tests.conftest import DATABASE, fresh_database, settings_for

OTHER_KEY = "another secret of the tests, long enough to be one"


@dataclass(frozen=True)
class House:
    """One installation: its own database, files and spool."""

    app: Flask

    def run(self, *args: object):
        """One command, in a context of this installation."""
        with self.inside():
            return self.app.test_cli_runner().invoke(args=[str(arg) for arg in args])

    def hash(self) -> str:
        """What ``flask state hash`` prints."""
        return self.run("state", "hash").output.strip()

    @contextmanager
    def inside(self) -> Iterator[None]:
        """Its context, for looking at its rows."""
        with self.app.app_context():
            yield
            db.session.remove()


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


def test_a_disk_that_refuses_leaves_nothing_behind(here, copy):
    done = here.run("backup", copy / "nowhere")

    assert (done.exit_code, copy.exists()) == (1, False)
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


# What is refused


def damage(folder: Path) -> None:
    part = folder / "tables" / "tickets.jsonl.gz"
    part.write_bytes(part.read_bytes()[:-1] + b"?")


def cut_off(folder: Path) -> None:
    part = folder / "tables" / "tickets.jsonl.gz"
    part.write_bytes(part.read_bytes()[:-1])


def take_away(folder: Path) -> None:
    (folder / "tables" / "tickets.jsonl.gz").unlink()


def slip_in(folder: Path) -> None:
    for number in range(5):
        (folder / "files" / f"{number}").symlink_to("/etc/hostname")


def never_finished(folder: Path) -> None:
    (folder / "manifest.json").unlink()


def another_format(folder: Path) -> None:
    rewrite(folder, format=2)


def cut_manifest(folder: Path) -> None:
    (folder / "manifest.json").write_bytes((folder / "manifest.json").read_bytes()[:-9])


def from_the_future(folder: Path) -> None:
    rewrite(folder, revision="0123456789ab")


def other_rows(folder: Path) -> None:
    lines = read_lines(folder, "people")
    row = json.loads(lines[1])
    row[1] += "."
    write_lines(folder, "people", [lines[0], json.dumps(row).encode() + b"\n"], honest=False)


def other_columns(folder: Path) -> None:
    write_lines(folder, "people", [b'["id"]\n', b"[1]\n"])


def short_rows(folder: Path) -> None:
    write_lines(folder, "people", [read_lines(folder, "people")[0], b"[1]\n"])


def a_table_too_many(folder: Path) -> None:
    manifest = json.loads((folder / "manifest.json").read_bytes())
    rewrite(folder, tables={**manifest["tables"], "strangers": {"rows": 0, "digest": ""}})


WRECKS = {
    damage: "is damaged",
    cut_off: "is damaged",
    take_away: "are missing: tables/tickets",
    slip_in: "does not name: files/0, files/1, files/2 and 2 more",
    never_finished: "no finished backup",
    another_format: "another version",
    cut_manifest: "cannot be read",
    from_the_future: "does not know",
    other_rows: "reads otherwise",
    other_columns: "has other columns",
    short_rows: "too many or too few",
    a_table_too_many: "no tables strangers",
}


@pytest.mark.parametrize("wreck", WRECKS, ids=lambda one: one.__name__)
def test_what_is_not_whole_is_refused_and_nothing_is_put_back(kept, empty, wreck):
    wreck(kept)
    done = empty.run("restore", kept)

    assert done.exit_code == 1, done.output
    assert WRECKS[wreck] in done.stderr
    with empty.inside():
        assert not db.session.scalars(select(Person)).first()


def test_rows_without_those_they_belong_to_are_refused(here, there, copy):
    with transaction():
        builders.ticket()
    here.run("backup", copy)
    write_lines(copy, "tickets", read_lines(copy, "tickets")[:1])
    done = there.run("restore", copy)

    assert (done.exit_code, "none were" in done.stderr) == (1, True), done.output
    with there.inside():
        assert not db.session.scalars(select(Notice)).first()


def test_a_manifest_that_was_exchanged_is_refused(kept, empty):
    done = empty.run("restore", kept, "--expect", "0" * 64)

    assert (done.exit_code, "SHA-256 is another" in done.stderr) == (1, True)


def test_another_key_is_refused_unless_it_is_meant(kept, tmp_path):
    url = f"sqlite:///{tmp_path}/other.sqlite3"
    other = house(url, tmp_path / "other", HOTLINE_SECRET_KEY=OTHER_KEY)
    refused, meant = other.run("restore", kept), other.run("restore", kept, "--other-key")

    assert (refused.exit_code, "HOTLINE_SECRET_KEY" in refused.stderr) == (1, True)
    assert meant.exit_code == 0, meant.output


def test_nothing_is_put_back_over_anything(here, copy):
    with transaction():
        builders.ticket()
    here.run("backup", copy)
    done = here.run("restore", copy)

    assert (done.exit_code, "database is not empty" in done.stderr) == (1, True)


@pytest.mark.parametrize("place", ["files", "spool"])
def test_files_and_calls_of_something_else_are_in_the_way(kept, empty, place):
    with empty.inside():
        store, spool = FileStore.from_url(settings().files_url), Spool(settings().spool_dir)
        if place == "files":
            left = store.path(store.keep(store.draft([b"something else"], most_bytes=99)).sha256)
        else:
            left = spool.put(happening())
    done = empty.run("restore", kept)
    left.unlink()

    assert done.exit_code == 1
    assert ("not empty" if place == "files" else "Calls wait") in done.stderr


def test_whoever_was_stopped_in_between_begins_anew(kept, tmp_path):
    there = house(f"sqlite:///{tmp_path}/there.sqlite3", tmp_path / "there")
    with there.inside():
        store = FileStore.from_url(settings().files_url)
        store.keep(store.draft([b"x"], most_bytes=99))
        shutil.copytree(kept / "spool", settings().spool_dir, dirs_exist_ok=True)
    done = there.run("restore", kept)

    assert done.exit_code == 0, done.output


def test_a_backup_of_an_older_version_is_brought_up(kept, tmp_path):
    rows = [json.loads(line) for line in read_lines(kept, "people")]
    gone = rows[0].index("disabled_by_id")  # Came with the revision after this one.
    older = [[value for at, value in enumerate(row) if at != gone] for row in rows]
    spelled = [json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in older]
    write_lines(kept, "people", [f"{line}\n".encode() for line in spelled])
    rewrite(kept, revision="bc2d94a9e0bb")
    there = house(f"sqlite:///{tmp_path}/z.sqlite3", tmp_path / "z")
    done = there.run("restore", kept)

    assert done.exit_code == 0, done.output
    with there.inside():
        assert db.session.scalars(select(Person.disabled_by_id)).all() == [None]


def test_a_store_that_refuses_is_named(kept, tmp_path):
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "files").mkdir()
    (tmp_path / "x" / "files" / ".incoming").write_text("not a folder")
    done = house(f"sqlite:///{tmp_path}/x.sqlite3", tmp_path / "x").run("restore", kept)

    assert (done.exit_code, "refuses" in done.stderr) == (1, True)


def test_a_database_of_another_version_is_not_backed_up(tmp_path, copy):
    done = house(f"sqlite:///{tmp_path}/none.sqlite3", tmp_path / "none").run("backup", copy)

    assert (done.exit_code, copy.exists()) == (1, False)
    assert "of revision none" in done.stderr


def test_a_digest_that_is_not_the_one_of_the_backup_is_said(kept, tmp_path):
    rewrite(kept, state_hash="0" * 64, audit_head=f"1:{'0' * 64}")
    done = house(f"sqlite:///{tmp_path}/y.sqlite3", tmp_path / "y").run("restore", kept)

    assert done.exit_code == 3
    assert "state hash is not the one" in done.stderr
    assert "trail is not whole" in done.stderr


def read_lines(folder: Path, table: str) -> list[bytes]:
    return gzip.decompress((folder / "tables" / f"{table}.jsonl.gz").read_bytes()).splitlines(True)


def write_lines(folder: Path, table: str, lines: list[bytes], *, honest: bool = True) -> None:
    """Exchange what a table held, as somebody who knows the format would; all but the rows."""
    name, text = f"tables/{table}.jsonl.gz", b"".join(lines)
    packed = gzip.compress(text)
    (folder / name).write_bytes(packed)
    manifest = json.loads((folder / "manifest.json").read_bytes())
    part = {"size": len(packed), "sha256": hashlib.sha256(packed).hexdigest()}
    content = {"rows": len(lines) - 1, "digest": hashlib.sha256(text).hexdigest()}
    known = manifest["tables"] | ({table: content} if honest else {})
    rewrite(folder, parts={**manifest["parts"], name: part}, tables=known)


def rewrite(folder: Path, **facts: object) -> None:
    path = folder / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_bytes()), **facts}))


def actions() -> list[str]:
    query = select(AuditEntry.action).where(AuditEntry.subject == "database")
    return list(db.session.scalars(query.order_by(AuditEntry.id)))


def happening() -> Happening:
    return Happening(Happened.CAME, NOON, "CA" + "a" * 32, from_number="+81354226351")


def keep_evidence(data: bytes) -> File:
    """A file in the store and on record."""
    store = FileStore.from_url(settings().files_url)
    kept = store.keep(store.draft([data], most_bytes=99))
    with transaction():
        return evidence.receive(
            kept,
            name="note.txt",
            media_type="text/plain",
            subject="call:1",
            source=Source.DESK,
            by_id=None,
            now=NOON,
        )


@pytest.fixture
def here(app, tmp_path):
    """The installation that is backed up: that of the other tests, with folders of its own."""
    known = app.extensions["hotline.settings"]
    own = {"files_url": f"file://{tmp_path}/here/files", "spool_dir": tmp_path / "here" / "spool"}
    app.extensions["hotline.settings"] = known.model_copy(update=own)
    yield House(app)
    app.extensions["hotline.settings"] = known


@pytest.fixture
def there(database_url, tmp_path):
    """An installation with nothing in it, on the same kind of database."""
    url = f"sqlite:///{tmp_path}/there.sqlite3"
    if DATABASE != "sqlite":
        url = fresh_database(database_url, "hotline_there")
    made = house(url, tmp_path / "there")
    yield made
    with made.inside():
        db.engine.dispose()


@pytest.fixture
def sqlite(tmp_path):
    """An installation on SQLite with nothing in it."""
    return house(f"sqlite:///{tmp_path}/sqlite.sqlite3", tmp_path / "sqlite")


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    """An installation on SQLite with tables and nothing in them; here nothing is put back."""
    folder = tmp_path_factory.mktemp("empty")
    made = house(f"sqlite:///{folder}/empty.sqlite3", folder)
    with made.inside():
        flask_migrate.upgrade()
    return made


@pytest.fixture(scope="module")
def one_backup(tmp_path_factory) -> Path:
    """A backup of a person, a ticket, a file and a call that waits."""
    folder = tmp_path_factory.mktemp("one_backup")
    made = house(f"sqlite:///{folder}/one.sqlite3", folder)
    with made.inside():
        flask_migrate.upgrade()
        with transaction():
            builders.person("operator")
            builders.ticket()
        keep_evidence(b"x")
        Spool(settings().spool_dir).put(happening())
    made.run("backup", folder / "copy")
    return folder / "copy"


@pytest.fixture
def kept(one_backup, tmp_path) -> Path:
    """A copy of the one backup, to be wrecked."""
    shutil.copytree(one_backup, tmp_path / "kept")
    return tmp_path / "kept"


def house(url: str, folder: Path, **changes: str) -> House:
    own = {"HOTLINE_FILES_URL": f"file://{folder}/files", "HOTLINE_SPOOL_DIR": f"{folder}/spool"}
    return House(create_app(settings_for(url, **own, **changes)))


@pytest.fixture
def copy(tmp_path) -> Path:
    (tmp_path / "backups").mkdir()
    return tmp_path / "backups" / "copy"


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

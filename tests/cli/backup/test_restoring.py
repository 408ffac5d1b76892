"""Nothing is put back that is not whole, and nothing over anything that is there."""

import gzip
import hashlib
import json
import shutil
from pathlib import Path

import flask_migrate
import pytest
from sqlalchemy import select

from hotline.adapters.file_store import FileStore
from hotline.adapters.spool import Spool
from hotline.db import db
from hotline.edge.identity import settings
from hotline.notices.models import Notice
from hotline.people.models import Person
from hotline.transaction import transaction
from tests import builders
from tests.cli.backup.house import happening, house

OTHER_KEY = "another secret of the tests, long enough to be one"


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


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    """An installation on SQLite with tables and nothing in them; here nothing is put back."""
    folder = tmp_path_factory.mktemp("empty")
    made = house(f"sqlite:///{folder}/empty.sqlite3", folder)
    with made.inside():
        flask_migrate.upgrade()
    return made

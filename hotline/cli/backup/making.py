"""Make a backup while the hotline runs: every row of one moment, and every file those rows name."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from sqlalchemy import Connection, select

from hotline.adapters.file_store import FileStore
from hotline.adapters.spool import Spool
from hotline.audit.models import ChainHead
from hotline.audit.rules import START, Anchor
from hotline.cli import state
from hotline.cli.backup import folder, manifest, revisions, tables
from hotline.cli.backup.folder import Folder
from hotline.cli.backup.manifest import FILES, SPOOL, TABLES, Lacking, Manifest, Why
from hotline.cli.backup.progress import over
from hotline.cli.backup.tables import Content
from hotline.db import ONE_MOMENT, db
from hotline.edge import keys
from hotline.evidence.models import File
from hotline.settings import Settings

KEY_OF_BACKUPS = "the key with which this backup can be used"


@dataclass(frozen=True)
class OnRecord:
    """A file that a row names."""

    id: int
    sha256: str
    size: int


@dataclass(frozen=True)
class Rows:
    """What one moment of the database held."""

    revision: str
    state_hash: str
    audit_head: Anchor
    contents: dict[str, Content]
    on_record: tuple[OnRecord, ...]


def make(target: Path, settings: Settings, *, now: datetime) -> Manifest:
    """Write a backup to ``target``, which must not be there yet. Raises ClickException.

    What waits on disk is copied before the database, and the files after it: what is taken in
    meanwhile stands in both, and no row names a file that comes later.
    """
    with folder.fresh(target) as into:
        spooled = _copy_spool(Spool(settings.spool_dir), into)
        with one_moment() as connection:
            rows = _read_rows(connection, into)
        lacking = _copy_files(FileStore.from_url(settings.files_url), rows.on_record, into)
        made = Manifest(
            made_at=now,
            database=db.engine.dialect.name,
            revision=rows.revision,
            key=keys.cipher().digests(KEY_OF_BACKUPS)[0],
            state_hash=rows.state_hash,
            audit_head=str(rows.audit_head),
            tables=rows.contents,
            files=sum(name.startswith(f"{FILES}/") for name in into.parts),
            spool=spooled,
            lacking=tuple(lacking),
            parts=dict(into.parts),
        )
        into.write(manifest.NAME, [made.written()])
    return made


def check_revision() -> None:
    """Refuse a database that another version of the hotline wrote. Raises ClickException."""
    with db.engine.connect() as connection:
        found = revisions.of_database(connection)
    if found != revisions.newest():
        raise click.ClickException(
            f"The database is of revision {found or 'none'}, and this version of the hotline "
            f"goes with {revisions.newest()}: make the backup with the version that wrote it."
        )


@contextmanager
def one_moment() -> Iterator[Connection]:
    """A connection that sees the database as it is at one moment, however long it reads."""
    options: dict[str, Any] = {ONE_MOMENT: True}
    on_postgresql = db.engine.dialect.name == "postgresql"
    if on_postgresql:
        options |= {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    with db.engine.connect().execution_options(**options) as connection:
        if on_postgresql:
            connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
            connection.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = 0")
        yield connection


def _read_rows(connection: Connection, into: Folder) -> Rows:
    found = [one for one in tables.in_database(connection) if _is_kept(one.name)]
    contents = {}
    for table in over(found, "Rows"):
        lines = tables.lines_of(connection, table)
        count, digest = into.write_lines(f"{TABLES}/{table.name}.jsonl.gz", lines)
        contents[table.name] = Content(count - 1, digest)
    on_record = connection.execute(select(File.id, File.sha256, File.size).order_by(File.id))
    return Rows(
        revision=revisions.of_database(connection),
        state_hash=state.of_everything(connection),
        audit_head=_audit_head(connection),
        contents=contents,
        on_record=tuple(OnRecord(*row) for row in on_record),
    )


def _is_kept(name: str) -> bool:
    return name not in manifest.SESSIONS_AND_BEATS


def _audit_head(connection: Connection) -> Anchor:
    found = connection.execute(select(ChainHead.seq, ChainHead.digest)).first()
    return Anchor(found.seq, found.digest) if found else START


def _copy_spool(spool: Spool, into: Folder) -> int:
    """Copy what waits and what was put aside; what is taken in meanwhile stands in the rows."""
    copied = 0
    for path in [*spool.waiting(), *spool.rejected()]:
        name = f"{SPOOL}/{path.relative_to(spool.folder).as_posix()}"
        try:
            into.write(name, folder.pieces_of(path))
        except FileNotFoundError:
            into.forget(name)
            continue
        copied += 1
    return copied


def _copy_files(store: FileStore, on_record: Iterable[OnRecord], into: Folder) -> list[Lacking]:
    """Copy every file once; those that cannot be had as they came."""
    found, lacking = {one.sha256: one for one in on_record}, []
    for one in over(found.values(), "Files"):
        if why := _cannot_copy(store, one, into):
            lacking.append(Lacking(file=one.id, sha256=one.sha256, why=why))
    return lacking


def _cannot_copy(store: FileStore, one: OnRecord, into: Folder) -> Why | None:
    name = f"{FILES}/{one.sha256[:2]}/{one.sha256[2:4]}/{one.sha256}"
    if store.size(one.sha256) is None:
        return "missing"
    part = into.write(name, folder.pieces_of(store.path(one.sha256)))
    if (part.sha256, part.size) == (one.sha256, one.size):
        return None
    into.forget(name)
    return "altered"

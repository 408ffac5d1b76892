"""Put a backup back, into an empty database and an empty file store only."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, Table, select
from sqlalchemy.exc import IntegrityError

from hotline.adapters.file_store import FileStore, NotKept
from hotline.adapters.spool import Spool
from hotline.cli.backup import folder, manifest, revisions, tables
from hotline.cli.backup.making import KEY_OF_BACKUPS
from hotline.cli.backup.manifest import FILES, SPOOL, TABLES, Manifest, Unusable
from hotline.cli.backup.progress import over
from hotline.cli.backup.tables import Content, Unlike
from hotline.db import db
from hotline.edge import keys
from hotline.settings import Settings
from hotline.transaction import transaction


@dataclass(frozen=True)
class Given:
    """A backup that was looked at and is whole."""

    folder: Path
    manifest: Manifest


def checked(source: Path, *, expected: str | None, other_key: bool) -> Given:
    """A backup that this version can put back, every byte of it looked at. Raises Unusable."""
    found = manifest.read(source, expected)
    if not revisions.is_known(found.revision):
        raise Unusable(
            f"The backup is of revision {found.revision}, which this version of the hotline does "
            "not know: install the version that made it, or a newer one."
        )
    if not other_key and found.key not in keys.cipher().digests(KEY_OF_BACKUPS):
        raise Unusable(
            "The backup was made with another HOTLINE_SECRET_KEY: nobody's second factor would be "
            "good. Set that key, or give --other-key and set up all second factors anew."
        )
    manifest.check_names(source, found)
    for name, part in over(found.parts.items(), "Looking"):
        manifest.check_part(source, name, part)
    return Given(source, found)


def check_target(given: Given, settings: Settings) -> None:
    """Raise Unusable when anything is there already that does not come from this very backup."""
    with db.engine.connect() as connection:
        _check_empty(connection)
    store, spool = FileStore.from_url(settings.files_url), Spool(settings.spool_dir)
    ours = {Path(name).name for name in given.manifest.parts}
    if foreign := [path.name for path in store.everything() if path.name not in ours]:
        raise Unusable(
            f"The file store {store.root} is not empty ({len(foreign)} files of something else): "
            "a backup is put back beside nothing."
        )
    waiting = [path for path in (*spool.waiting(), *spool.rejected()) if path.name not in ours]
    if waiting:
        raise Unusable(f"Calls wait in {spool.folder}: keep them elsewhere until this is done.")


def put_back(given: Given, settings: Settings) -> None:
    """Files first, then what waited on disk, then all rows in one transaction.

    Whoever is stopped in between begins anew: what lies there already is this backup's. Raises
    Unusable when the rows read back are not those that were written.
    """
    found = given.manifest
    _files(given, FileStore.from_url(settings.files_url))
    _spool(given, Spool(settings.spool_dir))
    revisions.lay(found.revision)
    try:
        with transaction():
            _rows(given, db.session.connection())
    except (IntegrityError, Unlike, ValueError, LookupError) as error:
        raise Unusable(f"The rows could not be put back, and none were: {error}.") from error
    if found.revision != revisions.newest():
        revisions.bring_up()


def _check_empty(connection: Connection) -> None:
    for table in tables.in_database(connection):
        if connection.execute(select(table).limit(1)).first() is not None:
            raise Unusable(
                f"The database is not empty ({table.name} has rows): a backup is put back into "
                "an empty one, and nothing is overwritten."
            )


def _files(given: Given, store: FileStore) -> None:
    named = [name for name in given.manifest.parts if name.startswith(f"{FILES}/")]
    for name in over(named, "Files"):
        part = given.manifest.parts[name]
        try:
            store.keep(store.draft(folder.pieces_of(given.folder / name), most_bytes=part.size))
        except NotKept as error:
            raise Unusable(f"The file store {store.root} refuses: {error}.") from error


def _spool(given: Given, spool: Spool) -> None:
    for name in given.manifest.parts:
        if name.startswith(f"{SPOOL}/"):
            spool.take_back(Path(name).relative_to(SPOOL), (given.folder / name).read_bytes())


def _rows(given: Given, connection: Connection) -> None:
    _check_empty(connection)  # Once more, now that nobody else can write.
    found = {table.name: table for table in tables.in_database(connection)}
    if unknown := sorted(set(given.manifest.tables) - set(found)):
        raise Unlike(f"there are no tables {', '.join(unknown)}")
    tables.let_references_wait(connection)
    kept = [table for name, table in found.items() if name in given.manifest.tables]
    for table in over(kept, "Rows"):
        tables.put_back(connection, table, _lines(given, table))
    tables.look_at_references(connection)
    for table in kept:
        _compare(given.manifest.tables[table.name], tables.content_of(connection, table), table)
    tables.skip_ids(connection, kept)


def _lines(given: Given, table: Table) -> Iterator[bytes]:
    return folder.lines_of(given.folder / TABLES / f"{table.name}.jsonl.gz")


def _compare(written: Content, read: Content, table: Table) -> None:
    if written != read:
        raise Unlike(f"{table.name} reads otherwise than it was written")

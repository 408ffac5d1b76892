"""An installation of its own, and what is in it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flask import Flask

from hotline.adapters.file_store import FileStore
from hotline.app import create_app
from hotline.calls.rules import Happening
from hotline.calls.rules import Kind as Happened
from hotline.db import db
from hotline.edge.identity import settings
from hotline.evidence import service as evidence
from hotline.evidence.models import File
from hotline.evidence.rules import Source
from hotline.transaction import transaction
from tests.builders import NOON
from tests.conftest import settings_for


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


def house(url: str, folder: Path, **changes: str) -> House:
    own = {"HOTLINE_FILES_URL": f"file://{folder}/files", "HOTLINE_SPOOL_DIR": f"{folder}/spool"}
    return House(create_app(settings_for(url, **own, **changes)))

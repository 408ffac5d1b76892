"""Where happenings wait on disk while the database is down: one file each."""

import json
import os
import secrets
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from hotline.calls.rules import Event, Happening, Kind

SUFFIX = ".json"
REJECTED = "rejected"


class Unreadable(ValueError):
    """A file of the spool does not hold a happening."""


class Spool:
    """A folder of happenings, in the order in which they came."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, happening: Happening) -> Path:
        """Keep ``happening``; when this returns, a power cut cannot lose it. Raises OSError."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        name = f"{happening.at:%Y%m%dT%H%M%S.%f}-{secrets.token_hex(8)}"
        unfinished, finished = self.folder / f".{name}", self.folder / f"{name}{SUFFIX}"
        _write_through(
            unfinished, json.dumps(asdict(happening), default=datetime.isoformat).encode()
        )
        unfinished.rename(finished)
        _sync_folder(self.folder)
        return finished

    def waiting(self) -> list[Path]:
        """The finished files, the oldest first."""
        return sorted(self.folder.glob(f"[0-9]*{SUFFIX}"))

    def rejected(self) -> list[Path]:
        """What was moved aside, the oldest first."""
        return sorted((self.folder / REJECTED).glob(f"[0-9]*{SUFFIX}"))

    def take_back(self, place: Path, data: bytes) -> None:
        """Lay a file again that lay at ``place`` in such a folder. Raises OSError."""
        path = self.folder / place
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        unfinished = path.with_name(f".{path.name}")
        unfinished.unlink(missing_ok=True)
        _write_through(unfinished, data)
        unfinished.rename(path)
        _sync_folder(path.parent)

    def read(self, path: Path) -> Happening:
        """What ``put`` wrote. Raises Unreadable."""
        try:
            return _happening(json.loads(path.read_bytes()))
        except (ValueError, TypeError, KeyError) as error:
            raise Unreadable(f"{path.name}: {type(error).__name__}") from error

    def done(self, path: Path) -> None:
        """Forget a happening that is on record now."""
        path.unlink(missing_ok=True)

    def reject(self, path: Path) -> None:
        """Move a file that cannot be put on record out of the way, for a person to look at."""
        aside = self.folder / REJECTED
        aside.mkdir(mode=0o700, exist_ok=True)
        with suppress(FileNotFoundError):  # Another worker was quicker.
            path.rename(aside / path.name)
        _sync_folder(aside)


def _write_through(path: Path, data: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _happening(stored: dict[str, Any]) -> Happening:
    event = stored["event"]
    at = datetime.fromisoformat(stored["at"])
    if at.tzinfo is None:
        raise ValueError("a time without a zone")
    kind = Kind(stored["kind"])
    return Happening(**{**stored, "kind": kind, "at": at, "event": event and Event(event)})

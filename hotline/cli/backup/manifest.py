"""What a backup says of itself: when, from what, and the SHA-256 of each of its files."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import click
from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from hotline.cli.backup.tables import Content

NAME = "manifest.json"
TABLES, FILES, SPOOL = "tables", "files", "spool"

SESSIONS_AND_BEATS = ("heartbeats", "sessions")
"""What must not come back to life: who was signed in, and which workers ran."""


Why = Literal["missing", "altered"]


class Unusable(click.ClickException):
    """This folder cannot be restored; the sentence says why."""


class Part(BaseModel):
    """One file of the backup."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    size: int
    sha256: str


class Lacking(BaseModel):
    """A file on record whose bytes were not there, or no longer those that came."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    file: int
    sha256: str
    why: Why


class Manifest(BaseModel):
    """All there is to know of a backup; ``parts`` by their place in the folder."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal[1] = 1
    made_at: AwareDatetime
    database: str
    revision: str
    # Digests under which HOTLINE_SECRET_KEY can be told from another one, and no more.
    key: str
    state_hash: str
    audit_head: str
    tables: dict[str, Content]
    left_out: tuple[str, ...] = SESSIONS_AND_BEATS
    files: int
    spool: int
    lacking: tuple[Lacking, ...]
    parts: dict[str, Part]

    @property
    def rows(self) -> int:
        """How many rows there are in all tables."""
        return sum(content.rows for content in self.tables.values())

    @property
    def size(self) -> int:
        """How many bytes the parts are."""
        return sum(part.size for part in self.parts.values())

    def written(self) -> bytes:
        """As it stands in the folder."""
        plain = self.model_dump(mode="json")
        return json.dumps(plain, ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n"


def digest_of(path: Path) -> str:
    """SHA-256 (hex) of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read(folder: Path, expected: str | None = None) -> Manifest:
    """The manifest of a finished backup.

    Raises Unusable when there is none, when it is not the one whose SHA-256 is ``expected``, and
    when it was written by a version with another format.
    """
    path = folder / NAME
    if not path.is_file():
        raise Unusable(f"{folder} is no finished backup: it has no {NAME}.")
    if expected is not None and digest_of(path) != expected:
        raise Unusable(f"{path} is not the one that was expected: its SHA-256 is another.")
    try:
        return Manifest.model_validate_json(path.read_bytes())
    except ValidationError as error:
        raise Unusable(
            f"{path} cannot be read: it is damaged, or of another version of the hotline."
        ) from error


def check_names(folder: Path, manifest: Manifest) -> None:
    """Raise Unusable when a part is not there, or something is that no one named."""
    there = set(_everything_below(folder)) - {NAME}
    if missing := sorted(set(manifest.parts) - there):
        raise Unusable(f"Parts of the backup are missing: {_some(missing)}.")
    if foreign := sorted(there - set(manifest.parts)):
        raise Unusable(f"The folder holds what its manifest does not name: {_some(foreign)}.")


def check_part(folder: Path, name: str, part: Part) -> None:
    """Raise Unusable when a part has other bytes than when it was written."""
    path = folder / name
    if path.stat().st_size != part.size or digest_of(path) != part.sha256:
        raise Unusable(f"{name} is damaged: its bytes are not those that were written.")


def _everything_below(folder: Path) -> Iterator[str]:
    """Whatever is not a plain folder, links included."""
    for path in folder.rglob("*"):
        if path.is_symlink() or not path.is_dir():
            yield path.relative_to(folder).as_posix()


def _some(names: list[str]) -> str:
    more = len(names) - 3
    return ", ".join(names[:3]) + (f" and {more} more" if more > 0 else "")

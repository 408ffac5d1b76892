"""A folder that is there whole or not at all: written beside its place, and renamed in the end."""

import gzip
import hashlib
import os
import secrets
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

import click

from hotline.cli.backup.manifest import Part

UNFINISHED = ".unfinished-"
PIECE = 1024 * 1024
QUICK = 1
"""How hard the lines of a table are compressed: they shrink to a fifth, and the disk is waited
for longer than the processor."""


@dataclass
class Folder:
    """What is being written; ``parts`` are the files that are whole, by their place."""

    root: Path
    parts: dict[str, Part] = field(default_factory=dict)

    def write(self, name: str, pieces: Iterable[bytes]) -> Part:
        """A file of these bytes, forced to disk. Raises OSError."""
        digest, size = hashlib.sha256(), 0
        path = self._place(name)
        with _new(path) as file:
            for piece in pieces:
                digest.update(piece)
                size += file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        self.parts[name] = Part(size=size, sha256=digest.hexdigest())
        return self.parts[name]

    def write_lines(self, name: str, lines: Iterable[bytes]) -> tuple[int, str]:
        """A compressed file of these lines; how many they are, and the SHA-256 of their text."""
        digest, count, path = hashlib.sha256(), 0, self._place(name)
        with _new(path) as raw, gzip.GzipFile("", "wb", QUICK, raw, mtime=0) as file:
            for line in lines:
                digest.update(line)
                file.write(line)
                count += 1
        _sync(path)
        with path.open("rb") as written:
            kept = hashlib.file_digest(written, "sha256").hexdigest()
        self.parts[name] = Part(size=path.stat().st_size, sha256=kept)
        return count, digest.hexdigest()

    def forget(self, name: str) -> None:
        """Take out a file that is not what it should be."""
        self.parts.pop(name, None)
        (self.root / name).unlink()

    def _place(self, name: str) -> Path:
        path = self.root / name
        for folder in reversed(path.relative_to(self.root).parents[:-1]):
            (self.root / folder).mkdir(mode=0o700, exist_ok=True)
        return path


@contextmanager
def fresh(target: Path) -> Iterator[Folder]:
    """A folder to write into; it becomes ``target`` when the block ends, or nothing is left.

    Raises ClickException when there is something at ``target``, and when the disk refuses.
    """
    root = target.with_name(f".{target.name}{UNFINISHED}{secrets.token_hex(4)}")
    try:
        if target.exists() or target.is_symlink():
            raise click.ClickException(f"{target} is there already; a backup overwrites nothing.")
        root.mkdir(mode=0o700)
        yield Folder(root)
        for folder in (*(path for path in root.rglob("*") if path.is_dir()), root):
            _sync(folder)
        root.rename(target)
        _sync(target.parent)
    except OSError as error:
        raise click.ClickException(f"The backup cannot be made: {error}.") from error
    finally:
        shutil.rmtree(root, ignore_errors=True)


def pieces_of(path: Path) -> Iterator[bytes]:
    """The bytes of a file. Raises FileNotFoundError."""
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            yield piece


def lines_of(path: Path) -> Iterator[bytes]:
    """The lines of a file that ``write_lines`` wrote."""
    with gzip.open(path, "rb") as file:
        yield from file


@contextmanager
def _new(path: Path) -> Iterator[BinaryIO]:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        yield file


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

"""Where files lie: a folder outside the web root, each file under the SHA-256 of its bytes.

A file is written to the end, forced to disk, and only then given its name; what has a name is
whole. The same bytes are one file, however often they come.
"""

import hashlib
import os
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BufferedReader
from pathlib import Path
from typing import Self
from urllib.parse import unquote, urlsplit

from hotline.evidence.rules import Kept

INCOMING = ".incoming"
PIECE = 64 * 1024


class TooLarge(Exception):
    """More bytes came than may be kept."""


class NotKept(Exception):
    """The disk refused; the message says why, and names no file."""


@dataclass(frozen=True)
class Draft:
    """A file that was received to the end and has no name yet."""

    path: Path
    kept: Kept


class FileStore:
    """A folder of files, two letters of the hash to a folder of its own."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @classmethod
    def from_url(cls, url: str) -> Self:
        """The store behind HOTLINE_FILES_URL (``file:///…``)."""
        return cls(Path(unquote(urlsplit(url).path)))

    def draft(self, pieces: Iterable[bytes], *, most_bytes: int) -> Draft:
        """Write what comes to disk. Raises TooLarge, NotKept, or what ``pieces`` raises.

        Nothing is left behind unless it returns.
        """
        folder = self.root / INCOMING
        with _disk():
            self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
            folder.mkdir(mode=0o700, exist_ok=True)
        path = folder / secrets.token_hex(16)
        try:
            return Draft(path, _write(path, pieces, most_bytes))
        except BaseException:
            path.unlink(missing_ok=True)
            raise

    def keep(self, draft: Draft) -> Kept:
        """Give a draft its name; when this returns, a power cut cannot lose it. Raises NotKept."""
        target = self.path(draft.kept.sha256)
        with _disk():
            for folder in (target.parent.parent, target.parent):
                folder.mkdir(mode=0o700, exist_ok=True)
            draft.path.rename(target)
            for folder in (target.parent, target.parent.parent, self.root):
                _sync(folder)
        return draft.kept

    def drop(self, draft: Draft) -> None:
        """Forget a draft that is not to be kept."""
        draft.path.unlink(missing_ok=True)

    def open(self, sha256: str) -> BufferedReader:
        """The bytes of a file, for reading. Raises FileNotFoundError."""
        return self.path(sha256).open("rb")

    def size(self, sha256: str) -> int | None:
        """How many bytes lie under this hash; None when none do."""
        try:
            return self.path(sha256).stat().st_size
        except FileNotFoundError:
            return None

    def is_whole(self, sha256: str) -> bool:
        """Whether the bytes are still those that gave the file its name."""
        with self.open(sha256) as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == sha256

    def everything(self) -> Iterator[Path]:
        """Every finished file, in no order."""
        yield from (path for path in self.root.glob("??/??/*") if path.is_file())

    def broken_off(self, *, before: datetime) -> Iterator[Path]:
        """What was begun before that moment and never given a name, in no order."""
        for path in (self.root / INCOMING).glob("*"):
            if path.is_file() and _changed_at(path) < before:
                yield path

    def sweep(self, *, before: datetime) -> int:
        """Remove what was broken off before that moment; how much it was.

        Only a process that was killed leaves something behind.
        """
        old = list(self.broken_off(before=before))
        for path in old:
            path.unlink(missing_ok=True)
        return len(old)

    def path(self, sha256: str) -> Path:
        """Where the file of this hash lies, if there is one."""
        return self.root / sha256[:2] / sha256[2:4] / sha256


def _write(path: Path, pieces: Iterable[bytes], most_bytes: int) -> Kept:
    digest, size = hashlib.sha256(), 0
    with _disk():
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        for piece in pieces:
            size += len(piece)
            if size > most_bytes:
                raise TooLarge
            digest.update(piece)
            with _disk():
                file.write(piece)
        with _disk():
            file.flush()
            os.fsync(file.fileno())
    return Kept(digest.hexdigest(), size)


@contextmanager
def _disk() -> Iterator[None]:
    """Tell what the disk refuses from what the sender breaks off: both are an OSError."""
    try:
        yield
    except OSError as error:
        raise NotKept(error.strerror or type(error).__name__) from error


def _changed_at(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

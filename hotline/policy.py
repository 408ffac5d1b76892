"""Loads and freezes ``config/*.toml``; each feature's ``rules.py`` declares its own file."""

import hashlib
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar, TypeVar, cast

from pydantic import BaseModel, ConfigDict, ValidationError


class Policy(BaseModel):
    """One file of ``config/``, checked when it is loaded and never changed afterwards."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    FILE: ClassVar[str]


NAMES = ("key", "code", "value")
"""The keys by which a table in a list is known, the first that it has."""

P = TypeVar("P", bound=Policy)


@dataclass(frozen=True)
class Source:
    """Where a policy came from: its file, the SHA-256 of what was read, and when (aware UTC)."""

    path: Path
    sha256: str
    loaded_at: datetime | None

    @property
    def is_current(self) -> bool:
        """Whether the file still holds what is in force."""
        try:
            return digest(self.path.read_bytes()) == self.sha256
        except OSError:
            return False


_loaded: dict[type[Policy], Policy] = {}
_sources: dict[type[Policy], Source] = {}


class PolicyError(Exception):
    """The configuration cannot be used; the message lists every problem with its file."""


def load(directory: Path, schemas: Iterable[type[Policy]], *, now: datetime | None = None) -> None:
    """Read the file of each schema below ``directory``; ``now`` is remembered as the moment.

    Raises PolicyError with all problems of all files in one message; then nothing is replaced.
    """
    fresh: dict[type[Policy], Policy] = {}
    sources: dict[type[Policy], Source] = {}
    problems: list[str] = []
    for schema in schemas:
        path = directory / schema.FILE
        try:
            data = _bytes(path)
            fresh[schema] = _checked(path, data, schema)
            sources[schema] = Source(path, digest(data), now)
        except PolicyError as error:
            problems.append(str(error))
    if problems:
        raise PolicyError("\n".join(problems))
    _loaded.update(fresh)
    _sources.update(sources)


def read(path: Path, schema: type[P]) -> P:
    """The checked content of one file. Raises PolicyError naming the file and each key."""
    return _checked(path, _bytes(path), schema)


def digest(data: bytes) -> str:
    """The SHA-256 of a file's content, in hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise PolicyError(f"{path}: cannot be read ({error.strerror})") from error


def _checked(path: Path, data: bytes, schema: type[P]) -> P:
    values: dict[str, Any] = {}
    try:
        values = tomllib.loads(data.decode())
        return schema.model_validate(values)
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise PolicyError(f"{path}: is not TOML in UTF-8 ({error})") from error
    except ValidationError as error:
        raise PolicyError("\n".join(_sentences(path, values, error))) from error


def _sentences(path: Path, values: dict[str, Any], error: ValidationError) -> list[str]:
    return [
        f"{path}: {'.'.join(_places(values, one['loc'])) or 'file'}: {one['msg']}"
        for one in error.errors()
    ]


def _places(values: Any, loc: tuple[int | str, ...]) -> Iterator[str]:
    """The way to one value; a table in a list goes by its name, because nobody counts them."""
    for part in loc:
        try:
            values = values[part]
        except (KeyError, IndexError, TypeError):
            values = None
        name = _name_of(values) if isinstance(part, int) else None
        yield f"{part} ({name})" if name else str(part)


def _name_of(table: Any) -> str | None:
    if not isinstance(table, dict):
        return None
    return next((str(table[key]) for key in NAMES if key in table), None)


def get(schema: type[P]) -> P:
    """What was loaded for ``schema``. Raises KeyError when the application never loaded it."""
    return cast(P, _loaded[schema])


def sources() -> dict[type[Policy], Source]:
    """Every policy in force with where it came from, in the order of loading."""
    return dict(_sources)

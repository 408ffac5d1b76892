"""Loads and freezes ``config/*.toml``; each feature's ``rules.py`` declares its own file."""

import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import ClassVar, TypeVar, cast

from pydantic import BaseModel, ConfigDict, ValidationError


class Policy(BaseModel):
    """One file of ``config/``, checked when it is loaded and never changed afterwards."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    FILE: ClassVar[str]


P = TypeVar("P", bound=Policy)

_loaded: dict[type[Policy], Policy] = {}


class PolicyError(Exception):
    """The configuration cannot be used; the message lists every problem with its file."""


def load(directory: Path, schemas: Iterable[type[Policy]]) -> None:
    """Read the file of each schema below ``directory``.

    Raises PolicyError with all problems of all files in one message; then nothing is replaced.
    """
    fresh: dict[type[Policy], Policy] = {}
    problems: list[str] = []
    for schema in schemas:
        try:
            fresh[schema] = read(directory / schema.FILE, schema)
        except PolicyError as error:
            problems.append(str(error))
    if problems:
        raise PolicyError("\n".join(problems))
    _loaded.update(fresh)


def read(path: Path, schema: type[P]) -> P:
    """The checked content of one file. Raises PolicyError naming the file and each key."""
    try:
        return schema.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise PolicyError(f"{path}: cannot be read ({error.strerror})") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise PolicyError(f"{path}: is not TOML in UTF-8 ({error})") from error
    except ValidationError as error:
        raise PolicyError("\n".join(_sentences(path, error))) from error


def _sentences(path: Path, error: ValidationError) -> list[str]:
    return [
        f"{path}: {'.'.join(str(part) for part in one['loc']) or 'file'}: {one['msg']}"
        for one in error.errors()
    ]


def get(schema: type[P]) -> P:
    """What was loaded for ``schema``. Raises KeyError when the application never loaded it."""
    return cast(P, _loaded[schema])

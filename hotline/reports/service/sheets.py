"""A table as a file has it: words in the reader's language, numbers as numbers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Kind(StrEnum):
    """What the cells of a column hold."""

    TEXT = "text"
    NUMBER = "number"
    SHARE = "share"
    """Permille."""
    MOMENT = "moment"
    """An aware instant; files have it in Japan."""


@dataclass(frozen=True)
class Head:
    """One column: its name with the unit, and what it holds."""

    label: str
    kind: Kind = Kind.NUMBER


Cell = str | int | datetime | None
"""None leaves the cell empty."""


@dataclass(frozen=True)
class Sheet:
    """A name, the columns, and the rows below them; the rows may be read only once."""

    title: str
    heads: Sequence[Head]
    rows: Iterable[Sequence[Cell]]

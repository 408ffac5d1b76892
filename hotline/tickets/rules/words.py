"""What every file of words has: codes that stay, and texts in both languages."""

from collections.abc import Iterable
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

CODE_LETTERS = 40
Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=CODE_LETTERS)]
"""Stored and never translated: a code that was once used keeps its meaning."""

TypeCode = Annotated[str, Field(pattern=r"^[a-z_]{2,20}$")]
"""The code of a case type or of a kind of "other"."""

Said = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000)]


class Words(BaseModel):
    """The same in both languages."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    ja: Said
    en: Said


def check_once(what: str, codes: Iterable[str]) -> None:
    """Raise ValueError naming every code that is given more than once."""
    given = list(codes)
    twice = sorted({code for code in given if given.count(code) > 1})
    if twice:
        raise ValueError(f"{what} {', '.join(twice)} is given twice")

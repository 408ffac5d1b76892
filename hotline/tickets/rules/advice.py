"""What a caller is told to do and not to do, as ``config/advice.toml`` describes it."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

from pydantic import Field, model_validator

from hotline.policy import Policy
from hotline.tickets.rules.case_types import OTHER
from hotline.tickets.rules.words import Code, TypeCode, Words, check_once

DO, DONT = "do", "dont"
BROADCAST = "broadcast:"
"""How the codes begin of what was sent to several callers at once."""


@dataclass(frozen=True)
class Spoken:
    """One line as a caller is told it, in both languages; ``kind`` is DO or DONT."""

    code: str
    kind: str
    ja: str
    en: str

    @property
    def digest(self) -> str:
        """SHA-256 (hex) of the words: whoever read out others said something else."""
        return hashlib.sha256(f"{self.ja}\n{self.en}".encode()).hexdigest()


class AdviceLine(Words):
    """One sentence to read out.

    ``kinds``: only for these kinds of the type ``other``. ``covered_by``: lines that already say
    it; when one of them is read out, this one is not.
    """

    code: Code
    case_types: tuple[TypeCode, ...] = Field(min_length=1)
    kinds: tuple[TypeCode, ...] = ()
    covered_by: tuple[Code, ...] = ()

    @model_validator(mode="after")
    def _kinds_belong_to_other(self) -> Self:
        if self.kinds and OTHER not in self.case_types:
            raise ValueError(f"{self.code}: kinds are for the case type {OTHER}")
        return self

    def is_said(self, case_type: str, other_kind: str) -> bool:
        """Whether callers with this case type are told it."""
        if case_type not in self.case_types:
            return False
        return case_type != OTHER or not self.kinds or other_kind in self.kinds


@dataclass(frozen=True)
class Advice:
    """What to do and what not to do, in the order of saying."""

    do: tuple[AdviceLine, ...]
    dont: tuple[AdviceLine, ...]


class AdvicePolicy(Policy):
    """``config/advice.toml``: every line, in the order of saying."""

    FILE: ClassVar[str] = "advice.toml"

    do: tuple[AdviceLine, ...] = Field(min_length=1)
    dont: tuple[AdviceLine, ...] = ()

    @model_validator(mode="after")
    def _codes_are_unique(self) -> Self:
        check_once("the line", [one.code for one in (*self.do, *self.dont)])
        return self

    @model_validator(mode="after")
    def _covering_lines_stand(self) -> Self:
        for lines in (self.do, self.dont):
            firm = {one.code for one in lines if not one.covered_by}
            for line in lines:
                if lost := sorted(set(line.covered_by) - firm):
                    raise ValueError(
                        f"{line.code}: {', '.join(lost)} cannot cover it: there is no such line "
                        "in this list, or another line covers that one"
                    )
        return self

    @property
    def by_code(self) -> dict[str, AdviceLine]:
        """Code to line."""
        return {one.code: one for one in (*self.do, *self.dont)}

    def spoken(self, code: str) -> Spoken | None:
        """The line with this code as it is said today; None when there is none."""
        for kind, lines in ((DO, self.do), (DONT, self.dont)):
            for one in lines:
                if one.code == code:
                    return Spoken(code, kind, one.ja, one.en)
        return None

    def lines(self, case_types: Sequence[str], other_kind: str = "") -> Advice:
        """What to tell, each type in its order, nothing twice."""
        return Advice(
            _merged(self.do, case_types, other_kind), _merged(self.dont, case_types, other_kind)
        )


def _merged(
    lines: Sequence[AdviceLine], case_types: Sequence[str], other_kind: str
) -> tuple[AdviceLine, ...]:
    said: dict[str, AdviceLine] = {}
    for code in case_types:
        said |= {one.code: one for one in lines if one.is_said(code, other_kind)}
    return tuple(one for one in said.values() if not set(one.covered_by) & set(said))

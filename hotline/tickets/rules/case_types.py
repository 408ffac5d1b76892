"""The kinds of incident and how grave they are, as ``config/case_types.toml`` describes them."""

from collections.abc import Sequence
from enum import StrEnum
from typing import ClassVar, Literal, Self

from pydantic import Field, model_validator

from hotline.policy import Policy
from hotline.tickets.rules.words import TypeCode, Words, check_once


class Severity(StrEnum):
    """P1 緊急, P2 高, P3 中, P4 低."""

    P1 = "p1"
    P2 = "p2"
    P3 = "p3"
    P4 = "p4"


OTHER = "other"
"""The case type of everything that fits none of the others; it has kinds."""

Function = Literal[
    "forensics", "data_recovery", "pr", "monitoring", "call_center", "trust_recovery", "gdpr",
    "legal",
]  # fmt: skip
"""What partners can be asked for; the hotline's own coordination is never offered out."""


class CaseType(Words):
    """One kind of incident, as ``config/case_types.toml`` describes it."""

    code: TypeCode
    severity: Severity
    functions: tuple[Function, ...] = ()

    @model_validator(mode="after")
    def _functions_are_unique(self) -> Self:
        check_once(f"{self.code}: the function", self.functions)
        return self


class OtherKind(Words):
    """What a call of the type ``other`` is about; ``severity`` replaces that of the type."""

    code: TypeCode
    severity: Severity | None = None


class CaseTypesPolicy(Policy):
    """The case types that can be chosen, in the order of the page; the last is the rest.

    ``undecided`` is what a ticket starts with while no type was chosen.
    """

    FILE: ClassVar[str] = "case_types.toml"

    undecided: Severity = Severity.P3
    case_type: tuple[CaseType, ...] = Field(min_length=1)
    other_kind: tuple[OtherKind, ...] = ()

    @model_validator(mode="after")
    def _codes_are_unique(self) -> Self:
        check_once("the case type", [one.code for one in self.case_type])
        check_once("the kind", [one.code for one in self.other_kind])
        if self.other_kind and OTHER not in self.by_code:
            raise ValueError(f"there are kinds, but no case type {OTHER} to have them")
        return self

    @property
    def by_code(self) -> dict[str, CaseType]:
        """Code to case type, in order."""
        return {one.code: one for one in self.case_type}

    @property
    def kinds(self) -> dict[str, OtherKind]:
        """Code to kind of ``other``, in order."""
        return {one.code: one for one in self.other_kind}

    def severity_of(self, code: str, other_kind: str = "") -> Severity:
        """What a case type starts with. Raises KeyError for a type there is none of."""
        kind = self.kinds.get(other_kind) if code == OTHER else None
        return (kind and kind.severity) or self.by_code[code].severity

    def starting_severity(self, case_types: Sequence[str], other_kind: str = "") -> Severity:
        """The gravest that the types start with; ``undecided`` while there is none."""
        return min(
            (self.severity_of(code, other_kind) for code in case_types), default=self.undecided
        )

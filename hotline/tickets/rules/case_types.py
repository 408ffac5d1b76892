"""The kinds of incident and how grave they are, as ``config/case_types.toml`` describes them."""

from enum import StrEnum
from typing import ClassVar

from pydantic import BaseModel, ConfigDict, Field, model_validator

from hotline.policy import Policy


class Severity(StrEnum):
    """P1 緊急, P2 高, P3 中, P4 低."""

    P1 = "p1"
    P2 = "p2"
    P3 = "p3"
    P4 = "p4"


class CaseType(BaseModel):
    """One kind of incident, as ``config/case_types.toml`` describes it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str = Field(pattern=r"^[a-z_]{2,20}$")
    ja: str
    en: str
    severity: Severity


class CaseTypesPolicy(Policy):
    """The case types that can be chosen, in the order of the page; the last is the rest."""

    FILE: ClassVar[str] = "case_types.toml"

    case_type: tuple[CaseType, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _codes_are_unique(self) -> "CaseTypesPolicy":
        if len(self.by_code) != len(self.case_type):
            raise ValueError("the same code stands twice")
        return self

    @property
    def by_code(self) -> dict[str, CaseType]:
        """Code to case type, in order."""
        return {one.code: one for one in self.case_type}

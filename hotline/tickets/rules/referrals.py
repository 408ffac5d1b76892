"""Where a caller is sent whom we cannot help, as ``config/referrals.toml`` describes it."""

from typing import ClassVar, Self

from pydantic import Field, model_validator

from hotline.policy import Policy
from hotline.tickets.rules.words import TypeCode, Words, check_once


class Referral(Words):
    """A place that helps; ``text`` is what the caller is told."""

    code: TypeCode
    text: Words


class ReferralsPolicy(Policy):
    """``config/referrals.toml``: what to say when a call is out of scope."""

    FILE: ClassVar[str] = "referrals.toml"

    referral: tuple[Referral, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _codes_are_unique(self) -> Self:
        check_once("the referral", [one.code for one in self.referral])
        return self

    @property
    def by_code(self) -> dict[str, Referral]:
        """Code to referral, in order."""
        return {one.code: one for one in self.referral}

"""Who may be told about an incident when the caller agrees, as ``config/consents.toml`` says."""

from collections.abc import Mapping
from typing import ClassVar, Self

from pydantic import Field, model_validator

from hotline.errors import N_, Invalid, Problem
from hotline.policy import Policy
from hotline.tickets.rules.words import TypeCode, Words, check_once


class Recipient(Words):
    """Somebody the incident can be shared with; ``purpose`` says what for."""

    code: TypeCode
    purpose: Words


class ConsentsPolicy(Policy):
    """``config/consents.toml``: ``notice`` is read out, then each recipient is asked for."""

    FILE: ClassVar[str] = "consents.toml"

    notice: Words
    recipient: tuple[Recipient, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _codes_are_unique(self) -> Self:
        check_once("the recipient", [one.code for one in self.recipient])
        return self

    @property
    def by_code(self) -> dict[str, Recipient]:
        """Code to recipient, in order."""
        return {one.code: one for one in self.recipient}


def check_consents(policy: ConsentsPolicy, given: Mapping[str, bool | None]) -> dict[str, bool]:
    """What was agreed to and what was refused; what was not asked is not among it.

    Raises Invalid with a field ``consents.<code>`` for a recipient there is none of.
    """
    unknown = {
        f"consents.{code}": Problem(N_("There is no such recipient."))
        for code in given
        if code not in policy.by_code
    }
    if unknown:
        raise Invalid(unknown)
    return {code: answer for code, answer in given.items() if answer is not None}

"""A form that comes back: what was typed, and what to do about it."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Sent:
    """A form that comes back: its name, what was typed, and what to do about it, by field.

    ``refused`` says what somebody else made impossible meanwhile; "" when nothing did.
    """

    name: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    refused: str = ""

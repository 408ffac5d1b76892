"""The telephone as the house uses it: one text message or one call to one number."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True)
class Text:
    """One text message, ready to go; ``to`` is E.164.

    ``about`` is what it is about (for example "page:12"); a second copy has the same
    ``dedup_key``.
    """

    to: str
    body: str
    about: str
    dedup_key: str
    at: datetime


@dataclass(frozen=True)
class Ring:
    """One call to ``to`` (E.164): either ``words`` are said, or ``url`` answers what happens.

    ``ended_url`` is told when the call is over.
    """

    to: str
    about: str
    dedup_key: str
    at: datetime
    language: str = "ja"
    words: str = ""
    url: str = ""
    ended_url: str = ""


class Telephone(Protocol):
    """Something that sends text messages and rings people."""

    def send_text(self, text: Text) -> None:
        """Hand the message over. Raises adapters.outgoing.DeliveryFailed."""

    def ring(self, ring: Ring) -> None:
        """Have somebody rung. Raises adapters.outgoing.DeliveryFailed."""

    def close(self) -> None:
        """Let go of the provider; never raises."""

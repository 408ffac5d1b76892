"""The telephone as the house uses it: one text message or one call to one number."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
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


class Recorder(Protocol):
    """Something that records conversations, and keeps recordings for a while."""

    def recording(self, sid: str) -> AbstractContextManager[Iterator[bytes]]:
        """The bytes of a recording (WAV), piece by piece.

        Raises adapters.outgoing.DeliveryFailed, at the end too when not all of it came.
        """

    def steer_recording(self, call_sid: str, *, running: bool) -> None:
        """Let the recording of a conversation go on, or stop it for a while.

        Raises adapters.outgoing.DeliveryFailed.
        """

    def close(self) -> None:
        """Let go of the provider; never raises."""

"""Mail as the house sees it: one message to one recipient, and an error that says what to do."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

SUBJECT_HEADER = "X-Hotline-Subject"
KEY_HEADER = "X-Hotline-Dedup-Key"


@dataclass(frozen=True)
class Mail:
    """One message, ready to go.

    ``about`` is what it is about (for example "followup:12"); ``message_id`` is made from
    ``dedup_key``, so that a second copy can be recognised.
    """

    to: str
    subject: str
    body: str
    language: str
    about: str
    dedup_key: str
    message_id: str
    at: datetime


class DeliveryFailed(Exception):
    """A message was not accepted.

    ``permanent``: the receiver will never take it. ``unreachable``: the provider itself cannot
    be used now, so that the next message would fare alike.
    """

    def __init__(self, reason: str, *, permanent: bool = False, unreachable: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.permanent = permanent
        self.unreachable = unreachable


class Mailer(Protocol):
    """Something that sends mail; a connection it opened is kept until ``close``."""

    def send(self, mail: Mail) -> None:
        """Hand the message over. Raises DeliveryFailed."""

    def close(self) -> None:
        """Let go of the provider; never raises."""

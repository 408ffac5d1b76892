"""Mail as the house sees it: one message to one recipient."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


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


class Mailer(Protocol):
    """Something that sends mail; a connection it opened is kept until ``close``."""

    def send(self, mail: Mail) -> None:
        """Hand the message over. Raises adapters.outgoing.DeliveryFailed."""

    def close(self) -> None:
        """Let go of the provider; never raises."""

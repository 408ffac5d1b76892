"""Prints what would have been sent: chosen by name, for the demo and for development."""

import sys
from datetime import datetime
from typing import TextIO

from hotline.adapters.mail import Mail
from hotline.adapters.outgoing import KEY_HEADER, SUBJECT_HEADER
from hotline.adapters.telephone import Ring, Text
from hotline.clock import TOKYO


class _Console:
    """Writes to standard output, unless another stream is given."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stdout

    def close(self) -> None:
        """Nothing was opened."""

    def _print(self, at: datetime, what: str, head: dict[str, str], body: str) -> None:
        """One line that names the message, then its headers and its text, indented."""
        lines = [
            f"{at.astimezone(TOKYO):%Y-%m-%d %H:%M:%S}  {what}",
            *(f"    {name}: {value}" for name, value in head.items()),
            "",
            *(f"    {line}".rstrip() for line in body.splitlines()),
            "",
        ]
        self._stream.write("\n".join(lines) + "\n")
        self._stream.flush()


class ConsoleMailer(_Console):
    """Prints each mail. Satisfies adapters.mail.Mailer."""

    def send(self, mail: Mail) -> None:
        """Print the message."""
        head = {**_known_by(mail), "Subject": mail.subject}
        self._print(mail.at, f"mail to {mail.to}", head, mail.body)


class ConsoleTelephone(_Console):
    """Prints each text message and each call. Satisfies adapters.telephone.Telephone."""

    def send_text(self, text: Text) -> None:
        """Print the message."""
        self._print(text.at, f"text to {text.to}", _known_by(text), text.body)

    def ring(self, ring: Ring) -> None:
        """Print whom we would ring, and what would be said or asked for."""
        self._print(ring.at, f"call to {ring.to}", _known_by(ring), ring.words or ring.url)


def _known_by(message: Mail | Text | Ring) -> dict[str, str]:
    return {SUBJECT_HEADER: message.about, KEY_HEADER: message.dedup_key}

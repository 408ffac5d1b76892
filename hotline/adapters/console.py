"""Prints what would have been sent: chosen by name, for the demo and for development."""

import sys
from typing import TextIO

from hotline.adapters.mail import KEY_HEADER, SUBJECT_HEADER, Mail
from hotline.clock import TOKYO


class ConsoleMailer:
    """Writes each message to standard output. Satisfies adapters.mail.Mailer."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stdout

    def send(self, mail: Mail) -> None:
        """Print the message: one line that names it, then its text, indented."""
        at = mail.at.astimezone(TOKYO).strftime("%Y-%m-%d %H:%M:%S")
        lines = [
            f"{at}  mail to {mail.to}",
            f"    {SUBJECT_HEADER}: {mail.about}",
            f"    {KEY_HEADER}: {mail.dedup_key}",
            f"    Subject: {mail.subject}",
            "",
            *(f"    {line}".rstrip() for line in mail.body.splitlines()),
            "",
        ]
        self._stream.write("\n".join(lines) + "\n")
        self._stream.flush()

    def close(self) -> None:
        """Nothing was opened."""

"""Prints what would have been sent: chosen by name, for the demo and for development."""

import sys
import wave
from array import array
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from io import BytesIO
from math import pi, sin
from typing import TextIO
from zlib import crc32

from hotline.adapters.mail import Mail
from hotline.adapters.outgoing import KEY_HEADER, SUBJECT_HEADER
from hotline.adapters.telephone import Ring, Text
from hotline.clock import TOKYO

RATE = 8000
"""Samples a second: what a telephone carries."""

FETCHED = "(no page to open: what is spoken is fetched by the telephone company from this address)"


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
        said = ring.words or f"{FETCHED}\n{ring.url}"
        self._print(ring.at, f"call to {ring.to}", _known_by(ring), said)

    @contextmanager
    def recording(self, sid: str) -> Iterator[Iterator[bytes]]:
        """A second of sound in place of what nobody recorded; each recording sounds different."""
        yield iter([_sound(sid)])

    def steer_recording(self, call_sid: str, *, running: bool) -> None:
        """Print what the recording does."""
        state = "goes on" if running else "pauses"
        self._stream.write(f"recording of {call_sid} {state}\n")
        self._stream.flush()


def _sound(sid: str) -> bytes:
    """One second of a tone as WAV, its height made from ``sid``."""
    hertz = 220 + crc32(sid.encode()) % 440
    tone = array("h", (round(6000 * sin(2 * pi * hertz * step / RATE)) for step in range(RATE)))
    whole = BytesIO()
    with wave.open(whole, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(tone.tobytes())
    return whole.getvalue()


def _known_by(message: Mail | Text | Ring) -> dict[str, str]:
    return {SUBJECT_HEADER: message.about, KEY_HEADER: message.dedup_key}

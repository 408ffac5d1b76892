"""The virus scanner: clamd, by TCP or Unix socket, which is sent the bytes and no name."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, Protocol
from urllib.parse import unquote, urlsplit

from clamav_client.clamd import (
    BufferTooLongError,
    ClamdError,
    ClamdNetworkSocket,
    ClamdUnixSocket,
)

from hotline.evidence.rules import Scan, Verdict

TIMEOUT_SECONDS = 100
"""No answer for so long is none; a large archive takes a while."""

PING_SECONDS = 5

TOO_LARGE = "it is larger than StreamMaxLength of the scanner"


class ScannerSilent(Exception):
    """The scanner gave no verdict; the message says why, and names no file."""


class Scanner(Protocol):
    """Something that looks at bytes."""

    def scan(self, file: BinaryIO) -> Verdict:
        """What it says of a file. Raises ScannerSilent when it says nothing."""

    def ping(self) -> None:
        """Ask whether it is there. Raises ScannerSilent."""


class Clamd:
    """clamd at ``clamd://host:port`` or ``clamd:///path/of/its/socket``."""

    def __init__(self, url: str, *, timeout: int = TIMEOUT_SECONDS) -> None:
        self._parts = urlsplit(url)
        self._timeout = timeout

    def scan(self, file: BinaryIO) -> Verdict:
        """What clamd says of a file. Raises ScannerSilent when it says nothing of use."""
        try:
            with self._connection(self._timeout) as clamd:
                answers = clamd.instream(file)
        except BufferTooLongError:
            return Verdict(Scan.UNSCANNED, TOO_LARGE)
        except ConnectionError:
            self.ping()  # It is there, and hung up in the middle: that is how it refuses a size.
            return Verdict(Scan.UNSCANNED, TOO_LARGE)
        except (ClamdError, OSError, UnicodeError) as error:
            raise ScannerSilent(_reason(error)) from None
        status, found = next(iter(answers.values()), ("", None))
        if status == "OK":
            return Verdict(Scan.CLEAN)
        if status == "FOUND":
            return Verdict(Scan.INFECTED, found or "unnamed")
        raise ScannerSilent(f"it answered {status or 'nothing'}")

    def ping(self) -> None:
        """Ask whether it is there. Raises ScannerSilent."""
        try:
            with self._connection(PING_SECONDS) as clamd:
                answer = clamd.ping()
        except (ClamdError, OSError, UnicodeError) as error:
            raise ScannerSilent(_reason(error)) from None
        if answer != "PONG":
            raise ScannerSilent("something else than clamd answers there")

    @contextmanager
    def _connection(self, timeout: int) -> Iterator[ClamdNetworkSocket]:
        clamd = self._client(timeout)
        try:
            yield clamd
        finally:  # It leaves its socket open where nobody answers.
            if opened := getattr(clamd, "clamd_socket", None):
                opened.close()

    def _client(self, timeout: int) -> ClamdNetworkSocket:
        if self._parts.hostname is None:
            return ClamdUnixSocket(unquote(self._parts.path), timeout=timeout)
        return ClamdNetworkSocket(self._parts.hostname, self._parts.port or 3310, timeout=timeout)


def from_url(url: str) -> Scanner | None:
    """The scanner that HOTLINE_SCANNER names; None for ``none``."""
    return None if url == "none" else Clamd(url)


def _reason(error: Exception) -> str:
    """The kind of what went wrong: its words may hold what the scanner was sent."""
    cause = error.__cause__ if isinstance(error.__cause__, OSError) else error
    said = getattr(cause, "strerror", None) or type(cause).__name__
    return f"the scanner does not answer ({said})"

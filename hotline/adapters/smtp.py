"""Mail over SMTP, with the standard library's client and its structured headers."""

import contextlib
import smtplib
import socket
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from email import policy
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any, Self
from urllib.parse import unquote, urlsplit

from hotline.adapters.mail import Mail
from hotline.adapters.outgoing import KEY_HEADER, SUBJECT_HEADER, DeliveryFailed

TIMEOUT = 10
"""Seconds for each step of the conversation."""

SEND_SECONDS = 20
"""Seconds for one message with everything that is needed to hand it over.

With one more step of TIMEOUT, which nothing ends early, it is half of the lease of a claim.
"""

PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
REFUSED_FOR_GOOD = 500


@dataclass(frozen=True)
class Server:
    """Where mail is handed over: the parts of HOTLINE_SMTP_URL."""

    scheme: str
    host: str
    port: int
    user: str
    password: str

    @classmethod
    def from_url(cls, url: str) -> Self:
        """Read ``smtp://``, ``smtp+starttls://`` or ``smtps://[user:password@]host[:port]``."""
        parts = urlsplit(url)
        return cls(
            scheme=parts.scheme,
            host=parts.hostname or "localhost",
            port=parts.port or PORTS[parts.scheme],
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
        )


class _Bounded(smtplib.SMTP):
    """A conversation that ends at a moment; the library's timeout begins anew with each byte."""

    def __init__(self, server: Server, *, until: float, **options: Any) -> None:
        self.until = until
        super().__init__(server.host, server.port, timeout=TIMEOUT, **options)

    def getreply(self) -> tuple[int, bytes]:
        """The server's answer. Raises SMTPServerDisconnected when it takes too long."""
        cut = threading.Timer(max(self.until - time.monotonic(), 0), self._cut)
        cut.daemon = True
        cut.start()
        try:
            answer = super().getreply()
        finally:
            cut.cancel()
        if time.monotonic() >= self.until:  # What was cut off can look like an answer.
            self.close()
            raise smtplib.SMTPServerDisconnected("the server took too long")
        return answer

    def _cut(self) -> None:
        # Below TLS: whoever reads at this moment sees the end of the stream.
        if self.sock is not None:
            with contextlib.suppress(OSError):
                socket.socket.shutdown(self.sock, socket.SHUT_RDWR)


class _BoundedTls(_Bounded, smtplib.SMTP_SSL):
    """The same, encrypted from the first byte."""


class SmtpMailer:
    """Sends over one connection, opened when needed. Satisfies adapters.mail.Mailer."""

    def __init__(self, server: Server, *, sender: str, seconds: float = SEND_SECONDS) -> None:
        self._server = server
        self._sender = sender
        self._seconds = seconds
        self._connection: _Bounded | None = None

    def send(self, mail: Mail) -> None:
        """Hand one message to the server. Raises DeliveryFailed.

        Only a recipient refused with a 5xx answer, and a message that cannot be written, fail
        for good; whatever else is wrong may be repaired. A message that takes longer than the
        seconds given is cut off and may be tried again.
        """
        content = _written(mail, self._sender)
        connection = self._connected(until=time.monotonic() + self._seconds)
        try:
            _converse(connection, self._sender, mail.to, content)
        except DeliveryFailed:
            raise
        except (OSError, smtplib.SMTPException) as error:
            # Perhaps it was accepted and only the answer was lost: nobody knows.
            self.close()
            raise DeliveryFailed(_told(error)) from error

    def close(self) -> None:
        """Leave the server politely, or at all."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with contextlib.suppress(OSError, smtplib.SMTPException):
                connection.quit()
            connection.close()

    def _connected(self, *, until: float) -> smtplib.SMTP:
        if self._connection is not None:
            self._connection.until = until
            if not _still_there(self._connection):
                self.close()
        if self._connection is None:
            try:
                self._connection = _connect(self._server, until=until)
            except (OSError, smtplib.SMTPException) as error:
                raise DeliveryFailed(_told(error), unreachable=True) from error
        return self._connection


def _connect(server: Server, *, until: float) -> _Bounded:
    # The library's own default accepts any certificate.
    checked = ssl.create_default_context()
    if server.scheme == "smtps":
        return _signed_in(_BoundedTls(server, until=until, context=checked), server)
    connection = _Bounded(server, until=until)
    if server.scheme == "smtp+starttls":
        _or_closed(connection, lambda: connection.starttls(context=checked))
    return _signed_in(connection, server)


def _signed_in(connection: _Bounded, server: Server) -> _Bounded:
    if server.user:
        _or_closed(connection, lambda: connection.login(server.user, server.password))
    return connection


def _or_closed(connection: smtplib.SMTP, step: Callable[[], object]) -> None:
    try:
        step()
    except BaseException:
        connection.close()
        raise


def _still_there(connection: smtplib.SMTP) -> bool:
    """Whether an idle connection can be used again; also forgets a half-told message."""
    try:
        return connection.rset()[0] == 250
    except (OSError, smtplib.SMTPException):
        return False


def _converse(connection: smtplib.SMTP, sender: str, to: str, content: bytes) -> None:
    connection.ehlo_or_helo_if_needed()
    _expect(connection.mail(sender), "MAIL")
    code, answer = connection.rcpt(to)
    if code not in (250, 251):
        reason = f"RCPT {code} {_line(answer)}"
        raise DeliveryFailed(reason, permanent=code >= REFUSED_FOR_GOOD)
    _expect(connection.data(content), "DATA")


def _expect(answer: tuple[int, bytes], step: str) -> None:
    code, text = answer
    if code != 250:
        raise DeliveryFailed(f"{step} {code} {_line(text)}")


def _written(mail: Mail, sender: str) -> bytes:
    """The message as it goes over the wire. Raises DeliveryFailed for what no header can hold."""
    message = EmailMessage(policy=policy.SMTP)
    try:
        message["From"] = Address(addr_spec=sender)
        message["To"] = Address(addr_spec=mail.to)
        message["Subject"] = mail.subject
        message["Date"] = format_datetime(mail.at)
        message["Message-ID"] = mail.message_id
        message["Auto-Submitted"] = "auto-generated"
        message["Content-Language"] = mail.language
        message[SUBJECT_HEADER] = mail.about
    except (ValueError, MessageError) as error:
        raise DeliveryFailed(f"cannot be written: {error}", permanent=True) from error
    message.set_content(mail.body)
    # Kept on one line, which the library would fold: the simplest filter shall find the key.
    return f"{KEY_HEADER}: {int(mail.dedup_key, 16):064x}\r\n".encode() + message.as_bytes()


def _line(text: bytes) -> str:
    return " ".join(text.decode("utf-8", "replace").split())[:200]


def _told(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:200]

"""A real SMTP server for the tests: it keeps what it accepts, and refuses whom it is told to."""

import email
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any, TypeVar

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID


class Sink:
    """What arrived, in order; ``refuse`` maps a recipient to the answer it gets instead."""

    def __init__(self) -> None:
        self.envelopes: list[Envelope] = []
        self.refuse: dict[str, str] = {}
        self.answer_to_data = "250 OK"
        self.connections = 0
        self.logins: list[tuple[bytes, bytes]] = []
        self.port = 0

    async def handle_EHLO(  # noqa: N802 - the name the server looks for
        self, _server: Any, session: Session, _envelope: Any, hostname: str, answers: list[str]
    ) -> list[str]:
        session.host_name = hostname
        self.connections += 1
        return answers

    async def handle_RCPT(  # noqa: N802 - the name the server looks for
        self, _server: Any, _session: Any, envelope: Envelope, to: str, _options: list[str]
    ) -> str:
        if to in self.refuse:
            return self.refuse[to]
        envelope.rcpt_tos.append(to)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - the name the server looks for
        self, _server: Any, _session: Any, envelope: Envelope
    ) -> str:
        if self.answer_to_data.startswith("250"):
            self.envelopes.append(envelope)
        return self.answer_to_data

    def authenticate(self, _server: Any, _session: Any, _envelope: Any, _how: str, given: Any):
        assert isinstance(given, LoginPassword)
        self.logins.append((given.login, given.password))
        # Not handled: the server then says 535 by itself.
        return AuthResult(success=given.password == b"right", handled=False)

    @property
    def messages(self) -> list[EmailMessage]:
        return [
            email.message_from_bytes(one.original_content, policy=default) for one in self.envelopes
        ]


S = TypeVar("S", bound=Sink)


@contextmanager
def sink(**options: Any) -> Iterator[Sink]:
    """A sink on a free port of 127.0.0.1; ``options`` go to aiosmtpd's server."""
    one = Sink()
    if options.pop("login", False):
        options |= {"authenticator": one.authenticate, "auth_require_tls": False}
    with serve(one, **options) as running:
        yield running


@contextmanager
def serve(one: S, **options: Any) -> Iterator[S]:
    """Let ``one`` listen on a free port while the block runs."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        one.port = probe.getsockname()[1]
    controller = Controller(one, **{"hostname": "127.0.0.1", "port": one.port, **options})
    controller.start()
    try:
        yield one
    finally:
        controller.stop()


def certificate(file: Path) -> ssl.SSLContext:
    """The server side of TLS for localhost; ``file`` then holds the certificate to trust."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    start = datetime.now(UTC) - timedelta(hours=1)  # noqa: TID251 - TLS looks at the real clock
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file.write_bytes(made.public_bytes(Encoding.PEM) + secret)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context

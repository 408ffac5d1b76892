"""A small clamd for the tests: it speaks INSTREAM and PING on a port of its own, or on a socket.

It finds the one test string that every scanner finds, and otherwise does as it is told.
"""

import contextlib
import os
import socket
import struct
import threading
from collections.abc import Iterator
from pathlib import Path

EICAR = b"X5O!P%@AP[4" + b"\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-" + b"ANTIVIRUS-TEST-FILE!$H+H*"
"""In two halves, so that no scanner takes this file for one."""

FOUND = b"stream: Eicar-Test-Signature FOUND\n"
OK = b"stream: OK\n"


class Clamd:
    """What it answers, and what it was sent."""

    def __init__(self, listening: socket.socket, url: str) -> None:
        self.listening = listening
        self.url = url
        self.answer: bytes | None = None
        """Instead of what it would say; b"" says nothing and hangs up."""
        self.most = 10**9
        """More than so many bytes are refused in the middle of the stream."""
        self.holding = threading.Event()
        self.holding.set()
        self.seen: list[bytes] = []

    def serve(self) -> None:
        """Answer one after the other until the socket is closed."""
        while True:
            try:
                connection, _ = self.listening.accept()
            except OSError:
                return
            with connection, contextlib.suppress(OSError):
                self._one(connection)

    def _one(self, connection: socket.socket) -> None:
        file = connection.makefile("rb")
        command = file.readline()
        self.holding.wait()
        if command == b"nPING\n":
            connection.sendall(self.answer or b"PONG\n")
            return
        body = b""
        while size := struct.unpack("!L", file.read(4))[0]:
            body += file.read(size)
            if len(body) > self.most:
                connection.sendall(b"INSTREAM size limit exceeded. ERROR\n")
                return
        self.seen.append(body)
        said = FOUND if EICAR in body else OK
        connection.sendall(said if self.answer is None else self.answer)


@contextlib.contextmanager
def running(path: Path | None = None) -> Iterator[Clamd]:
    """One on 127.0.0.1, or on a Unix socket at ``path``."""
    listening = socket.socket(socket.AF_INET if path is None else socket.AF_UNIX)
    listening.bind(("127.0.0.1", 0) if path is None else os.fspath(path))
    listening.listen()
    where = f"127.0.0.1:{listening.getsockname()[1]}" if path is None else os.fspath(path)
    found = Clamd(listening, f"clamd://{where}")
    thread = threading.Thread(target=found.serve, daemon=True)
    thread.start()
    try:
        yield found
    finally:
        found.holding.set()
        # Wakes accept(), which a mere close() does not on every system.
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join(5)

"""The server that production uses, asked over a real connection."""

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from hotline.settings import ROOT
from tests.conftest import ENVIRONMENT
from tests.postgres import _free_port

pytestmark = pytest.mark.slow

GUNICORN = (
    sys.executable,
    "-m",
    "gunicorn",
    "-c",
    str(ROOT / "config" / "gunicorn.py"),
    "wsgi:app",
)


@pytest.fixture(scope="module")
def port(tmp_path_factory) -> Iterator[int]:
    """gunicorn with the shipped configuration on a port of its own; the database may be empty."""
    home = tmp_path_factory.mktemp("home")
    with served(home) as (_, chosen):
        yield chosen
    assert [path.name for path in home.rglob("*.ctl")] == []  # No control socket was opened.


@contextlib.contextmanager
def served(home: Path, **settings: str) -> Iterator[tuple[int, int]]:
    """The process id of gunicorn as it is shipped, and its port, until the block ends."""
    port = _free_port()
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HOTLINE_")}
    environment = {
        **kept,
        **ENVIRONMENT,
        "HOME": str(home),
        "HOTLINE_BIND": f"127.0.0.1:{port}",
        "HOTLINE_WEB_PROCESSES": "1",
        "HOTLINE_DATABASE_URL": f"sqlite:///{home}/hotline.sqlite3",
        "HOTLINE_LOG_FILE": f"{home}/log",
        **settings,
    }
    server = subprocess.Popen(
        GUNICORN, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        wait_for(port, server)
        yield server.pid, port
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(20)


def wait_for(port: int, server: subprocess.Popen) -> None:
    for _ in range(200):
        if server.poll() is None and ask(port, "GET /healthz HTTP/1.1\r\n")[:1]:
            return
        time.sleep(0.1)
    raise RuntimeError("gunicorn did not start")


def ask(port: int, head: str, body: bytes = b"", *, host: str = "localhost") -> list[int]:
    """The statuses of all answers to one raw request."""
    return statuses(raw(port, f"{head}Host: {host}\r\nConnection: close\r\n\r\n".encode() + body))


def raw(port: int, sent: bytes) -> bytes:
    received = b""
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 5) as link:
        link.sendall(sent)
        while part := link.recv(65536):
            received += part
    return received


def statuses(received: bytes) -> list[int]:
    return [int(found) for found in re.findall(rb"HTTP/1\.[01] (\d{3}) ", received)]


def test_it_answers(port):
    assert ask(port, "GET /healthz HTTP/1.1\r\n") == [200]


def test_s_13_the_server_tells_no_version(port):
    received = raw(port, b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    server = re.search(rb"(?im)^server: (.*)$", received)

    assert server is None or not re.search(rb"\d", server[1])


def test_s_27_a_long_address_is_refused(port):
    assert ask(port, f"GET /calendar?day={'1' * 8300} HTTP/1.1\r\n")[0] in (400, 414)


def test_s_27_a_large_header_is_refused(port):
    assert ask(port, f"GET /healthz HTTP/1.1\r\nX-A: {'a' * 17_000}\r\n")[0] in (400, 431)


def test_s_27_many_headers_are_refused(port):
    headers = "".join(f"X-{number}: a\r\n" for number in range(200))

    assert ask(port, f"GET /healthz HTTP/1.1\r\n{headers}")[0] in (400, 431)


def test_s_29_trace_is_refused(port):
    assert ask(port, "TRACE /healthz HTTP/1.1\r\n") == [405]


def test_s_14_an_unknown_host_is_refused(port):
    assert ask(port, "GET /healthz HTTP/1.1\r\n", host="evil.example") == [400]


CHUNK = b"0\r\n\r\nGET /people HTTP/1.1\r\nHost: localhost\r\n\r\n"
SMUGGLED = {
    "length and chunks": "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n",
    "two lengths": "Content-Length: 4\r\nContent-Length: 60\r\n",
    "a signed length": "Content-Length: +4\r\n",
    "a length of words": "Content-Length: four\r\n",
    "an unknown encoding": "Transfer-Encoding: xchunked\r\n",
    "a hidden encoding": "Transfer-Encoding : chunked\r\n",
    "chunks twice": "Transfer-Encoding: chunked, chunked\r\n",
    "a broken line": "X-A: a\nTransfer-Encoding: chunked\r\n",
    "a folded line": "X-A: a\r\n Transfer-Encoding: chunked\r\n",
    "a NUL": "X-A: a\0b\r\n",
}


@pytest.mark.parametrize("headers", SMUGGLED.values(), ids=SMUGGLED)
def test_no_request_is_smuggled_inside_another(port, headers):
    found = ask(port, f"POST /sign-in HTTP/1.1\r\n{headers}", CHUNK)

    assert len(found) <= 1
    assert all(400 <= status < 600 and status != 500 for status in found)


def test_a_body_over_the_limit_is_refused_without_being_read(port):
    began = time.monotonic()
    found = ask(port, "POST /sign-in HTTP/1.1\r\nContent-Length: 99999999\r\n")

    assert found == [413]
    assert time.monotonic() - began < 2

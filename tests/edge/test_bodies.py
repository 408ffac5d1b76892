"""Files that are streamed to the server that production uses, over connections that break."""

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import time
from contextlib import ExitStack
from pathlib import Path

import pytest

from hotline import clock
from hotline.db import db
from hotline.edge import upload_links
from hotline.edge.bodies import AT_ONCE
from hotline.edge.identity import settings
from hotline.evidence import queries as evidence
from hotline.evidence import service
from hotline.settings import ROOT
from hotline.transaction import transaction
from tests import builders
from tests.conftest import ENVIRONMENT
from tests.edge.test_server import GUNICORN, ask, wait_for
from tests.postgres import _free_port

pytestmark = pytest.mark.slow

BODY = os.urandom(300_000)


def test_a_file_arrives_whole_after_the_server_said_to_go_on(linked):
    with linked.begin(f"Content-Length: {len(BODY)}\r\nExpect: 100-continue\r\n") as link:
        assert link.recv(25) == b"HTTP/1.1 100 Continue\r\n\r\n"
        link.sendall(BODY)

        assert status(link) == 201
    assert [file.size for file in linked.received()] == [len(BODY)]


def test_a_file_without_a_length_arrives_whole(linked):
    with linked.begin("Transfer-Encoding: chunked\r\n") as link:
        link.sendall(b"%x\r\n%s\r\n0\r\n\r\n" % (len(BODY), BODY))

        assert status(link) == 201
    assert [file.size for file in linked.received()] == [len(BODY)]


@pytest.mark.parametrize(
    ("head", "sent"),
    [
        ("Content-Length: 900000\r\n", BODY),
        ("Transfer-Encoding: chunked\r\n", b"%x\r\n%s\r\n" % (len(BODY), BODY)),
        ("Transfer-Encoding: chunked\r\n", b"nonsense\r\n"),
    ],
    ids=["with a length", "in chunks", "of nonsense"],
)
def test_what_breaks_off_leaves_nothing_behind(linked, head, sent):
    before = linked.stored()
    with linked.begin(head) as link:
        link.sendall(sent)
        link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")  # No farewell.

    assert linked.answered() == 400
    assert linked.received() == []
    assert linked.stored() == before
    assert ask(linked.port, "GET /healthz HTTP/1.1\r\n") == [200]


@pytest.mark.parametrize(
    ("head", "sent"),
    [
        ("Content-Length: 1048577\r\n", b""),
        ("Transfer-Encoding: chunked\r\n", b"200000\r\n" + b"x" * 0x200000),
    ],
    ids=["with a length", "in chunks"],
)
def test_row_38_what_is_too_large_is_refused_within_two_seconds(linked, head, sent):
    begun = time.monotonic()
    with linked.begin(head) as link:
        link.sendall(sent)

        assert status(link) == 413
    assert time.monotonic() - begun < 2
    assert linked.received() == []


def test_slow_files_leave_threads_for_everybody_else(linked):
    before = len(linked.stored())
    with ExitStack() as held:
        slow = [held.enter_context(linked.begin("Content-Length: 9\r\n")) for _ in range(AT_ONCE)]
        for link in slow:
            link.sendall(b"slow")
        while len(linked.stored()) < before + AT_ONCE:
            time.sleep(0.05)
        with linked.begin("Content-Length: 9\r\n") as link:
            assert status(link) == 503
        assert ask(linked.port, "GET /healthz HTTP/1.1\r\n") == [200]
        slow[0].sendall(b" file")
        assert status(slow[0]) == 201
        with linked.begin("Content-Length: 9\r\n") as link:
            link.sendall(b"next file")
            assert status(link) == 201


class Linked:
    """An upload link, and raw requests to it."""

    def __init__(self, port: int, files: Path) -> None:
        self.port, self.files = port, files
        with transaction():
            ticket = builders.ticket(now=clock.now(), received_at=clock.now())
            link = service.open_link(ticket.id, by_id=None, now=clock.now())
        self.link_id = link.id
        self.path = f"/send/{upload_links.mint(link.id, settings())}"
        connection = http.client.HTTPConnection("127.0.0.1", port)
        connection.request("GET", self.path, headers={"Host": "localhost"})
        answer = connection.getresponse()
        token = re.search(rb'name="csrf_token" value="([^"]+)"', answer.read())
        self.token = token[1].decode() if token else ""
        self.cookie = (answer.getheader("Set-Cookie") or "").partition(";")[0]
        connection.close()
        self.answers = len([one for one in self._lines() if one.get("method") == "PUT"])

    def begin(self, head: str) -> socket.socket:
        """A connection on which the head of a request was sent."""
        link = socket.create_connection(("127.0.0.1", self.port), 10)
        lines = (
            f"PUT {self.path}/files HTTP/1.1\r\nHost: localhost\r\nCookie: {self.cookie}\r\n"
            f"X-CSRFToken: {self.token}\r\nX-File-Name: a.bin\r\n{head}\r\n"
        )
        link.sendall(lines.encode())
        return link

    def received(self):
        """What is on record of it."""
        db.session.rollback()
        return evidence.by_link(self.link_id)

    def stored(self) -> set[str]:
        """The names of everything that lies in the store, finished or not."""
        return {path.name for path in self.files.rglob("*") if path.is_file()}

    def answered(self) -> int:
        """The status of the next answer, as the server writes it down: nobody is there to hear."""
        for _ in range(200):
            puts = [one for one in self._lines() if one.get("method") == "PUT"]
            if len(puts) > self.answers:
                return puts[-1]["status"]
            time.sleep(0.05)
        return 0

    def _lines(self) -> list[dict]:
        return [json.loads(one) for one in (self.files.parent / "log").read_text().splitlines()]


def status(link: socket.socket) -> int:
    return int(link.recv(65536).split(b" ", 2)[1])


@pytest.fixture(scope="module")
def served(migrated_app, database_url, tmp_path_factory):
    home, port = tmp_path_factory.mktemp("server"), _free_port()
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HOTLINE_")}
    environment = {
        **kept,
        **ENVIRONMENT,
        "HOME": str(home),
        "HOTLINE_BIND": f"127.0.0.1:{port}",
        "HOTLINE_WEB_PROCESSES": "1",
        "HOTLINE_DATABASE_URL": database_url,
        "HOTLINE_FILES_URL": f"file://{home}/files",
        "HOTLINE_MAX_UPLOAD_MB": "1",
        "HOTLINE_LOG_FILE": f"{home}/log",
    }
    server = subprocess.Popen(
        GUNICORN, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        wait_for(port, server)
        yield port, home / "files"
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(20)


@pytest.fixture
def linked(app, served):
    return Linked(*served)

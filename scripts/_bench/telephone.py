"""The telephone company: signed webhooks, and the consoles that shall show each call."""

import hashlib
import http.client
import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from _bench.machine import stop
from _bench.serving import LINE_NUMBER, ROOT, Served
from _bench.stage import Ground
from hotline.adapters import signature

PAUSE = 0.3
"""Seconds between two questions of one console, as ring.js waits."""


def call_sid(*words: object) -> str:
    """The id of one call, always the same for the same words."""
    return "CA" + hashlib.sha256(repr(words).encode()).hexdigest()[:32]


@dataclass(frozen=True)
class Webhook:
    """One webhook to one server; ``sign`` as the telephone company signs."""

    server: Served
    ground: Ground

    def post(self, path: str, sid: str, **more: str) -> float:
        """Send it; how many seconds the answer took. Raises OSError when it is not 200."""
        form = {
            "CallSid": sid,
            "AccountSid": self.ground.settings["TWILIO_ACCOUNT_SID"],
            "To": LINE_NUMBER,
            **more,
        }
        url = f"http://localhost:{self.server.port}{path}"
        token = self.ground.settings["TWILIO_AUTH_TOKEN"]
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            signature.SIGNATURE_HEADER: signature.sign(url, MultiDict(form), token),
        }
        began = time.perf_counter()
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=30)
        connection.request("POST", path, urlencode(form), headers)
        answer = connection.getresponse()
        answer.read()
        connection.close()
        if answer.status != http.client.OK:
            raise OSError(f"{path} answered {answer.status}")
        return time.perf_counter() - began

    def ring(self, sid: str, place: int) -> float:
        """The phone rings from the number that ``shown(place)`` shows."""
        return self.post("/twilio/voice", sid, From=f"+8156600{place:04}", CallStatus="ringing")

    def hang_up(self, sid: str, place: int) -> float:
        """The caller is gone."""
        ended = {"CallStatus": "completed", "SequenceNumber": "3", "Direction": "inbound"}
        return self.post("/twilio/status", sid, From=f"+8156600{place:04}", **ended)


def shown(place: int) -> str:
    """How the console writes the number of the caller at this place."""
    return f"0566-00-{place:04}"


@dataclass
class Watching:
    """What open consoles saw, once they are closed."""

    seen: list[dict[str, float]] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    failed: int = 0


@contextmanager
def consoles(server: Served, cookies: Sequence[str]) -> Iterator[Watching]:
    """Open consoles for this block; what they saw is known after it."""
    process = subprocess.Popen(
        [sys.executable, "-S", str(ROOT / "scripts/_bench/consoles.py")],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True,
    )  # fmt: skip
    watching = Watching()
    given = {"port": server.port, "cookies": list(cookies), "pause": PAUSE}
    try:
        assert process.stdin is not None
        process.stdin.write(json.dumps(given).encode() + b"\n")
        process.stdin.flush()
        yield watching
        told: Mapping[str, Any] = json.loads(process.communicate(timeout=60)[0])
        watching.seen, watching.seconds = told["seen"], told["seconds"]
        watching.failed = told["failed"]
    finally:
        stop(process)


def at_once(work: Sequence["threading.Thread"]) -> None:
    """Start all of them, and wait for all."""
    for one in work:
        one.start()
    for one in work:
        one.join(60)

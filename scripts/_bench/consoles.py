"""Open consoles, in a process of their own: each asks as ring.js asks, and notes what it saw.

It reads {port, cookies, pause} as JSON from the first line of standard input, asks until standard
input is closed, and answers with JSON: when each number was first seen, for each console, and how
long each answer took.
"""

import http.client
import json
import re
import sys
import threading
import time
from typing import Any

CALL = re.compile(rb"\+?0\d{1,3}-\d{2,4}-\d{4}")


class Console:
    """One open console."""

    def __init__(self, port: int, cookie: str, pause: float) -> None:
        self.port, self.cookie, self.pause = port, cookie, pause
        self.seen: dict[str, float] = {}
        self.seconds: list[float] = []
        self.failed = 0

    def run(self, over: threading.Event) -> None:
        """Ask until it is over: a pause after every answer."""
        etag = ""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=15)
        while not over.wait(self.pause):
            try:
                etag = self._ask(connection, etag)
            except (OSError, http.client.HTTPException):
                connection.close()
                self.failed += 1

    def _ask(self, connection: http.client.HTTPConnection, etag: str) -> str:
        asked = time.time()
        headers = {"Cookie": f"hotline={self.cookie}", "X-Poll": "1", "X-Watching": "1"}
        connection.request("GET", "/console/ringing", headers={**headers, "If-None-Match": etag})
        answer = connection.getresponse()
        body = answer.read()
        now = time.time()
        self.seconds.append(now - asked)
        self.failed += answer.status not in (200, 304)
        for number in CALL.findall(body):
            self.seen.setdefault(number.decode(), now)
        return answer.headers.get("ETag", "")


def main() -> None:
    """Open them all, and say at the end what they saw."""
    given: dict[str, Any] = json.loads(sys.stdin.readline())
    consoles = [Console(given["port"], one, given["pause"]) for one in given["cookies"]]
    over = threading.Event()
    threads = [threading.Thread(target=one.run, args=(over,), daemon=True) for one in consoles]
    for thread in threads:
        thread.start()
    sys.stdin.read()
    over.set()
    for thread in threads:
        thread.join(20)
    told = {
        "seen": [one.seen for one in consoles],
        "seconds": [one for console in consoles for one in console.seconds],
        "failed": sum(one.failed for one in consoles),
    }
    json.dump(told, sys.stdout)


if __name__ == "__main__":
    main()

"""The load client: one light process with raw sockets, which times each answer.

Closed: so many clients, each asks again as soon as it has its answer. Open: so many requests a
second whatever happens; a request that had to wait for a free connection is late from the moment
it was meant to be sent, so that a slow server cannot hide behind fewer requests.

It reads one plan as JSON from standard input and answers with JSON; it imports nothing heavy.
"""

import json
import selectors
import socket
import sys
import time
from collections import deque
from dataclasses import asdict, dataclass, field

ANSWERED_WITHIN = 60.0


@dataclass
class Plan:
    """What to send: ``requests`` are whole requests as text, used one after the other, round and
    round from ``first`` on; ``rate`` a second for the open mode, 0 for the closed one."""

    port: int
    requests: list[str]
    count: int
    clients: int = 1
    rate: float = 0.0
    first: int = 0


@dataclass
class Outcome:
    """``seconds`` of each answer in the order they came; ``statuses`` to how often; the whole
    time in ``took``; ``broken`` connections were opened again and their requests are lost."""

    seconds: list[float] = field(default_factory=list)
    statuses: dict[str, int] = field(default_factory=dict)
    broken: int = 0
    took: float = 0.0
    strange: str = ""

    def told(self) -> str:
        """What came, and the head of one answer that should not have been."""
        head = self.strange.partition("\r\n\r\n")[0].partition("\r\n")[0]
        return f"{self.statuses}, {self.broken} cut off, one of them {head!r}"


class Client:
    """One connection; it has at most one request under way."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.since = 0.0
        self.open()

    def open(self) -> None:
        """Connect anew."""
        self.socket = socket.create_connection(("127.0.0.1", self.port), timeout=ANSWERED_WITHIN)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.received = b""

    def send(self, request: bytes, since: float) -> None:
        """Send a whole request, whose time counts from ``since``."""
        self.since = since
        self.received = b""
        self.socket.sendall(request)

    def answer(self) -> bytes | None:
        """The whole answer when all of it is there. Raises ConnectionError when it was cut off."""
        part = self.socket.recv(262_144)
        if not part:
            raise ConnectionError("cut off")
        self.received += part
        return self.received if is_whole(self.received) else None


def is_whole(answer: bytes) -> bool:
    """Whether all of an HTTP answer has come."""
    end = answer.find(b"\r\n\r\n")
    if end < 0:
        return False
    head = answer[:end].lower()
    at = head.find(b"\r\ncontent-length:")
    if at < 0:
        chunked = b"transfer-encoding: chunked" in head
        return answer.endswith(b"0\r\n\r\n") if chunked else True
    length = int(head[at + 17 :].split(b"\r\n", 1)[0])
    return len(answer) >= end + 4 + length


class Load:
    """Carries a plan out."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.requests = [one.encode("latin-1") for one in plan.requests]
        self.outcome = Outcome()
        self.sent = 0
        self.ended = 0
        self.selector = selectors.DefaultSelector()
        self.free: deque[Client] = deque()
        for _ in range(plan.clients):
            client = Client(plan.port)
            self.selector.register(client.socket, selectors.EVENT_READ, client)
            self.free.append(client)

    def run(self) -> Outcome:
        """All of it; the outcome."""
        self.began = time.perf_counter()
        while self.ended < self.plan.count:
            self._send_what_is_due()
            for key, _ in self.selector.select(self._until_next()):
                self._receive(key.data)
        self.outcome.took = time.perf_counter() - self.began
        for client in self.free:
            client.socket.close()
        self.selector.close()
        return self.outcome

    def _due(self, place: int) -> float:
        """When this request is meant to be sent; closed: now."""
        return self.began + place / self.plan.rate if self.plan.rate else time.perf_counter()

    def _send_what_is_due(self) -> None:
        while self.free and self.sent < self.plan.count:
            due = self._due(self.sent)
            if due > time.perf_counter():
                return
            request = self.requests[(self.plan.first + self.sent) % len(self.requests)]
            self.sent += 1
            self._send(self.free.popleft(), request, due)

    def _send(self, client: Client, request: bytes, due: float) -> None:
        try:
            client.send(request, due)
        except OSError:  # The server closed it while nobody asked.
            self._reopen(client)
            client.send(request, due)

    def _until_next(self) -> float | None:
        if not self.free or self.sent >= self.plan.count:
            return ANSWERED_WITHIN
        return max(self._due(self.sent) - time.perf_counter(), 0.0)

    def _receive(self, client: Client) -> None:
        try:
            answer = client.answer()
        except OSError:
            self._reopen(client)
            if client not in self.free:
                self.outcome.broken += 1
                self._end(client)
            return
        if answer is None:
            return
        self.outcome.seconds.append(time.perf_counter() - client.since)
        self._note(answer)
        self._end(client)

    def _note(self, answer: bytes) -> None:
        status = answer[9:12].decode()
        self.outcome.statuses[status] = self.outcome.statuses.get(status, 0) + 1
        if status[0] not in "23" and not self.outcome.strange:
            self.outcome.strange = answer[:600].decode(errors="replace")

    def _end(self, client: Client) -> None:
        self.ended += 1
        self.free.append(client)

    def _reopen(self, client: Client) -> None:
        self.selector.unregister(client.socket)
        client.socket.close()
        client.open()
        self.selector.register(client.socket, selectors.EVENT_READ, client)


def main() -> None:
    """Read the plan, carry it out, say how it went."""
    plan = Plan(**json.load(sys.stdin))
    json.dump(asdict(Load(plan).run()), sys.stdout)


if __name__ == "__main__":
    main()

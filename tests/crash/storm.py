"""Real workers, a real SMTP server, and kills at seeded moments."""

import asyncio
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import Envelope

from tests import smtp_sink

ROOT = Path(__file__).resolve().parents[2]
LEASE_SECONDS = 3
SENDING_WITHIN = 60


class SlowSink(smtp_sink.Sink):
    """Takes its time, so that kills strike before a message is accepted and after it."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self.seconds = seconds

    async def handle_DATA(  # noqa: N802 - the name the server looks for
        self, server: Any, session: Any, envelope: Envelope
    ) -> str:
        await asyncio.sleep(self.seconds / 2)
        answer = await super().handle_DATA(server, session, envelope)
        await asyncio.sleep(self.seconds / 2)
        return answer

    @property
    def keys_by_subject(self) -> dict[str, list[str]]:
        """What each message was about, and the keys under which it came, once for each copy."""
        found = defaultdict(list)
        for message in self.messages:
            found[message["X-Hotline-Subject"]].append(message["X-Hotline-Dedup-Key"])
        return dict(found)


class Nursery:
    """The process that forks workers for us; see nursery.py."""

    def __init__(self, environment: Mapping[str, str], folder: Path) -> None:
        self.folder = folder
        self.started = 0
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.crash.nursery", "worker", "--lease", str(LEASE_SECONDS)],
            cwd=ROOT,
            env={**os.environ, **environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def start(self) -> "Worker":
        """One more worker, with a log of its own."""
        self.started += 1
        log = self.folder / f"worker-{self.started}.log"
        log.touch()
        return Worker(self, self.ask(start=str(log)), log)

    def ask(self, **request: object) -> Any:
        """Send one request and read its answer."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def close(self) -> None:
        """End it; it takes every worker that still runs with it."""
        self.process.communicate(timeout=10)


@dataclass
class Worker:
    """One ``flask worker`` process."""

    nursery: Nursery
    pid: int
    log: Path

    @property
    def is_sending(self) -> bool:
        """Whether it is in the middle of its messages."""
        return b"notice.sent" in self.log.read_bytes()

    def check_alive(self) -> None:
        """A worker that dies by itself is a failure, whoever starts the next one."""
        if (code := self.nursery.ask(code=self.pid)) is not None:
            told = self.log.read_text()[-3000:]
            raise AssertionError(f"a worker died by itself with {code}:\n{told}")

    def end(self, number: signal.Signals, *, within: float) -> int:
        """Send a signal and wait; the exit code."""
        os.kill(self.pid, number)
        until = time.monotonic() + within
        while time.monotonic() < until:
            if (code := self.nursery.ask(code=self.pid)) is not None:
                return int(code)
            time.sleep(0.01)
        raise AssertionError(f"a worker did not end within {within} seconds of {number.name}")


@dataclass
class Storm:
    """Keeps some workers running while it kills them one after the other."""

    nursery: Nursery
    rng: random.Random
    workers: list[Worker] = field(default_factory=list)
    kills: int = 0

    def kill_one(self) -> None:
        """SIGKILL a worker that is sending, after a seeded while, and start another."""
        victim = self._some_sender()
        time.sleep(self.rng.uniform(0, 0.25))
        victim.check_alive()
        victim.end(signal.SIGKILL, within=10)
        self.workers.remove(victim)
        self.kills += 1
        self.workers.append(self.nursery.start())

    def stop(self) -> list[int]:
        """SIGTERM to everybody; the exit codes."""
        for worker in self.workers:
            worker.check_alive()
        return [worker.end(signal.SIGTERM, within=20) for worker in self.workers]

    def _some_sender(self) -> Worker:
        until = time.monotonic() + SENDING_WITHIN
        while time.monotonic() < until:
            for worker in self.workers:
                worker.check_alive()
            if sending := [worker for worker in self.workers if worker.is_sending]:
                return self.rng.choice(sending)
            time.sleep(0.02)
        raise AssertionError("no worker was sending in time")


@contextmanager
def storm(
    environment: Mapping[str, str], folder: Path, *, count: int, seed: int
) -> Iterator[Storm]:
    """``count`` workers; none is left when the block ends."""
    nursery = Nursery(environment, folder)
    try:
        workers = [nursery.start() for _ in range(count)]
        yield Storm(nursery, random.Random(seed), workers)
    finally:
        nursery.close()


@contextmanager
def slow_sink(seconds: float) -> Iterator[SlowSink]:
    """A sink that needs ``seconds`` for each message."""
    with smtp_sink.serve(SlowSink(seconds)) as running:
        yield running


def statuses(output: str) -> list[str]:
    """The statuses in what ``flask … list --json`` printed."""
    return [row["status"] for row in json.loads(output)]

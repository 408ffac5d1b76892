"""How the web processes share what comes: none takes more connections than another.

Browsers and proxies keep their connections, and gunicorn gives each to whichever process is awake
first: of eight one process had all, and the other half of the machine waited.
"""

import mmap
import struct
import time
from typing import Any

from gunicorn.workers.gthread import ThreadWorker

AT_ONCE = 256
"""More are never alive at the same time; one that starts takes the place of a dead one."""

TURNS_AFTER_SECONDS = 0.2
SILENT_SECONDS = 1.0
"""A process turns that often at least; one that does not hangs, and nobody leaves it anything."""

LOOKS_AGAIN_SECONDS = 0.02
"""So soon a process that left a connection to others looks whether it is its turn again."""

FULL = 1_000_000
"""What a process whose threads are all busy counts more: whatever it took now would wait."""

_SLOT = struct.Struct("=qqd")


class Shares:
    """How many connections each process has, in memory that all of them share.

    ``process`` is its running number, ``now`` seconds of the monotonic clock, which all share too.
    """

    def __init__(self) -> None:
        self._memory = mmap.mmap(-1, AT_ONCE * _SLOT.size)

    def tell(self, process: int, connections: int, *, now: float) -> None:
        """``process`` turns, and has so many."""
        _SLOT.pack_into(self._memory, self._place(process), process, connections, now)

    def forget(self, process: int) -> None:
        """It ends, and leaves what comes to the others."""
        told_by, _, _ = _SLOT.unpack_from(self._memory, self._place(process))
        if told_by == process:
            self.tell(process, 0, now=0.0)

    def fewest_beside(self, process: int, *, now: float) -> float:
        """How many the emptiest of the others has; infinite when none of them turns."""
        others = (
            connections
            for told_by, connections, at in _SLOT.iter_unpack(self._memory)
            if told_by != process and at and now - at < SILENT_SECONDS
        )
        return min(others, default=float("inf"))

    def _place(self, process: int) -> int:
        return process % AT_ONCE * _SLOT.size


shares = Shares()


class EvenWorker(ThreadWorker):
    """A process that takes a connection only while no other has fewer, or a thread to spare."""

    @property
    def worker_connections(self) -> float:
        """How many it may have; gunicorn asks at each turn, and takes none that is too many."""
        now, weight = time.monotonic(), self._weight()
        shares.tell(self.age, self.nr_conns + weight, now=now)
        return min(self._most, shares.fewest_beside(self.age, now=now) + 1 - weight)

    @worker_connections.setter
    def worker_connections(self, most: int) -> None:
        self._most = most

    def _weight(self) -> int:
        waiting = len(self.keepalived_conns) + len(self.pending_conns)
        return FULL if self.nr_conns - waiting >= self.cfg.threads else 0

    def wait_for_and_dispatch_events(self, timeout: float) -> None:
        """One turn; a short one while others are to take what comes."""
        if not self.alive:
            shares.forget(self.age)
        longest = TURNS_AFTER_SECONDS if self._accepting else LOOKS_AGAIN_SECONDS
        super().wait_for_and_dispatch_events(min(timeout, longest))


def forget(_server: Any, worker: EvenWorker) -> None:
    """gunicorn's ``child_exit``: nobody waits for a process that was killed."""
    shares.forget(worker.age)

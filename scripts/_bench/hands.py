"""Several processes make chunks of tickets at once, and seal them one after the other.

Who has made a chunk waits for the place in the chain where the chunk before it ended, seals its
own entries behind that, passes the place on, and writes.
"""

import gc
import multiprocessing
import queue
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from multiprocessing.connection import Connection
from types import SimpleNamespace
from typing import Any

from _bench import lives
from _bench.shapes import Sheaf, shape_of
from _bench.writing import Writer
from hotline.audit.models import AuditEntry
from hotline.audit.queries import content
from hotline.audit.rules import digest

CHUNK = 5_000
"""So many tickets are made, sealed and written at once by each process."""

Place = tuple[int, str]
"""Number and digest of the last sealed entry."""

Say = Callable[[str], None]


class Progress:
    """Says now and then how far it is, and how long it will take."""

    def __init__(self, count: int, say: Say) -> None:
        self.count, self.done, self.say = count, 0, say
        self.began = time.monotonic()

    def add(self, more: int) -> None:
        """So many more are written."""
        self.done = min(self.done + more, self.count)
        passed = time.monotonic() - self.began
        left = timedelta(seconds=round(passed * (self.count - self.done) / self.done))
        self.say(f"{self.done:,} of {self.count:,} tickets, {left} left")


@dataclass(frozen=True)
class Work:
    """What is done with a chunk; ``first`` is the last id of the trail before all of them."""

    world: lives.World
    writer: Writer
    first: int

    def make(self, start: int) -> Sheaf:
        """All rows of the chunk that begins at this place."""
        sheaf = Sheaf()
        for place in range(start, min(start + CHUNK, self.world.count)):
            lives.live(self.world, sheaf, place)
        return sheaf

    def seal(self, sheaf: Sheaf, end: Place) -> Place:
        """Chain the entries of the chunk behind ``end``; where the chain ends then."""
        shape = shape_of(AuditEntry)
        seq, previous = end
        for row in sheaf.rows[AuditEntry]:
            entry: Any = SimpleNamespace(**dict(zip(shape.columns, row, strict=True)))
            entry.id += self.first
            seq += 1
            sealed = digest(seq, previous, content(entry))
            entry.seq, entry.previous, entry.digest = seq, previous, sealed
            row[:] = vars(entry).values()
            previous = sealed
        return seq, previous

    def do(self, start: int, end: Place) -> Place:
        """Make, seal and write one chunk."""
        sheaf = self.make(start)
        end = self.seal(sheaf, end)
        self.writer.write(sheaf)
        return end


def by_many_hands(
    work: Work, chunks: Sequence[int], head: Place, hands: int, progress: Progress
) -> Place:
    """Do all chunks in so many processes; where the chain ends. Raises RuntimeError."""
    fork = multiprocessing.get_context("fork")
    ends = [fork.Pipe(duplex=False) for _ in range(hands)]
    done: Any = fork.Queue()
    workers = [
        fork.Process(
            target=_work,
            args=(work, chunks[hand::hands], ends[hand][0], ends[(hand + 1) % hands][1], done),
            daemon=True,
        )
        for hand in range(hands)
    ]
    ends[0][1].send(head)
    for worker in workers:
        worker.start()
    for _ in chunks:
        _wait(done, workers)
        progress.add(CHUNK)
    for worker in workers:
        worker.join()
    last: Place = ends[len(chunks) % hands][0].recv()
    return last


def _work(
    work: Work, chunks: Sequence[int], before: Connection, after: Connection, done: Any
) -> None:
    gc.disable()  # Nothing made here goes round in circles; looking for it takes a tenth.
    for start in chunks:
        sheaf = work.make(start)
        end = work.seal(sheaf, before.recv())
        after.send(end)
        work.writer.write(sheaf)
        done.put(start)


def _wait(done: Any, workers: Sequence[Any]) -> None:
    while True:
        try:
            done.get(timeout=5)
            return
        except queue.Empty:
            if any(worker.exitcode for worker in workers):
                raise RuntimeError("a process that fills has failed; its trace is above") from None

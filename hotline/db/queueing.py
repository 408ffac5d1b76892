"""Writers of one SQLite file, in this process and in others, one behind the other.

SQLite lets one write, and whoever comes second sleeps a while and looks again: with a few
processes some are always late, and one may sleep until it gives up. Here they wait in the kernel
for two locks on files beside the database: the first is had by the next writer, the second by
the one who writes. Whoever leaves must queue for the first again, and so cannot push ahead. The
kernel frees the locks of a process that dies.
"""

import fcntl
import os
import stat
import threading
import time
from collections import deque
from concurrent.futures import Future
from concurrent.futures import TimeoutError as TooLate
from contextlib import suppress
from pathlib import Path
from queue import SimpleQueue

NAMES = ("-next", "-writer")
"""What is added to the name of the database."""


class _Line:
    """The threads of this process, one behind the other: a plain lock may pass somebody over."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._taken = False
        self._gates: deque[threading.Lock] = deque()

    def enter(self, seconds: float) -> bool:
        with self._guard:
            if not self._taken:
                self._taken = True
                return True
            gate = threading.Lock()
            gate.acquire()
            self._gates.append(gate)
        return gate.acquire(timeout=seconds) or not self._gives_up(gate)

    def _gives_up(self, gate: threading.Lock) -> bool:
        """Leave the line; False where the turn has come in this very moment."""
        with self._guard:
            if gate not in self._gates:
                return False
            self._gates.remove(gate)
            return True

    def leave(self) -> None:
        with self._guard:
            if self._gates:
                self._gates.popleft().release()
            else:
                self._taken = False


class WriterQueue:
    """The queue of one file; a database in memory has writers in one process only."""

    def __init__(self, database: str | None) -> None:
        in_memory = not database or database == ":memory:"
        self._database = Path(database or "")
        self._paths = [] if in_memory else [Path(f"{database}{name}") for name in NAMES]
        self._files: list[int] = []
        self._start_anew()
        os.register_at_fork(after_in_child=self._start_anew)

    def _start_anew(self) -> None:
        """A process that was forked shares no lock and no file with its parent."""
        for file in self._files:
            os.close(file)
        self._files = []
        self._threads = _Line()
        self._wishes: SimpleQueue[Future[None]] | None = None

    def enter(self, seconds: float) -> bool:
        """Wait for the turn of this thread, for so long; whether it has come."""
        until = time.monotonic() + seconds
        if not self._threads.enter(seconds):
            return False
        try:
            return not self._paths or self._turn_comes(until)
        except BaseException:
            self._threads.leave()
            raise

    def leave(self) -> None:
        """Let the next one in."""
        if self._paths:
            fcntl.flock(self._files[1], fcntl.LOCK_UN)
        self._threads.leave()

    def _turn_comes(self, until: float) -> bool:
        if not self._files:
            self._files = [_open(path, self._database) for path in self._paths]
        if self._nobody_waits():
            return True
        turn: Future[None] = Future()
        self._ask_to_wait(turn)
        try:
            turn.result(timeout=max(0, until - time.monotonic()))
        except TooLate:
            # It goes on waiting in this place: the turn, when it comes, is passed on at once.
            turn.add_done_callback(lambda _: self.leave())
            return False
        return True

    def _nobody_waits(self) -> bool:
        """Take both locks if they can be had at once: nobody else is written to or waits."""
        following, writing = self._files
        if not _take(following):
            return False
        if _take(writing):
            fcntl.flock(following, fcntl.LOCK_UN)
            return True
        fcntl.flock(following, fcntl.LOCK_UN)
        return False

    def _ask_to_wait(self, turn: "Future[None]") -> None:
        """A wait in the kernel has no end of its own: a thread beside the writers does it."""
        if self._wishes is None:
            self._wishes = SimpleQueue()
            waiting = (self._wishes, *self._files)
            threading.Thread(target=_wait, args=waiting, name="writers", daemon=True).start()
        self._wishes.put(turn)


def _wait(wishes: "SimpleQueue[Future[None]]", following: int, writing: int) -> None:
    """Bring one turn after the other; of each process one writer at most waits here."""
    while True:
        turn = wishes.get()
        fcntl.flock(following, fcntl.LOCK_EX)
        fcntl.flock(writing, fcntl.LOCK_EX)
        fcntl.flock(following, fcntl.LOCK_UN)
        turn.set_result(None)


def _open(path: Path, database: Path) -> int:
    """Open a lock for those who may use the database: a command of root must shut nobody out."""
    file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    with suppress(OSError):  # There is no database yet, or the lock is another's already.
        like = database.stat()
        os.fchmod(file, stat.S_IMODE(like.st_mode))
        os.fchown(file, like.st_uid, like.st_gid)
    return file


def _take(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True

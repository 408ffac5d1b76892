"""Cuts the connection of a database that took a question and says nothing more.

A server that is stopped, not gone, still acknowledges packets: neither its own statement limit
nor the network's then ends the wait, and every request would hang with it.
"""

import os
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import psycopg
from sqlalchemy import Connection, Engine, event

SILENT_SECONDS = 2.5
"""With two more for trying to connect again, every request ends within five seconds."""

LOOK_SECONDS = 0.2


class Watchdog:
    """Watches the connections that wait for an answer, in a thread of its own.

    ``hurried`` says whether somebody waits right now: a command may take its time.
    """

    def __init__(self, hurried: Callable[[], bool], seconds: float = SILENT_SECONDS) -> None:
        self._hurried = hurried
        self.seconds = seconds
        self._waiting: dict[int, tuple[Any, float]] = {}
        self._lock = threading.Lock()
        self._process = 0

    def attach(self, engine: Engine) -> None:
        """Watch every statement of ``engine``, the ping before it, and the end of transactions."""
        ping = engine.dialect.do_ping

        def watched_ping(connection: Any) -> bool:
            self.watch(connection)
            try:
                return ping(connection)
            finally:
                self.forget(connection)

        engine.dialect.do_ping = watched_ping  # type: ignore[assignment,method-assign]  # it has no event
        event.listen(engine, "checkin", self._checked_in)
        event.listen(engine, "invalidate", self._lost)
        # Before those who ask something themselves, such as the beginning of a transaction.
        event.listen(engine, "before_cursor_execute", self._asked, insert=True)
        event.listen(engine, "after_cursor_execute", self._answered)
        for end in ("commit", "rollback"):
            event.listen(engine, end, self._ends)

    def watch(self, connection: Any) -> None:
        """From now on ``connection`` (of psycopg) has so many seconds to answer."""
        if not self._hurried():
            return
        with self._lock:
            self._waiting[id(connection)] = (connection, time.monotonic() + self.seconds)
        self._start()

    def forget(self, connection: Any) -> None:
        """It has answered."""
        with self._lock:
            self._waiting.pop(id(connection), None)

    def _checked_in(self, connection: Any, _record: Any) -> None:
        if connection is not None:
            self.forget(connection)

    def _lost(self, connection: Any, _record: Any, _error: Any) -> None:
        self.forget(connection)

    def _asked(self, connection: Connection, *_rest: Any) -> None:
        self.watch(connection.connection.driver_connection)

    def _answered(self, connection: Connection, *_rest: Any) -> None:
        self.forget(connection.connection.driver_connection)

    def _ends(self, connection: Connection) -> None:
        # What ends a transaction has no event of its own for its answer: the return to the pool
        # or the next statement forgets it. What the server closed ends without a word.
        if not connection.invalidated:
            self.watch(connection.connection.driver_connection)

    def _start(self) -> None:
        if self._process != os.getpid():  # A thread does not survive a fork.
            self._process = os.getpid()
            threading.Thread(target=self._run, name="watchdog", daemon=True).start()

    def _run(self) -> None:
        while True:
            time.sleep(LOOK_SECONDS)
            now = time.monotonic()
            with self._lock:
                silent = [one for one, until in self._waiting.values() if until < now]
                for one in silent:
                    del self._waiting[id(one)]
            for one in silent:
                _cut(one)


def _cut(connection: Any) -> None:
    # Whatever is wrong with one must not end the watch over the others.
    with suppress(OSError, ValueError, AttributeError, psycopg.Error):
        copy = socket.socket(fileno=os.dup(connection.fileno()))
        with copy:
            copy.shutdown(socket.SHUT_RDWR)

"""What many ask for at the same moment, worked out once."""

import threading
import time
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from typing import Generic, TypeVar

T = TypeVar("T")

KEPT_SECONDS = 3.0
MOST_KEPT = 500
HERD_SECONDS = 1.0
"""So long one asker waits for another one to work it out; nobody waits for one that hangs."""


class Moments(Generic[T]):
    """Values that are good for a moment, by key; another process works them out for itself."""

    def __init__(self) -> None:
        self._rows: dict[Hashable, tuple[float, T]] = {}
        self._working = threading.Lock()

    def get(self, key: Hashable, work: Callable[[], T]) -> T:
        """The value of ``key``: what was worked out a moment ago, or what ``work`` says now."""
        found = self._fresh(key)
        if found is not None:
            return found
        with self._alone():
            found = self._fresh(key)
            return self._keep(key, work()) if found is None else found

    def forget(self) -> None:
        """Work everything out anew."""
        self._rows.clear()

    def _fresh(self, key: Hashable) -> T | None:
        row = self._rows.get(key)
        return row[1] if row is not None and row[0] > time.monotonic() else None

    def _keep(self, key: Hashable, value: T) -> T:
        if len(self._rows) >= MOST_KEPT:
            self._rows.clear()
        self._rows[key] = (time.monotonic() + KEPT_SECONDS, value)
        return value

    @contextmanager
    def _alone(self) -> Iterator[None]:
        held = self._working.acquire(timeout=HERD_SECONDS)
        try:
            yield
        finally:
            if held:
                self._working.release()

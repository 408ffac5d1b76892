"""What many ask for at the same moment, worked out once."""

import threading
import time
from collections.abc import Callable, Collection, Hashable, Iterator, Mapping, Set
from contextlib import contextmanager
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")

KEPT_SECONDS = 3.0
"""So long a value is good unless its keeper says otherwise."""
MOST_KEPT = 500
HERD_SECONDS = 1.0
"""So long one asker waits for another one to work it out; nobody waits for one that hangs."""


class Moments(Generic[T]):
    """Values that are good for a moment, by key; another process works them out for itself."""

    def __init__(self, seconds: float = KEPT_SECONDS) -> None:
        self._seconds = seconds
        self._rows: dict[Hashable, tuple[float, T]] = {}
        self._working = threading.Lock()

    def get(self, key: Hashable, work: Callable[[], T]) -> T:
        """The value of ``key``: what was worked out a moment ago, or what ``work`` says now."""
        return self.get_all((key,), lambda _missing: {key: work()})[key]

    def get_all(self, keys: Collection[K], work: Callable[[Set[K]], Mapping[K, T]]) -> dict[K, T]:
        """The values of ``keys``; ``work`` is asked once for all that nobody worked out."""
        found = self._fresh(keys)
        if len(found) == len(keys):
            return found
        with self._alone():
            found = self._fresh(keys)
            missing = set(keys) - set(found)
            return {**found, **self._keep(work(missing) if missing else {})}

    def forget(self) -> None:
        """Work everything out anew."""
        self._rows.clear()

    def _fresh(self, keys: Collection[K]) -> dict[K, T]:
        now = time.monotonic()
        rows = {key: self._rows.get(key) for key in keys}
        return {key: row[1] for key, row in rows.items() if row is not None and row[0] > now}

    def _keep(self, fresh: Mapping[K, T]) -> Mapping[K, T]:
        if len(self._rows) + len(fresh) > MOST_KEPT:
            self._rows.clear()
        until = time.monotonic() + self._seconds
        self._rows.update({key: (until, value) for key, value in fresh.items()})
        return fresh

    @contextmanager
    def _alone(self) -> Iterator[None]:
        held = self._working.acquire(timeout=HERD_SECONDS)
        try:
            yield
        finally:
            if held:
                self._working.release()

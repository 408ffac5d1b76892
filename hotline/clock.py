"""The only module that asks what time it is."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

TOKYO = ZoneInfo("Asia/Tokyo")

_fixed: ContextVar[datetime | None] = ContextVar("fixed_time", default=None)


def now() -> datetime:
    """This moment, aware, in UTC."""
    return _fixed.get() or datetime.now(UTC)


@contextmanager
def fixed(at: datetime | None) -> Iterator[None]:
    """Let ``now()`` be ``at`` inside this block of this process: for commands and tests.

    No request can reach it: nothing under ``edge``, ``web`` or ``api`` calls it.
    """
    token = _fixed.set(at and at.astimezone(UTC))
    try:
        yield
    finally:
        _fixed.reset(token)

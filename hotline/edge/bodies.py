"""Bodies that are not read whole: what a slow phone sends goes to disk as it comes."""

import sys
import threading
from collections.abc import Callable, Generator
from typing import Any, TypeVar

import structlog
from flask import request

log = structlog.get_logger(__name__)

View = TypeVar("View", bound=Callable[..., Any])

PIECE = 64 * 1024
OPAQUE = "application/octet-stream"

SILENT_SECONDS = 60
"""Whoever sends nothing for so long has gone: the thread is needed for others."""


AT_ONCE = 4
"""So many come in at a time in one process: half of its threads are left for everybody else."""

_places = threading.BoundedSemaphore(AT_ONCE)


class BrokenOff(Exception):
    """Not all of it came."""


class Crowded(Exception):
    """As many are coming in as may at a time; nothing of this one was read."""


def streamed(view: View) -> View:
    """Let a view's body be read by whoever prepares for it, and nobody before."""
    view.streams = True  # type: ignore[attr-defined]  # functions carry attributes
    return view


def leave_unread() -> None:
    """Keep everybody from reading the body as a form, whatever the sender calls it."""
    request.environ.pop("CONTENT_TYPE", None)
    request.max_content_length = sys.maxsize  # Whoever reads it says how much is too much.


def pieces() -> Generator[bytes]:
    """The body as it comes, in pieces. Raises BrokenOff when it ends before its time, and Crowded.

    ``Content-Length`` says how much there is; without one the server tells where it ends.
    """
    if not _places.acquire(blocking=False):
        raise Crowded
    try:
        yield from _pieces()
    finally:
        _places.release()


def _pieces() -> Generator[bytes]:
    left = request.content_length
    if left is None and not request.environ.get("wsgi.input_terminated"):
        left = 0
    _wait_at_most(SILENT_SECONDS)
    try:
        while left is None or left > 0:
            piece = _read(PIECE if left is None else min(PIECE, left))
            if not piece:
                break
            left = None if left is None else left - len(piece)
            yield piece
    finally:
        _wait_at_most(None)
    if left:
        raise BrokenOff


def _read(size: int) -> bytes:
    try:
        piece: bytes = request.environ["wsgi.input"].read(size)
    except Exception as error:  # Each server has its own words for a sender that has gone.
        log.info("body.broken_off", kind=type(error).__name__)
        raise BrokenOff from None
    return piece


def _wait_at_most(seconds: float | None) -> None:
    """How long the server waits for the next bytes; only for servers that show their socket."""
    connection = request.environ.get("gunicorn.socket")
    if connection is not None:
        connection.settimeout(seconds)

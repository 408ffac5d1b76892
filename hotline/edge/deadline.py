"""An answer in time, even when the database hangs."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import cache
from typing import TypeVar

from flask import Flask, current_app

T = TypeVar("T")

MOST_AT_ONCE = 16


def within(seconds: float, work: Callable[[], T]) -> T:
    """What ``work`` returns, when it does so within ``seconds``; it has a session of its own.

    Raises TimeoutError when it takes longer. It then goes on by itself and may still succeed:
    only work that may be repeated is given here.
    """
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # the proxy's own way
    # The clock of a command and the origin for the audit trail go along.
    future = _threads().submit(copy_context().run, _inside, app, work)
    try:
        return future.result(seconds)
    finally:
        future.cancel()


def _inside(app: Flask, work: Callable[[], T]) -> T:
    with app.app_context():
        return work()


@cache
def _threads() -> ThreadPoolExecutor:
    """Made by the first request, so that each web process has its own after a fork."""
    return ThreadPoolExecutor(MOST_AT_ONCE, thread_name_prefix="deadline")

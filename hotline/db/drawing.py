"""Ids drawn ahead from PostgreSQL's sequences: a row can be named before it is written.

A block at a time, so that hardly any row costs a question. Ids stay unique whoever draws; those
of a process that ends, or of a transaction that fails, are left out for ever.
"""

import os
import threading
from collections import defaultdict, deque
from collections.abc import Callable
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, Table

BLOCK = 32

_lock = threading.Lock()
_drawn: WeakKeyDictionary[Engine, dict[str, deque[int]]] = WeakKeyDictionary()


def draw_id(engine: Engine, table: Table, connect: Callable[[], Connection]) -> int:
    """The id of a new row of ``table``, which nobody else will get.

    ``connect`` is called only where a new block has to be drawn.
    """
    with _lock:
        left = _left(engine, table.name)
        if left:
            return left.popleft()
    block = f"SELECT nextval('{table.name}_id_seq') FROM generate_series(1, {BLOCK})"  # noqa: S608 - a table of ours
    fresh: list[int] = list(connect().exec_driver_sql(block).scalars())
    with _lock:
        left.extend(fresh[1:])
    return fresh[0]


def _left(engine: Engine, name: str) -> deque[int]:
    drawn = _drawn.get(engine)
    if drawn is None:
        drawn = _drawn[engine] = defaultdict(deque)
    return drawn[name]


def forget_drawn_ids() -> None:
    """Draw anew: in a process that was forked, and where sequences were set back."""
    global _lock  # Somebody may have held it when the process was forked.
    _lock = threading.Lock()
    _drawn.clear()


os.register_at_fork(after_in_child=forget_drawn_ids)

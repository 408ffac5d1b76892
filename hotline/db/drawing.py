"""Ids drawn ahead from PostgreSQL's sequences: a row can be named before it is written.

A block at a time, so that hardly any row costs a question. Ids stay unique whoever draws; those
of a process that ends, or of a transaction that fails, are left out for ever.
"""

import os
import threading
from collections import defaultdict, deque
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, Table

BLOCK = 32

_lock = threading.Lock()
_drawn: WeakKeyDictionary[Engine, dict[str, deque[int]]] = WeakKeyDictionary()


def draw_id(connection: Connection, table: Table) -> int:
    """The id of a new row of ``table``, which nobody else will get."""
    with _lock:
        left = _drawn.setdefault(connection.engine, defaultdict(deque))[table.name]
        if left:
            return left.popleft()
    block = f"SELECT nextval('{table.name}_id_seq') FROM generate_series(1, {BLOCK})"  # noqa: S608 - a table of ours
    fresh: list[int] = list(connection.exec_driver_sql(block).scalars())
    with _lock:
        left.extend(fresh[1:])
    return fresh[0]


def forget_drawn_ids() -> None:
    """Draw anew: in a process that was forked, and where sequences were set back."""
    global _lock  # Somebody may have held it when the process was forked.
    _lock = threading.Lock()
    _drawn.clear()


os.register_at_fork(after_in_child=forget_drawn_ids)

"""The indexes over some tickets serve the questions they were made for, on both databases."""

import pytest
from sqlalchemy import ColumnElement, Select, select, text

from hotline.db import db
from hotline.tickets.models import Ticket
from tests.conftest import DATABASE

SERVED = {"ix_tickets_drill": Ticket.drill, "ix_tickets_unsafe": Ticket.company_channels_unsafe}


@pytest.mark.parametrize(("index", "which"), SERVED.items())
def test_few_rows_are_found_without_reading_all(app, index: str, which: ColumnElement[bool]):
    assert index in plan(select(Ticket.id).where(which), index)


def plan(query: Select[int], index: str) -> str:
    """How the database answers when it must not read everything; SQLite fails if it cannot."""
    words = str(query.compile(db.engine))
    if DATABASE == "sqlite":
        named = words.replace("FROM tickets", f"FROM tickets INDEXED BY {index}")
        rows = db.session.execute(text(f"EXPLAIN QUERY PLAN {named}"))
    else:
        db.session.execute(text("SET LOCAL enable_seqscan = off"))
        rows = db.session.execute(text(f"EXPLAIN {words}"))
    return "\n".join(str(row) for row in rows)

"""What is found by words that stand in few tickets, and by words that stand in many."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import event

from hotline import fulltext
from hotline.db import db
from hotline.tickets import queries
from hotline.transaction import transaction
from tests import builders
from tests.builders import NOON

WORDS = "受注端末の画面が消えた"
LONG_AGO = NOON - timedelta(days=30)


@pytest.mark.parametrize("most_hits", [1000, 1])
def test_late_ones_come_first_then_open_ones_the_newest_first(tickets, found, most_hits):
    numbers = [tickets[name] for name in ("late", "late, older", "new", "drill", "ended")]

    assert found(most_hits, limit=9) == numbers


@pytest.mark.parametrize("most_hits", [1000, 1])
def test_the_next_page_begins_behind_the_last_one_seen(tickets, found, most_hits):
    whole = found(most_hits, limit=9)

    assert [one for page in range(5) for one in found(most_hits, limit=1, skip=page)] == whole


@pytest.mark.parametrize("most_hits", [1000, 1])
def test_words_that_stand_nowhere_in_this_order_find_nothing(tickets, found, most_hits):
    assert found(most_hits, limit=9, q="画面の受注") == []


def test_of_common_words_the_late_ones_come_from_the_list_of_promises(tickets, found):
    asked = []
    event.listen(db.engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    found(1, limit=9)
    [first] = [one for one in asked if "ORDER BY tickets.received_at" in one][:1]

    assert re.search(r"IN \(WITH late AS[^(]*\(SELECT followups\.ticket_id", first)


@pytest.fixture
def tickets(app) -> dict[str, str]:
    """Name to number; a sixth ticket has other words."""
    with transaction():
        made = {
            "late, older": builders.ticket(summary=WORDS, received_at=LONG_AGO, now=NOON),
            "late": builders.ticket(summary=WORDS, received_at=LONG_AGO + timedelta(days=1)),
            "new": builders.ticket(summary=WORDS, received_at=NOON - timedelta(minutes=1)),
            "drill": builders.ticket(
                summary=WORDS, received_at=NOON - timedelta(minutes=2), drill=True
            ),
            "ended": builders.ticket(summary=WORDS, received_at=NOON, drill=True),
        }
        made["ended"].status = "closed"
        builders.ticket(summary="なりすましの電子メール")
    return {name: ticket.number for name, ticket in made.items()}


@pytest.fixture
def found(app, monkeypatch):
    """``found(most_hits, limit=9)``: the numbers that a coordinator finds, page after page."""
    with transaction():
        viewer = builders.person("coordinator")

    def look(most_hits: int, *, limit: int, skip: int = 0, q: str = "受注端末") -> list[str]:
        monkeypatch.setattr(fulltext, "MOST_HITS", most_hits)
        after, hits = None, []
        for _ in range(skip + 1):
            hits = queries.search(q, viewer, limit, now=NOON, after=after)
            if hits:
                last = hits[-1]
                after = (last.rank, last.ticket.received_at, last.ticket.id)
        return [hit.ticket.number for hit in hits]

    return look

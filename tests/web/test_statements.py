"""How many statements each list and page costs: as many for thirty rows as for three.

The numbers stand here, so that a page that becomes dearer is seen when it does.
"""

from datetime import timedelta

import pytest

from hotline import clock
from hotline.calls.rules import Status
from hotline.coordination.rules import TaskStatus
from hotline.followups import service as followups
from hotline.tickets import service as tickets
from hotline.timeline.rules import Audience
from hotline.transaction import transaction
from tests import builders, partners
from tests.builders import NOON
from tests.web.desk import colleague, opened, take

DAY = timedelta(days=1)

COSTS = {
    "/tickets": 5,
    "/tickets?q=試験": 6,
    "/calls": 7,
    "/calls/missed": 5,
    "/attention": 10,
    "/search?q=試験": 9,
}
"""Address to statements: who asks, the rows, what stands beside them, the frame, the audit."""


def asked(sent: list[str]) -> int:
    """Without what SQLite needs to begin."""
    return sum(not one.startswith(("BEGIN", "PRAGMA")) for one in sent)


def more(number: int) -> None:
    """So many tickets each of which something is owed and nothing, and as many missed calls."""
    for _ in range(number):
        take(opened(), colleague())
        ended = opened()
        with transaction():
            followups.keep(builders.promise_of(ended), by_id=1, now=NOON)
            builders.call(received_at=clock.now(), ticket_id=ended.id)
            builders.call(status=Status.MISSED, received_at=NOON - DAY)


@pytest.mark.parametrize("path", COSTS)
def test_a_list_asks_as_often_for_thirty_rows_as_for_three(desk, statements, path):
    counts = []
    for number in (3, 17):
        more(number)
        with statements() as sent:
            assert desk.get(path).status_code == 200
        counts.append(asked(sent))

    assert counts == [COSTS[path]] * 2


def grown(ticket, number: int) -> None:
    """So many of everything that stands on the page of a ticket."""
    with transaction():
        for _ in range(number):
            task = partners.task(ticket, status=TaskStatus.OFFERED)
            partners.offer(task, partners.vendor())
            partners.cost_line(ticket, task)
            builders.call(ticket_id=ticket.id)
            tickets.add_note(
                ticket, "電話した。", audience=Audience.STAFF, by_id=builders.person().id, now=NOON
            )


def test_the_page_of_a_ticket_costs_the_same_however_long_its_story_is(desk, statements):
    ticket, counts = opened(), []
    for number in (3, 27):
        grown(ticket, number)
        with statements() as sent:
            assert desk.get(f"/tickets/{ticket.number}").status_code == 200
        counts.append(asked(sent))

    assert counts == [6, 6]


@pytest.mark.parametrize(("path", "cost"), [("/api/v1/tickets", 6), ("/api/v1/calls", 4)])
def test_a_list_for_programs_asks_as_often_for_thirty_rows_as_for_three(
    desk, statements, path, cost
):
    with transaction():
        token, counts = builders.token(desk.person), []
    for number in (3, 17):
        more(number)
        with statements() as sent:
            answer = desk.client.get(path, headers={"Authorization": f"Bearer {token}"})
            assert answer.status_code == 200
        counts.append(asked(sent))

    assert counts == [cost] * 2

"""What is to be done over all tickets, the most urgent first, each with the one act it needs."""

from collections.abc import Iterable
from datetime import datetime

from flask import url_for

from hotline.deadlines.models import Clock
from hotline.duty.models import Page
from hotline.edge import words
from hotline.edge.language import gettext
from hotline.tickets.models import Ticket
from hotline.web import formats
from hotline.web.board import member_side, promises, tasks
from hotline.web.board.rows import LANES, Act, Row, Work, calm, lane, open_
from hotline.web.deadlines import clocks


def rows(work: Work, *, now: datetime) -> list[Row]:
    """Everything to do, late first, then by time."""
    found = [
        *(_page(page, ticket, now) for page, ticket in work.pages),
        *(
            one
            for ticket, followup in work.promises
            for one in promises.rows(work, ticket, followup, now)
        ),
        *(one for task, ticket in work.tasks if (one := tasks.row(work, task, ticket, now))),
        *(_clock(clock, ticket, now) for clock, ticket in work.clocks),
        *member_side.rows(work, now=now),
    ]
    order = list(LANES)
    return sorted(found, key=lambda one: (order.index(one.lane), one.at, one.ticket.id))


def lanes(found: Iterable[Row]) -> list[tuple[str, str, list[Row]]]:
    """The rows in their groups: code, title, rows; empty groups are left out."""
    groups: dict[str, list[Row]] = {code: [] for code in LANES}
    for row in found:
        groups[row.lane].append(row)
    return [(code, gettext(LANES[code]), rows) for code, rows in groups.items() if rows]


def _page(page: Page, ticket: Ticket, now: datetime) -> Row:
    path = url_for("workflow.take_page", number=ticket.number, page_id=page.id)
    return Row(
        "drill" if ticket.drill else "late",
        page.opened_at,
        calm(ticket, formats.unanswered(page.opened_at, now=now)),
        gettext("Take up what people are rung for"),
        ticket,
        Act(path, gettext("Take up"), posts=True, icon="bell-slash"),
        gettext(words.CAUSES.get(page.cause, page.cause)),
    )


def _clock(clock: Clock, ticket: Ticket, now: datetime) -> Row:
    drawn = clocks.drawn(clock, now=now, drill=ticket.drill)
    near = drawn.when.kind == "is-due"
    group = lane(ticket, clock.due_at, now, late=now >= clock.due_at)
    if near and group == "later":
        group = "today"
    return Row(
        group,
        clock.due_at,
        drawn.when,
        gettext("Report: %(clock)s", clock=drawn.label),
        ticket,
        open_(url_for("tickets.show", number=ticket.number, _anchor="clocks")),
    )

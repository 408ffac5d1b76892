"""The rows of the member's side: somebody waits for an answer, a contact, what did not come."""

from collections.abc import Iterator
from datetime import datetime

from flask import url_for

from hotline.edge.language import gettext, ngettext
from hotline.messages.models import Need
from hotline.messages.rules import is_overdue
from hotline.tickets.models import ContactChange, Ticket
from hotline.web import formats
from hotline.web.board.rows import Act, Row, Work, calm, lane, since_when


def rows(work: Work, *, now: datetime) -> Iterator[Row]:
    """A row for each ticket on which a member waits, each contact, and each need with a time."""
    yield from (_wrote(ticket, found, since, now) for ticket, found, since in work.wrote)
    yield from (_given(change, ticket, now) for change, ticket in work.given)
    yield from (_need(need, ticket, now) for need, ticket in work.needs)


def _wrote(ticket: Ticket, found: int, since: datetime, now: datetime) -> Row:
    said = ngettext("The member wrote", "The member wrote %(num)s messages", found)
    act = Act(_at(ticket, "thread"), gettext("Read and answer"))
    return Row(
        "drill" if ticket.drill else "now",
        since,
        since_when(ticket, since, now, "is-due"),
        said,
        ticket,
        act,
    )


def _given(change: ContactChange, ticket: Ticket, now: datetime) -> Row:
    return Row(
        "drill" if ticket.drill else "now",
        change.given_at,
        since_when(ticket, change.given_at, now, "is-due"),
        gettext("Check another contact by a call"),
        ticket,
        Act(_at(ticket, "contacts"), gettext("Check it")),
        formats.contact(change.field),
    )


def _need(need: Need, ticket: Ticket, now: datetime) -> Row:
    due_at, late = need.due_at or now, is_overdue(need, now=now)
    if late:
        what = gettext("Ask the member again, or tick what came")
    else:
        what = gettext("Expected of the member")
    return Row(
        lane(ticket, due_at, now, late=late),
        due_at,
        calm(ticket, formats.due(due_at, due_at, now=now)),
        what,
        ticket,
        Act(_at(ticket, "needs"), gettext("Look")),
        formats.wanted(need.wanted),
        who=need.asked_by_id,
    )


def _at(ticket: Ticket, anchor: str) -> str:
    return url_for("correspondence.show", number=ticket.number, _anchor=anchor)

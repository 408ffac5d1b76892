"""A member's first page: what needs its people first, then what happens next on each ticket."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from flask import render_template, request
from flask.typing import ResponseReturnValue

from hotline import clock, policy
from hotline.duty.rules import LineRule, LinesPolicy
from hotline.edge import progress, requests
from hotline.edge.access import allow
from hotline.edge.identity import person
from hotline.edge.progress import Said, Shown
from hotline.messages import queries as messages
from hotline.messages.models import Need
from hotline.people.models import Person
from hotline.people.rules import Role
from hotline.tickets import queries
from hotline.tickets.models import Ticket
from hotline.tickets.queries import Wanted
from hotline.tickets.rules import Status
from hotline.web.costs import estimates
from hotline.web.portal.frame import bp
from hotline.web.tickets.listing import parse_key

MOST_GOING_ON = 100
PAGE = 20
"""Tickets that have ended, on one page."""

LAST = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Row:
    """One ticket: what is, what was promised, and what it needs from its people."""

    ticket: Ticket
    said: Said
    promise: Shown | None
    needs: Sequence[Need] = ()
    estimates: int = 0

    @property
    def urgency(self) -> tuple[bool, datetime, int]:
        """What needs somebody first, then by the next promise, then the newest call."""
        due_at = self.promise.due_at if self.promise else LAST
        return (not self.needs and not self.estimates, due_at, -self.ticket.id)


@dataclass(frozen=True)
class Found:
    """What the page shows; ``following`` is the key of the next page of ended ones, "" for none."""

    rows: list[Row] = field(default_factory=list)
    ended: list[Ticket] = field(default_factory=list)
    following: str = ""


@bp.get("")
@allow(Role.MEMBER)
def home() -> ResponseReturnValue:
    """The tickets this person may see, those first that need something."""
    viewer, now = person(), clock.now()
    waiting = estimates.of_viewer(viewer)["estimates"]
    found = _found(viewer, [ticket.id for _, _, ticket in waiting], now=now)
    requests.note_read("list:tickets")
    return render_template(
        "portal/home.html",
        found=found,
        estimates=waiting,
        asked=sum(len(row.needs) + row.estimates for row in found.rows),
        lines=_lines(found),
        now=now,
    )


def _found(viewer: Person, to_approve: Sequence[int], *, now: datetime) -> Found:
    after = request.args.get("after", "")
    wanted = Wanted(going_on=False, after=parse_key(after) if after else None)
    ended = queries.newest(wanted, viewer, PAGE + 1)
    following = _key(ended[PAGE - 1]) if len(ended) > PAGE else ""
    going_on = queries.newest(Wanted(going_on=True), viewer, MOST_GOING_ON)
    return Found(_rows(going_on, to_approve, now=now), ended[:PAGE], following)


def _rows(tickets: Collection[Ticket], to_approve: Sequence[int], *, now: datetime) -> list[Row]:
    needs = messages.open_needs([one.id for one in tickets])
    promises = progress.promised_of(tickets, now=now)
    rows = (
        Row(
            one,
            progress.WORDS[Status(one.status)],
            promises[one.id],
            needs.get(one.id, ()),
            to_approve.count(one.id),
        )
        for one in tickets
    )
    return sorted(rows, key=lambda row: row.urgency)


def _key(ticket: Ticket) -> str:
    return f"{ticket.received_at.isoformat()},{ticket.id}"


def _lines(found: Found) -> Sequence[LineRule]:
    """The lines these people called so far; all of them where that says nothing."""
    lines = policy.get(LinesPolicy).lines
    called = {one.line for one in [*(row.ticket for row in found.rows), *found.ended]}
    return [one for one in lines if one.code in called] or list(lines)

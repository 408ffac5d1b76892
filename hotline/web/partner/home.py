"""A partner's first page: what waits for its answer, and its tasks with whose turn it is."""

from dataclasses import dataclass
from datetime import datetime

from flask import render_template
from flask.typing import ResponseReturnValue

from hotline import clock, policy
from hotline.coordination.queries import own
from hotline.coordination.queries.own import Own
from hotline.coordination.rules.offers import Standing
from hotline.duty.rules import LinesPolicy
from hotline.edge import requests
from hotline.edge.access import allow
from hotline.edge.identity import person
from hotline.people.rules import Role
from hotline.vendors.models import Vendor
from hotline.web.partner import briefs
from hotline.web.partner.briefs import Brief
from hotline.web.partner.frame import bp, company
from hotline.web.partner.turns import Turn, turn


@dataclass(frozen=True)
class Row:
    """One task as the list shows it."""

    one: Own
    brief: Brief
    turn: Turn


@bp.get("")
@allow(Role.VENDOR)
def home() -> ResponseReturnValue:
    """Requests to answer, the next to end first; then what is the partner's turn, late first."""
    now = clock.now()
    vendor = company(now=now)
    rows = _rows(vendor, now=now) if vendor else []
    requests.note_read("list:tasks")
    asked = [row for row in rows if row.one.standing is Standing.OFFERED]
    running = [row for row in rows if row.one.standing is not Standing.OFFERED]
    return render_template(
        "partner/home.html",
        vendor=vendor,
        asked=sorted(asked, key=_by_time),
        ours=sorted((row for row in running if row.turn.ours), key=_by_time),
        theirs=sorted((row for row in running if not row.turn.ours), key=_by_age),
        line=policy.get(LinesPolicy).lines[0],
        now=now,
    )


def _rows(vendor: Vendor, *, now: datetime) -> list[Row]:
    listed = own.own_tasks(person(), vendor.id, now=now)
    quoted = own.quoted([one.task.id for one in listed], vendor.id)
    return [
        Row(
            one,
            briefs.of(one.task, one.ticket, one.offer),
            turn(one, quoted=one.task.id in quoted, now=now),
        )
        for one in listed
    ]


def _by_time(row: Row) -> tuple[bool, float, int]:
    """What has a time first, the earliest before the others: late comes first by that."""
    by = row.turn.by
    return by is None, by.timestamp() if by else row.turn.since.timestamp(), row.one.task.id


def _by_age(row: Row) -> tuple[float, int]:
    return row.turn.since.timestamp(), row.one.task.id

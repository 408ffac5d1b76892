"""The coordinator's board: what is to be done next over all tickets, who is asked, what ticks."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from hotline import clock
from hotline.clock import TOKYO
from hotline.deadlines.models import Clock
from hotline.edge import requests
from hotline.edge.access import allow
from hotline.edge.identity import person
from hotline.people import queries as people
from hotline.people.rules import DESK, READERS
from hotline.tickets.models import Ticket
from hotline.tickets.rules import RESPONSIBLE
from hotline.web import live
from hotline.web.board import asked as asking
from hotline.web.board import reading, todo
from hotline.web.board.asked import Asked
from hotline.web.board.reading import Read, Waiting
from hotline.web.deadlines import clocks
from hotline.web.deadlines.clocks import Drawn

bp = Blueprint("board", __name__)

LATER_SHOWN = 10
BESIDE_SHOWN = 12


@dataclass(frozen=True)
class Asking:
    """An offer that waits, from when until when, in Japan and where the partner is."""

    waiting: Waiting
    since: datetime
    by: datetime
    there: str = ""


@bp.get("/board")
@allow(READERS)
def show() -> ResponseReturnValue:
    """Everything that waits for the desk, late first; beside it who is asked and what ticks."""
    now, viewer = clock.now(), person()
    asked = asking.read(viewer)
    found = reading.read(viewer)
    rows = todo.rows(found.work, now=now)
    mine = [row for row in rows if asked.wants(row.ticket, [row.who])]
    later = [row for row in mine if row.lane == "later"]
    hidden = [] if asked.shows_all_later else later[LATER_SHOWN:]
    news = {
        "lanes": todo.lanes(row for row in mine if row not in hidden),
        "counts": [(title, len(found)) for _, title, found in todo.lanes(mine)],
        "late": sum(row.lane == "late" for row in mine),
        "hidden": len(hidden),
        **_beside(asked, found, now),
        "names": people.names([row.ticket.coordinator_id or row.who for row in mine]),
        "asked": asked,
        "may_act": bool(viewer.roles & DESK),
        "may_take": bool(viewer.roles & RESPONSIBLE),
        "now": now,
    }
    if requests.is_poll():
        return live.answer("board/_board.html", **news)
    requests.note_read("list:board", **asked.given)
    counted = asking.counted(asked, ((row.ticket, [row.who]) for row in rows))
    return render_template(
        "board/show.html", **news, counted=counted, choices=asking.choices(), viewer=viewer
    )


def _beside(asked: Asked, found: Read, now: datetime) -> dict[str, object]:
    """The offers without an answer and the clocks that run, as far as they are asked for."""
    offers = [one for one in found.waiting if asked.wants(one.ticket, [one.offer.made_by_id])]
    ticking = [(one, ticket) for one, ticket in found.clocks if asked.wants(ticket, [])]
    return {
        "offers": [_asking(one) for one in offers[:BESIDE_SHOWN]],
        "more_offers": max(len(offers) - BESIDE_SHOWN, 0),
        "clocks": _drawn(ticking[:BESIDE_SHOWN], now),
        "more_clocks": max(len(ticking) - BESIDE_SHOWN, 0),
    }


def _drawn(
    ticking: Iterable[tuple[Clock, Ticket]], now: datetime
) -> Sequence[tuple[Drawn, Ticket]]:
    return [(clocks.drawn(one, now=now, drill=ticket.drill), ticket) for one, ticket in ticking]


def _asking(one: Waiting) -> Asking:
    since = reading.when_asked(one)
    by = one.offer.reply_by or since
    zone = ZoneInfo(one.vendor.zone)
    local = by.astimezone(zone)
    abroad = local.utcoffset() != by.astimezone(TOKYO).utcoffset()
    return Asking(one, since, by, f"{local.hour}:{local.minute:02}" if abroad else "")

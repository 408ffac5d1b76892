"""What needs somebody at once: late promises, pages nobody took, what did not arrive, trouble."""

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hotline import clock, heartbeats
from hotline.calendars import service as calendars
from hotline.calls import queries as calls
from hotline.calls import rules as calling
from hotline.clock import TOKYO
from hotline.duty import queries as duty
from hotline.duty.rules import MAY_TAKE
from hotline.edge import requests
from hotline.edge.access import allow
from hotline.edge.identity import person
from hotline.edge.language import current, gettext
from hotline.edge.words import ROLES
from hotline.notices import queries as notices
from hotline.notices import service as telling
from hotline.notices.models import Notice
from hotline.people import queries as people
from hotline.people.models import Person
from hotline.people.rules import DESK, READERS, STAFF, Role
from hotline.tickets import queries as tickets
from hotline.web import live
from hotline.web.tickets import listing as ticket_list

bp = Blueprint("attention", __name__)

PAGE = 50
MAY_RETRY = DESK | {Role.ADMINISTRATOR}


@dataclass(frozen=True)
class Undelivered:
    """One notice that did not arrive: to whom it was meant to go, and about which ticket."""

    notice: Notice
    name: str
    number: str


@bp.get("/attention")
@allow(STAFF)
def show() -> ResponseReturnValue:
    """Everything that is late or broken now; administrators see no tickets and calls."""
    now, viewer = clock.now(), person()
    news = {
        **(_cases(viewer, now) if viewer.roles & READERS else {}),
        **_undelivered(),
        "silent": heartbeats.silent(now=now),
        "uncovered": [cover for cover in duty.covers(now) if cover.gaps],
        "role_names": ROLES,
        "calendar_ends": _calendar_ends(now),
        "may_act": bool(viewer.roles & DESK),
        "may_retry": bool(viewer.roles & MAY_RETRY),
        "may_take": bool(viewer.roles & MAY_TAKE),
        "reads_cases": bool(viewer.roles & READERS),
        "now": now,
    }
    if requests.is_poll():
        return live.answer("attention/_list.html", **news)
    requests.note_read("list:attention")
    return render_template("attention/show.html", **news)


@bp.post("/attention/notices/<int:notice_id>/retry")
@allow(MAY_RETRY)
def retry(notice_id: int) -> ResponseReturnValue:
    """Try a notice once more, now: somebody repaired the cause."""
    telling.retry(notice_id, by_id=person().id, now=clock.now())
    flash(gettext("The notice is being sent once more."))
    return redirect(url_for(".show"), code=303)


def _cases(viewer: Person, now: datetime) -> dict[str, object]:
    missed = calls.missed(now, limit=PAGE + 1, until=now - calling.WAITS_TOO_LONG)
    late = tickets.late(viewer, PAGE + 1, now=now)
    return {
        "pages": duty.open_pages(),
        "late": late[:PAGE],
        "callable": ticket_list.callable_ones(late[:PAGE]),
        "more_late": len(late) > PAGE,
        "missed": missed[:PAGE],
        "numbers": tickets.numbers([call.ticket_id for call in missed]),
        "more_missed": len(missed) > PAGE,
        "coordinators": people.names([row.ticket.coordinator_id for row in late]),
    }


def _undelivered() -> dict[str, object]:
    """One page of what failed or was given up, and where the following one begins."""
    after = request.args.get("after", "")
    found = notices.unsent(PAGE + 1, ticket_list.parse_key(after) if after else None)
    names = people.names([one.person_id for one in found])
    last = found[PAGE - 1] if len(found) > PAGE else None
    return {
        "undelivered": [
            Undelivered(one, names.get(one.person_id, ""), str(one.facts.get("number", "")))
            for one in found[:PAGE]
        ],
        "following": f"{last.due_at.isoformat()},{last.id}" if last else "",
    }


def _calendar_ends(now: datetime) -> str:
    """What to do about the list of holidays that ends soon; "" while there is time."""
    warning = calendars.current("hotline").warning(now.astimezone(TOKYO).date())
    return str(getattr(warning, current(), "")) if warning else ""

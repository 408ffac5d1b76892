"""The console: what rings now, for whoever is on duty for its line, and one press to take it."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from hotline import clock
from hotline.calls import queries
from hotline.calls import service as calls
from hotline.clock import TOKYO
from hotline.duty import queries as duty
from hotline.duty.queries import ANSWERING
from hotline.edge import language, requests
from hotline.edge.access import allow
from hotline.edge.identity import person
from hotline.edge.language import gettext
from hotline.errors import Missing
from hotline.members import service as companies
from hotline.members.rules import Entitlement
from hotline.people.models import Person
from hotline.people.rules import DESK
from hotline.tickets import queries as tickets
from hotline.tickets.models import Ticket
from hotline.web import formats, typed
from hotline.web.console import ringing
from hotline.web.console.moments import Moments
from hotline.web.console.pane import beside, caller_fields, company_of
from hotline.web.members.entitled import in_words

__all__ = ["beside", "bp", "caller_fields", "company_of"]

bp = Blueprint("console", __name__)

_pieces: Moments[str] = Moments()
_written: Moments[str] = Moments()
"""What fifty screens are told at the same moment is written once, by the digest of what it says."""

DESK_PAGE = "intake.show"
"""The page of a ticket whose own call has a strip of its own there."""

MINE, MISSED = 10, 5
"""So many of one's own calls of the day, and of the missed ones, stand on the page."""


@bp.get("/console")
@allow(ANSWERING)
def show() -> ResponseReturnValue:
    """Everything one needs while waiting for a call, and the calls themselves."""
    now, viewer = clock.now(), person()
    found = ringing.screen(viewer, now=now)
    shifts = duty.own_shifts(viewer.id, now)
    page: dict[str, Any] = {"now": now, "on_duty": found is not None, "shifts": _answering(shifts)}
    if found is not None:
        requests.note_read("list:console")
        page |= _waiting(found, viewer, now=now)
    return render_template("console/show.html", **page)


@bp.get("/console/ringing")
@allow(ANSWERING)
def news() -> ResponseReturnValue:
    """The calls that ring for whoever asks, or 304 when nothing has changed; 204 off duty.

    A page that somebody on duty looks at keeps its session: nobody misses a call for waiting.
    """
    now, viewer = clock.now(), person()
    found = ringing.glance(viewer, now=now)
    if found is None or request.headers.get("X-Watching") != "1":
        requests.is_poll()
    if found is None:
        return "", 204
    ticket = _ticket_of_the_page(request.args.get("on", ""), viewer)
    view = request.args.get("view", "")
    line = ringing.on_the_line(ticket, viewer, now=now) if ticket is not None else None
    found = ringing.without_own(found, ticket)
    etag = ringing.digest(found, view, line and line.key)
    answer = Response(content_type="text/html; charset=utf-8")
    answer.set_etag(etag)
    answer.headers["X-At"] = now.isoformat()
    if not request.if_none_match.contains(etag):
        template = "console/_cards.html" if view == "cards" else "console/_news.html"

        def write() -> str:
            rows = ringing.rows(found, now=now)
            shown = {"rings": rows, "line": line, "ticket": ticket, "now": now}
            return render_template(template, answers=answers_calls(viewer), **shown)

        # The strip of a ticket's own call holds forms, with the token of one session.
        answer.set_data(_written.get(etag, write) if ticket is None else write())
    return answer.make_conditional(request)


@bp.post("/console/calls/<int:call_id>/take")
@allow(ANSWERING)
def take(call_id: int) -> ResponseReturnValue:
    """Take a ringing call; its ticket is opened, or it goes on in the one that is named."""
    viewer, call = person(), queries.by_id(call_id)
    if call is None:
        raise Missing()
    into = request.form.get("into", "")
    ticket = calls.claim(
        call,
        by=viewer,
        now=clock.now(),
        into=tickets.by_number(into, viewer) if into else None,
    )
    ringing.forget()
    return _go(url_for(DESK_PAGE, number=ticket.number))


@bp.post("/tickets/<number>/caller-number")
@allow(DESK)
def belongs(number: str) -> ResponseReturnValue:
    """The number the caller rang from belongs to this company, or to somebody there."""
    ticket = tickets.by_number(number, person())
    member = company_of(request.form.get("member", ""))
    if member is None:
        raise Missing()
    contact = request.form.get("contact", "")
    companies.number_belongs_to(
        member,
        formats.phone(ticket.caller_phone),
        contact_id=typed.parse_id(contact) if contact else None,
        version=request.form.get("version", 0, type=int),
        by_id=person().id,
        now=clock.now(),
    )
    flash(gettext("The number is on file with %(name)s.", name=member.name))
    return redirect(url_for(DESK_PAGE, number=ticket.number), code=303)


def _waiting(found: ringing.Screen, viewer: Person, *, now: datetime) -> dict[str, Any]:
    """What stands on the console beside the cards."""
    today = datetime.combine(now.astimezone(TOKYO).date(), time(), TOKYO)
    tomorrow = today + timedelta(days=1)
    mine = queries.answered_by(viewer.id, since=today, before=tomorrow, limit=MINE)
    missed = [one for one in queries.missed(now) if one.line in found.lines]
    return {
        "rings": ringing.rows(found, now=now),
        "lines": sorted(found.lines),
        "colleagues": ringing.colleagues(found.lines, now=now),
        "mine": mine,
        "missed": missed[:MISSED],
        "more_missed": len(missed) > MISSED,
        "numbers": tickets.numbers([call.ticket_id for call in (*mine, *missed)]),
    }


def _answering(shifts: list[duty.Duty]) -> list[duty.Duty]:
    """The shifts in which the telephone is answered."""
    return [one for one in shifts if one.shift.role in ANSWERING]


def _ticket_of_the_page(number: str, viewer: Person) -> Ticket | None:
    """The ticket whose page is open; None for any other page."""
    try:
        return tickets.by_number(number, viewer) if number else None
    except Missing:
        return None


def _go(path: str) -> ResponseReturnValue:
    """On to the next page; a script is told where, so that a refusal leaves the page as it is."""
    if request.headers.get("X-Fragment") == "1":
        return "", 204, {"X-Go-To": path}
    return redirect(path, code=303)


# The strips below the top bar of every page


@bp.record_once
def _install(state: BlueprintSetupState) -> None:
    words = state.app.jinja_env
    words.globals["answers_calls"] = answers_calls
    words.globals["once"] = once
    words.globals["ringing_for"] = ringing_for
    words.filters["entitled_flags"] = entitled_flags


def answers_calls(viewer: Person) -> bool:
    """Whether this person may be on duty for a telephone."""
    return bool(viewer.roles & set(ANSWERING))


def once(row: ringing.Row, write: Callable[..., str], *arguments: Any) -> str:
    """What ``write`` says of a call, written once for all screens that show it alike."""
    shown = (row.call, row.standing, row.taker, row.place, row.free)
    key = (language.current(), write.name, shown, *arguments[1:])  # type: ignore[attr-defined]  # a macro of Jinja
    return _pieces.get(key, lambda: write(row, *arguments))


def entitled_flags(found: Entitlement) -> list[dict[str, Any]]:
    """What a company may ask for, in a word or two each."""
    flags: list[dict[str, Any]] = in_words(found)["flags"]
    return flags


def ringing_for(viewer: Person) -> dict[str, Any]:
    """What the strips of this page need; nothing rings for who is off duty."""
    now = clock.now()
    found = ringing.screen(viewer, now=now)
    on = _number_of_this_page()
    rows = []
    if found is not None:
        ticket = _ticket_of_the_page(on, viewer)
        rows = ringing.rows(ringing.without_own(found, ticket), now=now)
    return {"on_duty": found is not None, "rings": rows, "on": on, "now": now}


def _number_of_this_page() -> str:
    given = request.view_args or {}
    return str(given.get("number", "")) if request.endpoint == DESK_PAGE else ""

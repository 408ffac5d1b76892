"""What is done in the right column of the desk: said, sent, read back, and not waited for.

A script sends these behind the typing and gets JSON; without one each is a button that comes back
to the same place.
"""

from collections.abc import Callable
from datetime import datetime
from functools import partial, wraps
from typing import Any

from flask import (
    Blueprint,
    flash,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue

from hotline import clock
from hotline.db import db
from hotline.edge import errors, requests
from hotline.edge.access import allow
from hotline.edge.identity import person
from hotline.edge.language import gettext
from hotline.errors import N_, Invalid, Refused
from hotline.people import queries as people
from hotline.people.rules import DESK
from hotline.tickets import queries
from hotline.tickets import service as tickets
from hotline.tickets.models import Ticket
from hotline.web import formats
from hotline.web.saying import rail

bp = Blueprint("saying", __name__)

NOTHING_SENT = N_("Nothing is sent: no safe way is known, or it is on its way already.")
RINGING = N_("Whoever is on call is rung now, one after the other until somebody takes it.")
OWED_NOW = N_("This is a P1 and is owed now.")

Told = dict[str, Any]
"""What a script hears of it; the ``sentence``, where there is one, stands on the page without."""


def _beside(place: str) -> Callable[[Callable[..., Told]], Callable[..., ResponseReturnValue]]:
    """Make a verb on a ticket a view, whose button stands at ``place`` of the desk."""

    def wrap(verb: Callable[..., Told]) -> Callable[..., ResponseReturnValue]:
        @wraps(verb)
        def view(number: str, **words: str) -> ResponseReturnValue:
            return _act(number, place, partial(verb, **words))

        return view

    return wrap


def _act(number: str, place: str, verb: Callable[..., Told]) -> ResponseReturnValue:
    """Do it and go back; a script hears what came of it, also when it was refused."""
    ticket = queries.by_number(number, person())
    try:
        told = verb(ticket, now=clock.now())
    except (Refused, Invalid) as problem:
        if not _is_script():
            raise
        return _refused(problem)
    if _is_script():
        return jsonify(told)
    if sentence := told.get("sentence"):
        flash(sentence)
    return redirect(url_for("intake.show", number=ticket.number, _anchor=place), code=303)


@bp.post("/tickets/<number>/advice/<code>")
@allow(DESK)
@_beside("advice-h")
def said(ticket: Ticket, code: str, *, now: datetime) -> Told:
    """A line of advice was read out, at the time the browser remembers."""
    kept = tickets.advise(
        ticket,
        code,
        as_read=request.form.get("as_read", ""),
        said_at=requests.said_at(now),
        by_id=person().id,
        now=now,
    )
    return _at(kept.said_at, kept.said_by_id)


@bp.post("/tickets/<number>/advice/<code>/unsaid")
@allow(DESK)
@_beside("advice-h")
def unsaid(ticket: Ticket, code: str, *, now: datetime) -> Told:
    """It was not read out after all."""
    tickets.unsay(ticket, code, by_id=person().id, now=now)
    return {}


@bp.post("/tickets/<number>/advice")
@allow(DESK)
@_beside("advice-h")
def send(ticket: Ticket, *, now: datetime) -> Told:
    """Send the caller where to read again what was said, by every safe way."""
    told = tickets.send_advice(ticket, by_id=person().id, now=now)
    if not told:
        return {"sentence": gettext(NOTHING_SENT)}
    channels = formats.listed([formats.channel(one) for one in told])
    sent = gettext("The link to the advice goes out by: %(channels)s", channels=channels)
    return {"sentence": sent}


@bp.post("/tickets/<number>/code")
@allow(DESK)
@_beside("promise-h")
def code(ticket: Ticket, *, now: datetime) -> Told:
    """Give a ticket from before there were codes its six digits."""
    tickets.code_of(ticket, by_id=person().id, now=now)
    return {}


@bp.post("/tickets/<number>/read-back/<item>")
@allow(DESK)
@_beside("read-back")
def repeat(ticket: Ticket, item: str, *, now: datetime) -> Told:
    """The caller heard it and said that it is right."""
    kept = tickets.read_back(
        ticket,
        item,
        digest=request.form.get("as_read", ""),
        said_at=requests.said_at(now),
        by_id=person().id,
        now=now,
    )
    return _at(kept.said_at, kept.said_by_id)


@bp.post("/tickets/<number>/read-back/<item>/undo")
@allow(DESK)
@_beside("read-back")
def unrepeat(ticket: Ticket, item: str, *, now: datetime) -> Told:
    """It was not read back after all."""
    tickets.not_read_back(ticket, item, by_id=person().id, now=now)
    return {}


@bp.post("/tickets/<number>/override")
@allow(DESK)
@_beside("promise-h")
def override(ticket: Ticket, *, now: datetime) -> Told:
    """P1: the call is owed now, and whoever is on call is rung."""
    reason = request.form.get("reason", "")
    fresh = tickets.override(ticket, reason=reason, by_id=person().id, now=now)
    return {"sentence": gettext(RINGING if fresh and not ticket.drill else OWED_NOW)}


@bp.get("/tickets/<number>/rung")
@allow(DESK)
def rung(number: str) -> ResponseReturnValue:
    """Who is being rung now and who took it; a page that is open asks for it every few seconds.

    It names people on duty alone, so it is no read of what the ticket holds.
    """
    ticket = queries.by_number(number, person())
    requests.is_poll()
    answer = make_response(render_template("saying/_rung.html", ticket=ticket, **rail.rung(ticket)))
    answer.add_etag()
    return answer.make_conditional(request)


def _refused(problem: Refused | Invalid) -> ResponseReturnValue:
    fields = errors.said(problem) if isinstance(problem, Invalid) else {}
    sentence = next(iter(fields.values()), errors.say(problem))
    db.session.rollback()
    return jsonify(sentence=sentence, fields=fields), 422 if fields else 409


def _at(said_at: datetime, by_id: int | None) -> Told:
    return {"at": formats.clock_seconds(said_at), "by": people.names([by_id]).get(by_id, "")}


def _is_script() -> bool:
    return request.headers.get("X-Fragment") == "1"

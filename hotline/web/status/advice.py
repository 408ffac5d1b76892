"""What was advised on the phone, to be read again: behind our link and the caller's six digits.

The link came by text message and may be read by others; what opens the page was said on the phone
and is nowhere in writing. It stays open in that browser for half an hour.
"""

from datetime import datetime, timedelta

from flask import Blueprint, make_response, redirect, request, session, url_for
from flask.typing import ResponseReturnValue

from hotline import clock, policy
from hotline.duty.rules import LinesPolicy
from hotline.edge import requests, status_links
from hotline.edge.access import public
from hotline.edge.identity import settings
from hotline.edge.language import gettext
from hotline.errors import Slowed
from hotline.tickets import queries, rules
from hotline.tickets import service as tickets
from hotline.tickets.models import SaidAdvice, Ticket
from hotline.web import browsers
from hotline.web.unlisted import unlisted

bp = Blueprint("advice", __name__)

OPEN_FOR = timedelta(minutes=30)
OPENED = "advice"
REMEMBERED = 5
"""So many tickets stay open in one browser."""


@bp.get("/status/<token>/advice")
@public
def show(token: str) -> ResponseReturnValue:
    """What was said, once the code was typed here; the question for the code before."""
    now = clock.now()
    ticket = _behind(token, now=now)
    if ticket is None:
        return _dead()
    if not _is_open(ticket.number, now=now):
        return _form(token, ticket)
    requests.note_read(rules.subject(ticket.number), by="link", part="advice")
    said = queries.said_advice(ticket.id)
    return unlisted(
        "advice/show.html",
        200,
        token=token,
        number=ticket.number,
        groups=[(kind, _of_kind(said, kind)) for kind in (rules.DO, rules.DONT)],
        last_at=max((one.said_at for one in said), default=None),
        line=policy.get(LinesPolicy).line(ticket.line),
        now=now,
    )


@bp.post("/status/<token>/advice")
@public
def unlock(token: str) -> ResponseReturnValue:
    """Compare the six digits; whatever does not fit has one answer, and tries are counted."""
    now = clock.now()
    ticket = _behind(token, now=now)
    if ticket is None:
        return _dead()
    code = request.form.get("code", "")
    if rules.parse_code(code) is None:
        return _form(token, ticket, gettext("The code has six digits. Please type all of them."))
    try:
        found = tickets.check_code(ticket.number, code, source=browsers.address(), now=now)
    except Slowed as slowed:
        return _wait(token, ticket, slowed)
    if found is None:
        sentence = gettext("This is not the code of this number. Please look at it again, or call.")
        return _form(token, ticket, sentence)
    _open(ticket.number, now=now)
    return redirect(url_for(".show", token=token), code=303)


def _behind(token: str, *, now: datetime) -> Ticket | None:
    link = status_links.read(token, settings(), now=now)
    return queries.behind_a_link(link.number) if link else None


def _is_open(number: str, *, now: datetime) -> bool:
    until = session.get(OPENED, {}).get(number, 0)
    return bool(now.timestamp() < until)


def _open(number: str, *, now: datetime) -> None:
    """Remember it in this browser's signed cookie."""
    others = {one: until for one, until in session.get(OPENED, {}).items() if one != number}
    until = int((now + OPEN_FOR).timestamp())
    session[OPENED] = dict([*others.items(), (number, until)][-REMEMBERED:])


def _of_kind(said: list[SaidAdvice], kind: str) -> list[SaidAdvice]:
    return [one for one in said if one.kind == kind]


def _form(token: str, ticket: Ticket, sentence: str = "") -> ResponseReturnValue:
    errors = {"code": sentence} if sentence else {}
    return _question(token, ticket, 422 if sentence else 200, errors)


def _wait(token: str, ticket: Ticket, slowed: Slowed) -> ResponseReturnValue:
    minutes = -(-slowed.retry_after // 60)
    sentence = gettext(
        "Too many codes were tried. Please wait %(minutes)s minutes, or call us.", minutes=minutes
    )
    answer = make_response(_question(token, ticket, 429, {"code": sentence}))
    answer.headers["Retry-After"] = str(slowed.retry_after)
    return answer


def _question(
    token: str, ticket: Ticket, status: int, errors: dict[str, str]
) -> ResponseReturnValue:
    line = policy.get(LinesPolicy).line(ticket.line)
    return unlisted(
        "advice/code.html", status, token=token, number=ticket.number, line=line, errors=errors
    )


def _dead() -> ResponseReturnValue:
    """Whatever is wrong with a link, the same bytes as on the page of the status."""
    return unlisted("advice/dead.html", 404, lines=policy.get(LinesPolicy).lines)

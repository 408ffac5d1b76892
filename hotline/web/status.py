"""What a caller sees who follows the link in our message: where it stands, and when we call.

The link is the only right that is asked for, so the page shows nothing that a stranger who
finds it could use: no company, no names, no numbers but our own.
"""

from flask import Blueprint, make_response, render_template
from flask.typing import ResponseReturnValue

from hotline import clock, policy
from hotline.duty.rules import LinesPolicy
from hotline.edge import requests, status_links
from hotline.edge.access import public
from hotline.edge.identity import settings
from hotline.tickets import queries as tickets
from hotline.tickets.rules import Status
from hotline.web import progress

bp = Blueprint("status", __name__)


@bp.get("/status/<token>")
@public
def show(token: str) -> ResponseReturnValue:
    """Where one ticket stands; whatever is wrong with a link, the answer is the same bytes."""
    now = clock.now()
    link = status_links.read(token, settings(), now=now)
    ticket = tickets.behind_a_link(link.number) if link else None
    if link is None or ticket is None:
        return _unlisted("status/dead.html", 404, lines=policy.get(LinesPolicy).lines)
    requests.note_read(f"ticket:{ticket.number}", by="link")
    status = Status(ticket.status)
    return _unlisted(
        "status/show.html",
        200,
        number=ticket.number,
        received_at=ticket.received_at,
        said=progress.WORDS[status],
        promise=progress.promised(ticket, now=now),
        way=progress.WAY if status in progress.HERE else (),
        here=progress.HERE.get(status),
        line=policy.get(LinesPolicy).line(ticket.line),
        until=link.until,
        token=token,
        advised=len(tickets.said_advice(ticket.id)),
        now=now,
    )


def _unlisted(template: str, code: int, **facts: object) -> ResponseReturnValue:
    answer = make_response(render_template(template, **facts), code)
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    return answer

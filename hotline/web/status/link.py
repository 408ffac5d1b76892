"""What a caller sees who follows the link in our message: where it stands, and when we call.

The link is the only right that is asked for, and others may read the message: the page shows the
number, the status and the time of the next call, and nothing else. The rest is behind a code.
"""

from dataclasses import replace

from flask.typing import ResponseReturnValue

from hotline import clock, policy
from hotline.duty.rules import LinesPolicy
from hotline.edge import progress, requests, status_links
from hotline.edge.access import public
from hotline.edge.identity import settings
from hotline.tickets import queries as tickets
from hotline.tickets.rules import Status
from hotline.web.status.frame import bp
from hotline.web.unlisted import unlisted


@bp.get("/status/<token>")
@public
def show(token: str) -> ResponseReturnValue:
    """Where one ticket stands; whatever is wrong with a link, the answer is the same bytes."""
    now = clock.now()
    link = status_links.read(token, settings(), now=now)
    ticket = tickets.behind_a_link(link.number) if link else None
    if link is None or ticket is None:
        return unlisted("status/dead.html", 404, lines=policy.get(LinesPolicy).lines)
    requests.note_read(f"ticket:{ticket.number}", by="link")
    promise = progress.promised(ticket, now=now)
    return unlisted(
        "status/show.html",
        200,
        number=ticket.number,
        said=progress.WORDS[Status(ticket.status)],
        promise=replace(promise, why="") if promise else None,
        line=policy.get(LinesPolicy).line(ticket.line),
        until=link.until,
        token=token,
        advised=len(tickets.said_advice(ticket.id)),
        now=now,
    )

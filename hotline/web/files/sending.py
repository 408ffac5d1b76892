"""Sending files by a link, without an account: what was sent by it, and nothing else of the ticket.

The link is the only right that is asked for. It shows the ticket's number and what came by the
link itself; nothing can be fetched by it.
"""

from http import HTTPStatus

import structlog
from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from hotline import clock, policy
from hotline.db import db
from hotline.duty.rules import LinesPolicy
from hotline.edge import bodies, errors, limits, requests, upload_links, uploads
from hotline.edge.access import public
from hotline.edge.identity import settings
from hotline.errors import Invalid, Problem, Refused
from hotline.evidence import queries, rules
from hotline.evidence import service as evidence
from hotline.evidence.models import UploadLink
from hotline.evidence.rules import EvidencePolicy, Source
from hotline.tickets import queries as tickets
from hotline.tickets.models import Ticket
from hotline.web.files import page
from hotline.web.unlisted import unlisted

log = structlog.get_logger(__name__)

bp = Blueprint("sending", __name__)


@bp.get("/send/<token>")
@public
def show(token: str) -> ResponseReturnValue:
    """The number, where to choose files, and what came by this link so far."""
    found = _behind(token)
    if found is None:
        return _dead(token)
    requests.note_read(rules.link_subject(found[0].id), by="link")
    return _page(token, *found)


def _sent() -> evidence.Sent | None:
    """For what somebody sends by this link; None when it is dead."""
    found = _behind((request.view_args or {})["token"])
    if found is None:
        return None
    link, ticket = found
    return evidence.Sent("", ticket.id, ticket.number, Source.LINK, link_id=link.id)


@bp.put("/send/<token>/files")
@public
@bodies.streamed
@requests.prepared_by(uploads.stream_for(_sent))
def put(token: str) -> ResponseReturnValue:
    """One file, as a stream of bytes; the answer is JSON with its hash."""
    sent = _sent()
    return _dead(token) if sent is None else uploads.answer(sent, now=clock.now())


@bp.post("/send/<token>/files")
@public
@limits.takes_files(uploads.BODY)
@requests.prepared_by(uploads.draft_for(_sent))
def add(token: str) -> ResponseReturnValue:
    """Files, from a form without script."""
    sent = _sent()
    if sent is None:
        return _dead(token)
    try:
        kept = uploads.put_on_record(sent, now=clock.now())
    except Invalid as invalid:
        return _again(token, invalid.fields["file"], HTTPStatus.UNPROCESSABLE_ENTITY)
    except Refused as refused:
        return _again(token, refused, HTTPStatus.CONFLICT)
    flash(page.kept(len(kept)))
    return redirect(url_for(".show", token=token), code=303)


def _behind(token: str) -> tuple[UploadLink, Ticket] | None:
    """What the link opens."""
    link_id = upload_links.read(token, settings())
    link = queries.link_by_id(link_id) if link_id is not None else None
    if link is None or not queries.is_open(link, now=clock.now()):
        return None
    return link, tickets.by_ids([link.ticket_id])[link.ticket_id]


def _page(
    token: str, link: UploadLink, ticket: Ticket, status: int = HTTPStatus.OK, error: str = ""
) -> Response:
    lines = policy.get(LinesPolicy)
    files = queries.by_link(link.id)
    return unlisted(
        "sending/show.html",
        status,
        token=token,
        number=ticket.number,
        drill=ticket.drill,
        files=files,
        until=link.expires_at,
        largest_mb=uploads.largest_mb(policy.get(EvidencePolicy).link_mb * rules.MEGABYTE),
        line=lines.line(ticket.line),
        errors={"file": error} if error else {},
        now=clock.now(),
    )


def _again(token: str, problem: Problem, status: HTTPStatus) -> ResponseReturnValue:
    db.session.rollback()
    found = _behind(token)
    return _dead(token) if found is None else _page(token, *found, status, errors.say(problem))


def _dead(token: str) -> Response:
    """Whatever is wrong with a link, the same bytes; what it was is noted, and told to nobody."""
    link_id = upload_links.read(token, settings())
    subject = "upload_link" if link_id is None else rules.link_subject(link_id)
    why = "forged" if link_id is None else "over"
    log.warning("upload_link.refused", subject=subject, why=why)
    requests.note_refused(subject, why=why, by="link")
    lines = policy.get(LinesPolicy).lines
    return unlisted("sending/dead.html", HTTPStatus.NOT_FOUND, lines=lines)

"""The files of a ticket for its member: what its side sent, what the desk shared, and sending."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from hotline import clock
from hotline.edge import bodies, limits, requests, uploads
from hotline.edge.access import allow
from hotline.edge.identity import person
from hotline.errors import Missing
from hotline.evidence import queries
from hotline.evidence import service as evidence
from hotline.evidence.rules import OF_THE_MEMBER, Source
from hotline.people.models import Person
from hotline.people.rules import Role
from hotline.tickets import queries as tickets
from hotline.tickets.models import Ticket
from hotline.web.files import giving, page
from hotline.web.portal import frame
from hotline.web.portal.frame import bp


@frame.part
def shown(ticket: Ticket, viewer: Person, *, now: datetime) -> Mapping[str, Any]:
    """What the member's side sent and what was shared with it, the newest first."""
    seen = queries.seen_by_member(ticket.id)
    return {
        "own": [file for file in seen if file.source in OF_THE_MEMBER],
        "shared": [file for file in seen if file.source not in OF_THE_MEMBER],
        "largest_mb": uploads.largest_mb(),
    }


def _sent() -> evidence.Sent:
    """For what this person sends. Raises Missing."""
    number = (request.view_args or {})["number"]
    viewer = person()
    ticket = tickets.by_number(number, viewer)
    return evidence.Sent("", ticket.id, ticket.number, Source.PORTAL, by_id=viewer.id)


@bp.put("/tickets/<number>/files")
@allow(Role.MEMBER)
@bodies.streamed
@requests.prepared_by(uploads.stream_for(_sent))
def put_file(number: str) -> ResponseReturnValue:
    """One file, as a stream of bytes; the answer is JSON with its hash."""
    return uploads.answer(_sent(), now=clock.now())


@bp.post("/tickets/<number>/files")
@allow(Role.MEMBER)
@limits.takes_files(uploads.BODY)
@requests.prepared_by(uploads.draft_for(_sent))
def add_files(number: str) -> ResponseReturnValue:
    """Files, from a form without script."""

    def keep(_ticket: Ticket) -> str:
        return page.kept(len(uploads.put_on_record(_sent(), now=clock.now())))

    return frame.act(number, "files", keep, anchor="files")


@bp.post("/tickets/<number>/files/<int:file_id>")
@allow(Role.MEMBER)
def file(number: str, file_id: int) -> ResponseReturnValue:
    """One of those files, once a scanner has cleared it; it is on record who was given it."""
    viewer = person()
    ticket = tickets.by_number(number, viewer)
    found = queries.by_id(file_id)
    if found is None or found.ticket_id != ticket.id or not queries.is_seen_by_member(found):
        raise Missing()
    return giving.give(found, viewer, now=clock.now())

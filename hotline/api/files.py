"""The files of a ticket: what they are called, their hash, and whether they are free to go out."""

from typing import Any

import marshmallow as ma
from flask import Response, request
from flask_smorest import Blueprint

from hotline import clock
from hotline.api.correspondence import read_of
from hotline.api.schemas import Instant
from hotline.edge import bodies, requests, uploads
from hotline.edge.access import allow
from hotline.edge.identity import person
from hotline.evidence import queries
from hotline.evidence import service as evidence
from hotline.evidence.rules import Source
from hotline.people.rules import DESK, READERS, Role
from hotline.tickets import queries as tickets

bp = Blueprint("api_files", __name__, description="Files of tickets; they are fetched on the pages")

STREAM = {
    "parameters": [
        {
            "in": "header",
            "name": uploads.NAME_HEADER,
            "description": "What the file is called: UTF-8, percent-encoded",
            "schema": {"type": "string"},
        }
    ],
    "requestBody": {
        "required": True,
        "content": {bodies.OPAQUE: {"schema": {"type": "string", "format": "binary"}}},
    },
}


class FileOut(ma.Schema):
    """One file as it came; ``name`` is the sender's, ``scan`` what a virus scanner says of it."""

    id = ma.fields.Integer()
    name = ma.fields.String()
    size = ma.fields.Integer()
    sha256 = ma.fields.String()
    source = ma.fields.String()
    received_at = Instant()
    scan = ma.fields.String()
    shared_at = Instant(allow_none=True)


class Receipt(ma.Schema):
    """What was received: compare ``sha256`` with your own."""

    name = ma.fields.String()
    size = ma.fields.Integer()
    sha256 = ma.fields.String()
    received_at = Instant()


class FilePage(ma.Schema):
    """The newest first."""

    items = ma.fields.List(ma.fields.Nested(FileOut))
    next_cursor = ma.fields.String(allow_none=True)


@bp.route("/tickets/<number>/files")
@allow(READERS, Role.MEMBER)
@bp.response(200, FilePage)
def of_ticket(number: str) -> dict[str, Any]:
    """Every file of a ticket; members see what their side sent and what was shared with them."""
    ticket = read_of(number, "files")
    listed = queries.of_ticket if person().roles & READERS else queries.seen_by_member
    return {"items": listed(ticket.id), "next_cursor": None}


def _sent() -> evidence.Sent:
    """For what the caller sends. Raises Missing."""
    who = person()
    ticket = tickets.by_number((request.view_args or {})["number"], who)
    source = Source.DESK if who.roles & DESK else Source.PORTAL
    return evidence.Sent("", ticket.id, ticket.number, source, by_id=who.id)


@bp.route("/tickets/<number>/files", methods=["PUT"])
@allow(DESK, Role.MEMBER)
@bp.doc(**STREAM)
@bp.response(201, Receipt)
@bodies.streamed
@requests.prepared_by(uploads.stream_for(_sent))
def put(number: str) -> Response:
    """Send one file as it is, as the whole body; cut off, nothing of it is kept.

    The same file sent again is the same file.
    """
    return uploads.answer(_sent(), now=clock.now())

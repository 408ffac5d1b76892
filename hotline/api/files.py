"""The files of a ticket: what they are called, their hash, and whether they are free to go out."""

from typing import Any

import marshmallow as ma
from flask_smorest import Blueprint

from hotline.api.correspondence import read_of
from hotline.api.schemas import Instant
from hotline.edge.access import allow
from hotline.edge.identity import person
from hotline.evidence import queries
from hotline.people.rules import READERS, Role

bp = Blueprint("api_files", __name__, description="Files of tickets; their bytes are on the pages")


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

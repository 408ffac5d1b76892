"""Lists come in pages; a cursor says where the next one begins."""

import base64
import binascii
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

import marshmallow as ma

from hotline.edge.limits import LARGEST_ID
from hotline.errors import N_, Invalid, Problem

T = TypeVar("T")


Place = tuple[datetime, int]
"""The last row that was seen: its time and its id."""


class PageArgs(ma.Schema):
    """What every list takes."""

    limit = ma.fields.Integer(load_default=50, validate=ma.validate.Range(1, 200))
    cursor = ma.fields.String(load_default=None)


def place_of(cursor: str | None) -> Place | None:
    """Where the next page begins. Raises Invalid for a cursor we did not make."""
    if cursor is None:
        return None
    try:
        at, _, row_id = base64.urlsafe_b64decode(cursor.encode()).decode().partition(" ")
        found = datetime.fromisoformat(at), int(row_id)
        found[0].astimezone(UTC)  # There are years whose neighbour cannot be counted.
    except (ValueError, OverflowError, binascii.Error):
        raise _unknown_cursor() from None
    if found[0].tzinfo is None or not 0 <= found[1] <= LARGEST_ID:
        raise _unknown_cursor()
    return found


def page(rows: Sequence[T], limit: int, place: Any) -> tuple[Sequence[T], str | None]:
    """At most ``limit`` of ``rows`` (which were asked for with one more), and the next cursor.

    ``place`` gives the Place of a row.
    """
    if len(rows) <= limit:
        return rows, None
    at, row_id = place(rows[limit - 1])
    return rows[:limit], base64.urlsafe_b64encode(f"{at.isoformat()} {row_id}".encode()).decode()


def _unknown_cursor() -> Invalid:
    return Invalid({"cursor": Problem(N_("Take the cursor from next_cursor of the last answer."))})

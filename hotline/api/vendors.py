"""Partners: whom there is to ask, for what, and who is there now."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import marshmallow as ma
from flask_smorest import Blueprint

from hotline import clock
from hotline.api.schemas import Instant, printable
from hotline.coordination import queries as coordination
from hotline.coordination.rules import FUNCTIONS
from hotline.edge.access import allow
from hotline.edge.requests import note_read
from hotline.people.rules import READERS, Role
from hotline.vendors import queries, rules
from hotline.vendors import service as vendors
from hotline.vendors.models import Vendor

bp = Blueprint("api_vendors", __name__, description="Partners")

SEARCH_LETTERS = 200
VIEWERS = READERS | {Role.ADMINISTRATOR}
"""Administrators write partners down; there is no case text here."""


class VendorArgs(ma.Schema):
    """Which partners are listed; withdrawn ones and those without a contract come only with
    ``all``."""

    function = ma.fields.String(load_default="", validate=ma.validate.OneOf(["", *FUNCTIONS]))
    q = ma.fields.String(
        load_default="", validate=[ma.validate.Length(max=SEARCH_LETTERS), printable]
    )
    all = ma.fields.Boolean(load_default=False)


class FunctionOut(ma.Schema):
    """One thing it can be asked for, and within how many minutes of its own hours it answers."""

    function = ma.fields.String()
    reply_minutes = ma.fields.Integer()


class VendorOut(ma.Schema):
    """One partner; no regions means everywhere in its country, ``load`` is what it does now."""

    id = ma.fields.Integer()
    code = ma.fields.String()
    name = ma.fields.String()
    kana = ma.fields.String()
    country = ma.fields.String()
    functions = ma.fields.List(ma.fields.Nested(FunctionOut))
    languages = ma.fields.List(ma.fields.String())
    regions = ma.fields.List(ma.fields.String())
    round_the_clock = ma.fields.Boolean()
    zone = ma.fields.String()
    open_now = ma.fields.Boolean()
    opens_at = Instant(allow_none=True)
    engaged = ma.fields.Integer(data_key="load")
    capacity = ma.fields.Integer()
    contract_from = ma.fields.Date()
    contract_to = ma.fields.Date(allow_none=True)
    may_be_asked = ma.fields.Boolean()
    version = ma.fields.Integer()


class VendorPage(ma.Schema):
    """All of them: there are dozens, so that ``next_cursor`` is always null."""

    items = ma.fields.List(ma.fields.Nested(VendorOut))
    next_cursor = ma.fields.String(allow_none=True)


@bp.route("/vendors")
@allow(VIEWERS)
@bp.arguments(VendorArgs, location="query")
@bp.response(200, VendorPage)
def list_vendors(args: dict[str, Any]) -> dict[str, Any]:
    """Partners by code; ``q`` is a part of name, reading or code in any spelling."""
    q, now = args["q"].strip(), clock.now()
    found = queries.search(q, function=args["function"])
    if not args["all"]:
        today = rules.contract_day(now)
        found = [one for one in found if queries.is_partner(one, on=today)]
    note_read("list:vendors", **({"q": q} if q else {}))
    return {"items": shapes(found, now=now), "next_cursor": None}


@bp.route("/vendors/<int:vendor_id>")
@allow(VIEWERS)
@bp.response(200, VendorOut)
def read_vendor(vendor_id: int) -> dict[str, Any]:
    """One partner, also one that was withdrawn."""
    found = queries.by_id(vendor_id)
    note_read(vendors.subject(found.id))
    return shapes([found], now=clock.now())[0]


def shapes(found: Sequence[Vendor], *, now: datetime) -> list[dict[str, Any]]:
    """Partners as ``VendorOut`` dumps them."""
    calendars = queries.calendars_of(found)
    load = coordination.engagements([one.id for one in found])
    today = rules.contract_day(now)
    return [
        {
            **{name: getattr(one, name) for name in PLAIN},
            "functions": one.functions,
            "open_now": calendars[one.id].is_open(now),
            "opens_at": rules.next_opening(calendars[one.id], now),
            "engaged": load[one.id],
            "may_be_asked": queries.is_partner(one, on=today),
        }
        for one in found
    ]


PLAIN = (
    "id", "code", "name", "kana", "country", "languages", "regions", "round_the_clock", "zone",
    "capacity", "contract_from", "contract_to", "version",
)  # fmt: skip

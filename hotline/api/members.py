"""Companies: search them by anything that is known of them, and read one."""

import base64
import binascii
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import marshmallow as ma
from flask_smorest import Blueprint

from hotline import clock
from hotline.api.schemas import Instant, printable
from hotline.edge.access import allow
from hotline.edge.requests import note_read
from hotline.errors import N_, Invalid, Missing, Problem
from hotline.members import queries
from hotline.members import service as members
from hotline.members.models import Member
from hotline.members.rules import covers, entitlement
from hotline.people.rules import READERS

bp = Blueprint("api_members", __name__, description="Member companies")

SEARCH_LETTERS = 200
NUMBER_LETTERS = 40


class MemberArgs(ma.Schema):
    """Which companies are listed."""

    limit = ma.fields.Integer(load_default=50, validate=ma.validate.Range(1, 200))
    cursor = ma.fields.String(load_default=None)
    q = ma.fields.String(
        load_default="", validate=[ma.validate.Length(max=SEARCH_LETTERS), printable]
    )


class SiteOut(ma.Schema):
    """A place; the one without a name is the company's own address."""

    name = ma.fields.String()
    address = ma.fields.String()
    phones = ma.fields.List(ma.fields.String())


class ContactOut(ma.Schema):
    """Somebody to speak with; ``site`` is the name of one of the sites, null when unknown."""

    name = ma.fields.String()
    kana = ma.fields.String()
    email = ma.fields.String()
    site = ma.fields.String()
    phones = ma.fields.List(ma.fields.String())


class PolicyOut(ma.Schema):
    """A policy; it covers from ``period_from`` until just before ``period_to``."""

    number = ma.fields.String()
    period_from = Instant()
    period_to = Instant()
    covers_now = ma.fields.Boolean()
    liability_limit_yen = ma.fields.Integer()
    cost_limit_yen = ma.fields.Integer()


class EntitlementOut(ma.Schema):
    """What is known, never a verdict: each yes, no or unknown; ``lines`` empty: as called."""

    jnx = ma.fields.String()
    insured = ma.fields.String()
    cyber = ma.fields.String()
    lines = ma.fields.List(ma.fields.String())


class MemberOut(ma.Schema):
    """One company, as it writes itself."""

    number = ma.fields.String()
    name = ma.fields.String()
    kana = ma.fields.String()
    corporate_number = ma.fields.String()
    jnx_number = ma.fields.String()
    phones = ma.fields.List(ma.fields.String())
    sites = ma.fields.List(ma.fields.Nested(SiteOut))
    contacts = ma.fields.List(ma.fields.Nested(ContactOut))
    policies = ma.fields.List(ma.fields.Nested(PolicyOut))
    entitlement = ma.fields.Nested(EntitlementOut)
    changed_at = Instant()


class MemberPage(ma.Schema):
    """One page of companies."""

    items = ma.fields.List(ma.fields.Nested(MemberOut))
    next_cursor = ma.fields.String()


@bp.route("/members")
@allow(READERS)
@bp.arguments(MemberArgs, location="query")
@bp.response(200, MemberPage)
def list_members(args: dict[str, Any]) -> dict[str, Any]:
    """Companies by number; ``q`` is any part of name, reading, place, people, phone or policy."""
    q, limit = args["q"].strip(), args["limit"]
    found = queries.search(q, limit=limit + 1, after=_number_of(args["cursor"]))
    note_read("list:members", **({"q": q} if q else {}))
    now = clock.now()
    return {
        "items": [shape(one, now=now) for one in found[:limit]],
        "next_cursor": _cursor(found, limit),
    }


@bp.route("/members/<number>")
@allow(READERS)
@bp.response(200, MemberOut)
def read_member(number: str) -> dict[str, Any]:
    """One company."""
    found = queries.by_number(number) if number.isprintable() else None
    if found is None:
        raise Missing()
    note_read(members.subject(found.number))
    return shape(found, now=clock.now())


def shape(member: Member, *, now: datetime) -> dict[str, Any]:
    """One company as ``MemberOut`` dumps it."""
    details = members.details_of(member)
    known = entitlement(member, now)
    return {
        **{name: getattr(member, name) for name in PLAIN},
        "phones": list(details.phones),
        "sites": [_part(one, SiteOut) for one in details.sites],
        "contacts": [_part(one, ContactOut) for one in details.contacts],
        "policies": [
            {
                **{name: getattr(one, name) for name in POLICY},
                "covers_now": covers(one, now),
            }
            for one in member.policies
        ],
        "entitlement": {
            **{flag.code: flag.answer.value for flag in known.flags if flag.code != "domestic"},
            "lines": list(known.lines),
        },
        "changed_at": member.changed_at,
    }


PLAIN = ("number", "name", "kana", "corporate_number", "jnx_number")
POLICY = ("number", "period_from", "period_to", "liability_limit_yen", "cost_limit_yen")


def _part(one: object, schema: type[ma.Schema]) -> dict[str, Any]:
    return {name: getattr(one, name) for name in schema._declared_fields}


def _cursor(found: Sequence[Member], limit: int) -> str | None:
    """Where the next page begins: behind the last number of this one."""
    if len(found) <= limit:
        return None
    return base64.urlsafe_b64encode(found[limit - 1].number.encode()).decode()


def _number_of(cursor: str | None) -> str | None:
    if cursor is None:
        return None
    try:
        number = base64.urlsafe_b64decode(cursor.encode()).decode()
    except (ValueError, binascii.Error):
        number = ""
    if not number.isprintable() or not 0 < len(number) <= NUMBER_LETTERS:
        sentence = N_("Take the cursor from next_cursor of the last answer.")
        raise Invalid({"cursor": Problem(sentence)})
    return number

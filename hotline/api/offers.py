"""Offers: ask a partner, answer, choose an estimate, take back; and the list of them."""

from collections.abc import Sequence
from typing import Any

import marshmallow as ma
from flask_smorest import Blueprint

from hotline import clock
from hotline.api.idempotent import idempotent
from hotline.api.pages import PageArgs, page, place_of
from hotline.api.schemas import Instant
from hotline.api.seen import seen_first
from hotline.coordination import queries, service
from hotline.coordination.models import Offer
from hotline.coordination.rules import ARRANGERS, Answered, OfferStatus
from hotline.edge.access import allow
from hotline.edge.identity import person
from hotline.edge.limits import LARGEST_ID
from hotline.edge.requests import note_read
from hotline.errors import N_, Invalid, Missing, Problem
from hotline.people.models import Person
from hotline.people.rules import READERS, Role
from hotline.searchkeys import clean_text
from hotline.vendors import queries as vendors
from hotline.vendors.models import Vendor
from hotline.vendors.rules.company import NAME_LETTERS

bp = Blueprint("api_offers", __name__, description="What partners were asked, and their answers")


class VendorRef(ma.fields.Field[Any]):
    """A partner by its id or by its code."""

    default_error_messages = {"invalid": "Give the id or the code of a partner."}  # noqa: RUF012 - marshmallow's own form

    def _deserialize(self, value: Any, *_rest: Any, **_more: Any) -> int | str:
        if isinstance(value, bool) or not isinstance(value, int | str):
            raise self.make_error("invalid")
        return value if isinstance(value, int) else self._code(value)

    def _code(self, typed: str) -> str:
        """A code as it is looked for; half a letter is in no code, and no database takes it."""
        try:
            return clean_text(typed, NAME_LETTERS)
        except Problem:
            raise self.make_error("invalid") from None


class OfferArgs(PageArgs):
    """Which offers are listed."""

    status = ma.fields.String(
        load_default=None, validate=ma.validate.OneOf([str(one) for one in OfferStatus])
    )
    task = ma.fields.Integer(load_default=None, validate=ma.validate.Range(1, LARGEST_ID))


class NewOffer(ma.Schema):
    """Whom to ask; without ``reply_by`` it has the time it agreed to, in its own hours.

    ``for_quote``: for a price alone, so that several may accept. ``queue``: asked when those
    before it said no or nothing. ``reason``: why it is asked although others stood before it.
    """

    vendor = VendorRef(required=True)
    reply_by = Instant(load_default=None, allow_none=True)
    for_quote = ma.fields.Boolean(load_default=False)
    queue = ma.fields.Boolean(load_default=False)
    reason = ma.fields.String(load_default="")


class Decline(ma.Schema):
    """Why not: a code of the list, and words."""

    reason = ma.fields.String(required=True)
    text = ma.fields.String(load_default="")


class Reason(ma.Schema):
    """Why, in a few words."""

    reason = ma.fields.String(required=True)


class VendorName(ma.Schema):
    """A partner."""

    id = ma.fields.Integer()
    code = ma.fields.String()
    name = ma.fields.String()


class OfferOut(ma.Schema):
    """An offer; ``position`` and ``overruled`` are null for the partner itself."""

    id = ma.fields.Integer()
    task = ma.fields.Integer()
    vendor = ma.fields.Nested(VendorName)
    status = ma.fields.String()
    for_quote = ma.fields.Boolean()
    position = ma.fields.Integer(allow_none=True)
    overruled = ma.fields.String(allow_none=True)
    made_at = Instant()
    offered_at = Instant(allow_none=True)
    reply_by = Instant(allow_none=True)
    answered_at = Instant(allow_none=True)
    answered_by = ma.fields.String()
    decline_reason = ma.fields.String()
    decline_text = ma.fields.String()
    engaged_at = Instant(allow_none=True)


class OfferPage(ma.Schema):
    """One page of offers."""

    items = ma.fields.List(ma.fields.Nested(OfferOut))
    next_cursor = ma.fields.String(allow_none=True)


of_an_own_offer = seen_first(
    "offer_id", lambda offer_id: queries.offer_for(person(), offer_id, now=clock.now())
)


@bp.route("/offers")
@allow(READERS, Role.VENDOR)
@bp.arguments(OfferArgs, location="query")
@bp.response(200, OfferPage)
def list_offers(args: dict[str, Any]) -> dict[str, Any]:
    """Offers, the newest first; partners see what they were asked."""
    who = person()
    wanted = queries.WantedOffers(args["status"], args["task"], place_of(args["cursor"]))
    found = queries.offers_page(wanted, who, args["limit"] + 1, now=clock.now())
    rows, cursor = page(found, args["limit"], lambda row: (row.made_at, row.id))
    note_read("list:offers")
    return {"items": shapes(rows, who), "next_cursor": cursor}


@bp.route("/tasks/<int:task_id>/offers", methods=["POST"])
@allow(ARRANGERS)
@idempotent
@bp.arguments(NewOffer)
@bp.response(201, OfferOut)
def ask(values: dict[str, Any], task_id: int) -> dict[str, Any]:
    """Ask a partner to take a task on, or put it in line."""
    now, who = clock.now(), person()
    task = queries.task_for(who, task_id, now=now)
    return shapes([asked(task, values, by=who)], who)[0]


@bp.route("/offers/<int:offer_id>/accept", methods=["POST"])
@allow(ARRANGERS, Role.VENDOR)
@of_an_own_offer
@idempotent
@bp.response(200, OfferOut)
def accept(offer_id: int) -> dict[str, Any]:
    """The partner takes it on; a coordinator says so on its behalf. The same answer again is the
    same answer, another one is 409."""
    now, who = clock.now(), person()
    offer = queries.offer_for(who, offer_id, now=now)
    service.accept(offer, answered=_way(who), person_id=who.id, now=now)
    return shapes([offer], who)[0]


@bp.route("/offers/<int:offer_id>/decline", methods=["POST"])
@allow(ARRANGERS, Role.VENDOR)
@bp.arguments(Decline)
@of_an_own_offer
@idempotent
@bp.response(200, OfferOut)
def decline(values: dict[str, Any], offer_id: int) -> dict[str, Any]:
    """The partner says no, with a reason; the next in line is asked."""
    now, who = clock.now(), person()
    offer = queries.offer_for(who, offer_id, now=now)
    service.decline(offer, values["reason"], values["text"], answered=_way(who),
                    person_id=who.id, now=now)  # fmt: skip
    return shapes([offer], who)[0]


@bp.route("/offers/<int:offer_id>/engage", methods=["POST"])
@allow(ARRANGERS)
@idempotent
@bp.response(200, OfferOut)
def engage(offer_id: int) -> dict[str, Any]:
    """Choose one of the partners that agreed to make an estimate."""
    now, who = clock.now(), person()
    offer = queries.offer_for(who, offer_id, now=now)
    return shapes([service.engage(offer, by_id=who.id, now=now)], who)[0]


@bp.route("/offers/<int:offer_id>/withdraw", methods=["POST"])
@allow(ARRANGERS)
@idempotent
@bp.arguments(Reason)
@bp.response(200, OfferOut)
def withdraw(values: dict[str, Any], offer_id: int) -> dict[str, Any]:
    """Take back what was not answered yet, a place in line, or an estimate that was agreed to."""
    now, who = clock.now(), person()
    offer = queries.offer_for(who, offer_id, now=now)
    service.withdraw_offer(offer, reason=values["reason"], by_id=who.id, now=now)
    return shapes([offer], who)[0]


def asked(task: Any, values: dict[str, Any], *, by: Person) -> Offer:
    """Ask, or put in line, as ``NewOffer`` says. Raises Invalid for an unknown partner."""
    given = {"for_quote": values["for_quote"], "overruled": values["reason"], "by_id": by.id}
    vendor, now = partner(values["vendor"]), clock.now()
    try:
        if values["queue"]:
            return service.queue(task, vendor, **given, now=now)
        return service.offer(task, vendor, reply_by=values["reply_by"], **given, now=now)
    except Invalid as invalid:
        fields = {SENT_AS.get(name, name): one for name, one in invalid.fields.items()}
        raise Invalid(fields) from None


SENT_AS = {"overruled": "reason"}
"""The name under which the asker sent what we call otherwise."""


def shapes(rows: Sequence[Offer], viewer: Person) -> list[dict[str, Any]]:
    """Offers as ``OfferOut`` dumps them; partners do not read how they were chosen."""
    partners = {one: vendors.by_id(one) for one in {row.vendor_id for row in rows}}
    hidden = {} if viewer.roles & READERS else {"position": None, "overruled": None}
    return [
        {
            **{name: getattr(row, name) for name in PLAIN},
            "task": row.task_id,
            "vendor": partners[row.vendor_id],
            **hidden,
        }
        for row in rows
    ]


PLAIN = (
    "id", "status", "for_quote", "position", "overruled", "made_at", "offered_at", "reply_by",
    "answered_at", "answered_by", "decline_reason", "decline_text", "engaged_at",
)  # fmt: skip


def partner(ref: int | str) -> Vendor:
    """The partner of a ``VendorRef``. Raises Invalid naming ``vendor``."""
    try:
        found = vendors.by_code(ref) if isinstance(ref, str) else _by_id(ref)
    except Missing:
        found = None
    if found is None:
        raise Invalid({"vendor": Problem(N_("There is no such partner."))})
    return found


def _by_id(vendor_id: int) -> Vendor | None:
    return vendors.by_id(vendor_id) if 0 < vendor_id <= LARGEST_ID else None


def _way(who: Person) -> Answered:
    """A coordinator answers for the partner; a partner's program for itself."""
    return Answered.DESK if who.roles & ARRANGERS else Answered.PROGRAM

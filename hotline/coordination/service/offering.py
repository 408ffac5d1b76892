"""Ask a partner, put another one in line behind it, and take a request back."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from hotline.coordination import queries
from hotline.coordination.models import Offer, Task
from hotline.coordination.rules import Actor, OfferStatus, TaskStatus
from hotline.coordination.rules.offers import (
    ASKED_ALREADY,
    STANDING,
    TEXT_LETTERS,
    check_reply_by,
    check_withdrawable,
)
from hotline.coordination.rules.tasks import check_open_to_offers, find_step
from hotline.coordination.service import asking, stepping
from hotline.coordination.service.anonymity import check_anonymous
from hotline.coordination.service.asking import Asking, check_askable
from hotline.coordination.service.holding import hold_offers, hold_task, ticket_of
from hotline.coordination.service.stepping import Moved
from hotline.db import db
from hotline.errors import N_, Invalid, Problem, Refused
from hotline.searchkeys import clean_text
from hotline.timeline.rules import Event
from hotline.vendors.models import Vendor


def offer(  # noqa: PLR0913 - an offer is exactly these things
    task: Task,
    vendor: Vendor,
    *,
    reply_by: datetime | None = None,
    for_quote: bool = False,
    overruled: str = "",
    ranked: Mapping[str, Any] | None = None,
    by_id: int,
    now: datetime,
) -> Offer:
    """Ask a partner now; without ``reply_by`` it has the time it agreed to, in its own hours.

    Who stands in line is asked out of turn. Several may be asked at once: of those that are to do
    the work whoever accepts first has it, and for a price alone (``for_quote``) all may accept.
    ``ranked`` is how it was ranked, ``overruled`` why it was chosen nevertheless. Raises Refused
    for who cannot be asked, and Invalid for a time that is over or a brief that names somebody.
    """
    held = _hold(task, reply_by, now=now)
    chosen = _in_line(held, vendor, for_quote=for_quote)
    if chosen is None:
        chosen = _new(held, vendor, for_quote=for_quote, by_id=by_id, now=now)
    chosen.overruled, chosen.ranked = _reason(overruled), dict(ranked or chosen.ranked or {})
    _ask(held, chosen, reply_by, Moved(by_id, now))
    return chosen


def queue(  # noqa: PLR0913 - an offer is exactly these things
    task: Task,
    vendor: Vendor,
    *,
    for_quote: bool = False,
    overruled: str = "",
    ranked: Mapping[str, Any] | None = None,
    by_id: int,
    now: datetime,
) -> Offer:
    """Put a partner in line: it is asked when those before it said no, or nothing.

    While nobody is being asked it is its turn at once. Raises what ``offer`` raises.
    """
    held = _hold(task, None, now=now)
    if _in_line(held, vendor, for_quote=for_quote) is not None:
        raise Refused(N_("This partner stands in line already."))
    made = _new(held, vendor, for_quote=for_quote, by_id=by_id, now=now)
    made.overruled, made.ranked = _reason(overruled), dict(ranked or {})
    db.session.flush()
    if held.standing(*asking.QUOTED_OR_ASKED):
        asking.note(made, "queued", Moved(by_id, now), vendor=vendor.id)
    else:
        _ask(held, made, None, Moved(by_id, now))
    return made


def withdraw_offer(offer: Offer, *, reason: str, by_id: int, now: datetime) -> Offer:
    """Take back a request, a place in line, or an estimate that was agreed to; the next is asked.

    Raises Refused for what was answered otherwise or is over, Invalid for a missing reason.
    """
    why = stepping.needed_reason(reason)
    held = hold(offer)
    if offer.status != OfferStatus.ACCEPTED or offer.engaged_at is not None:
        check_withdrawable(offer.status)
    _withdraw(held, offer, Moved(by_id, now, why))
    return offer


def withdraw_offers_of(vendor_id: int, *, reason: str, by_id: int, now: datetime) -> list[Offer]:
    """Take back everything this partner was asked, for example because it is no partner any more.

    Tasks that it does stay with it until it is released. Raises Invalid for a missing reason.
    """
    why, found = stepping.needed_reason(reason), list[Offer]()
    for task_id in queries.task_ids_open_to(vendor_id):
        task = hold_task(task_id)
        held = Asking(task, hold_offers(task))
        for one in held.standing(*STANDING):
            if one.vendor_id == vendor_id and one.engaged_at is None:
                _withdraw(held, one, Moved(by_id, now, why))
                found.append(one)
    return found


def hold(offer: Offer) -> Asking:
    """Hold the task of an offer and every offer of it."""
    task = hold_task(offer.task_id)
    return Asking(task, hold_offers(task))


def _hold(task: Task, reply_by: datetime | None, *, now: datetime) -> Asking:
    if reply_by is not None:
        try:
            check_reply_by(reply_by, now=now)
        except Problem as problem:
            raise Invalid({"reply_by": problem}) from None
    held = hold_task(task.id)
    check_open_to_offers(held.status)
    check_anonymous(held, ticket_of(held))
    return Asking(held, hold_offers(held))


def _in_line(held: Asking, vendor: Vendor, *, for_quote: bool) -> Offer | None:
    """Its place in line, if it has one. Raises Refused when it was asked already."""
    mine = next((one for one in held.standing(*STANDING) if one.vendor_id == vendor.id), None)
    if mine is None:
        return None
    if mine.status == OfferStatus.OFFERED:
        raise Refused(ASKED_ALREADY)
    if mine.status == OfferStatus.ACCEPTED:
        raise Refused(N_("This partner agreed to make an estimate. Choose it, or take that back."))
    mine.for_quote = for_quote
    return mine


def _new(held: Asking, vendor: Vendor, *, for_quote: bool, by_id: int, now: datetime) -> Offer:
    check_askable(held.task, vendor, now=now)
    made = Offer(
        task_id=held.task.id,
        vendor_id=vendor.id,
        status=OfferStatus.QUEUED,
        for_quote=for_quote,
        position=max((one.position for one in held.offers), default=0) + 1,
        ranked={},
        made_at=now,
        made_by_id=by_id,
    )
    db.session.add(made)
    db.session.flush()
    return made


def _ask(held: Asking, chosen: Offer, reply_by: datetime | None, moved: Moved) -> None:
    asking.ask(held, chosen, reply_by, moved)
    held.task.nobody_left_at = None
    if held.task.status == TaskStatus.DRAFTED:
        find_step(held.task.status, TaskStatus.OFFERED, actor=Actor.DESK)
        stepping.go(held.task, TaskStatus.OFFERED, moved, line=False)
    db.session.flush()


def _withdraw(held: Asking, offer: Offer, moved: Moved) -> None:
    was = offer.status
    asking.end(offer, OfferStatus.WITHDRAWN, moved)
    if was != OfferStatus.QUEUED:
        facts = {"vendor": asking.name(offer), "reason": moved.reason}
        stepping.tell(held.task, Event.OFFER_WITHDRAWN, moved, facts)
        asking.tell_lost(held.task, offer, now=moved.now)
    asking.go_on(held, offer, moved, alarm=False)


def _reason(overruled: str) -> str:
    try:
        return clean_text(overruled, TEXT_LETTERS).strip()
    except Problem as problem:
        raise Invalid({"overruled": problem}) from None

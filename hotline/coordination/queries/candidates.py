"""Who can be asked for a task, in which order, and why."""

from dataclasses import dataclass
from datetime import datetime

from hotline.calendars.rules import Calendar, NeverOpens, Uncovered
from hotline.coordination import rules
from hotline.coordination.models import Offer, Task
from hotline.coordination.queries.conflicts import Against, conflicting
from hotline.coordination.queries.offers import Answers, answers, engagements, offers_of
from hotline.coordination.rules import Excluded, OfferStatus, RoutingPolicy, Wish
from hotline.coordination.rules.ranking import Candidate, Ranked
from hotline.db import db
from hotline.policy import get
from hotline.tickets.models import Ticket
from hotline.vendors import queries as vendors
from hotline.vendors.models import Vendor
from hotline.vendors.rules import contract_day, next_opening
from hotline.vendors.rules import reply_by as answer_by

ASKED_BEFORE = {
    OfferStatus.QUEUED: Excluded.ALREADY_ASKED,
    OfferStatus.OFFERED: Excluded.ALREADY_ASKED,
    OfferStatus.ACCEPTED: Excluded.ALREADY_ASKED,
    OfferStatus.DECLINED: Excluded.DECLINED,
    OfferStatus.EXPIRED: Excluded.SILENT,
    OfferStatus.WITHDRAWN: Excluded.TAKEN_BACK,
}


@dataclass(frozen=True)
class Placed:
    """One partner and how it was ranked.

    ``reply_by``: until when it would have to answer if it were asked now; None when it does not
    open in the foreseeable future. ``offer``: the last one of this task to it.
    """

    vendor: Vendor
    ranked: Ranked
    reply_by: datetime | None
    offer: Offer | None


@dataclass(frozen=True)
class _Known:
    """What is read once for all candidates."""

    calendars: dict[int, Calendar]
    load: dict[int, int]
    answers: dict[int, Answers]
    against: dict[int, Against]
    offers: dict[int, Offer]


def ranking(task: Task, *, now: datetime, wish: Wish | None = None) -> list[Placed]:
    """Every partner under contract that does this work: first who can be asked, the best first,
    then who is left out, with why. Without ``wish`` it is what the task says."""
    found = {one.id: one for one in vendors.doing(task.function, on=contract_day(now))}
    known = _known(task, found)
    candidates = [_candidate(one, task.function, known, now=now) for one in found.values()]
    wish = wish or Wish(now, task.region, task.language)
    return [
        _placed(found[one.vendor_id], one, task, known, now=now)
        for one in rules.rank(candidates, wish, get(RoutingPolicy).ranking)
    ]


def _known(task: Task, found: dict[int, Vendor]) -> _Known:
    ticket = db.session.get_one(Ticket, task.ticket_id)
    return _Known(
        calendars=vendors.calendars_of(found.values()),
        load=engagements(found),
        answers=answers(found),
        against=conflicting(ticket),
        offers={one.vendor_id: one for one in sorted(offers_of([task.id]), key=lambda o: o.id)},
    )


def _candidate(vendor: Vendor, function: str, known: _Known, *, now: datetime) -> Candidate:
    answered = known.answers[vendor.id]
    return Candidate(
        vendor_id=vendor.id,
        code=vendor.code,
        regions=vendor.regions,
        languages=vendor.languages,
        country=vendor.country,
        round_the_clock=vendor.round_the_clock,
        opens_at=_opens_at(known.calendars[vendor.id], now),
        load=known.load[vendor.id],
        capacity=vendor.capacity,
        accepted=answered.accepted,
        answered=answered.asked,
        reply_minutes=vendors.reply_minutes(vendor, function) or 0,
        excluded=_excluded(vendor, known),
    )


def _excluded(vendor: Vendor, known: _Known) -> Excluded | None:
    if vendor.id in known.against:
        return Excluded(known.against[vendor.id])
    offer = known.offers.get(vendor.id)
    return ASKED_BEFORE[OfferStatus(offer.status)] if offer is not None else None


def _opens_at(calendar: Calendar, now: datetime) -> datetime | None:
    try:
        return next_opening(calendar, now)
    except Uncovered:
        return None


def _placed(vendor: Vendor, ranked: Ranked, task: Task, known: _Known, *, now: datetime) -> Placed:
    minutes = vendors.reply_minutes(vendor, task.function) or 0
    offer = known.offers.get(vendor.id)
    return Placed(vendor, ranked, _reply_by(known.calendars[vendor.id], now, minutes), offer)


def _reply_by(calendar: Calendar, now: datetime, minutes: int) -> datetime | None:
    try:
        return answer_by(calendar, now, minutes)
    except (NeverOpens, Uncovered):
        return None

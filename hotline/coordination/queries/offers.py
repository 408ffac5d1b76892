"""Offers: whose they are, what waits for an answer, and how partners answered before."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, false, func, select, true, tuple_

from hotline.coordination.models import Offer, OfferRing, Task
from hotline.coordination.rules import ENDED, OfferStatus
from hotline.coordination.rules.offers import STANDING
from hotline.db import db
from hotline.errors import Missing
from hotline.people.models import Person
from hotline.people.rules import READERS
from hotline.tickets.models import Ticket
from hotline.vendors import queries as vendors
from hotline.vendors.rules import contract_day


def offer_for(viewer: Person, offer_id: int, *, now: datetime) -> Offer:
    """The offer, for the desk and for the partner that was asked; what is in line nobody sees.

    Raises Missing alike when there is none and when ``viewer`` may not know of it.
    """
    query = select(Offer).where(Offer.id == offer_id, offers_seen_by(viewer, now=now))
    found = db.session.scalar(query)
    if found is None:
        raise Missing()
    return found


def offers_seen_by(viewer: Person, *, now: datetime) -> ColumnElement[bool]:
    """The scoping rule: the desk sees every offer, a partner those it was asked."""
    if viewer.roles & READERS:
        return true()
    vendor = vendors.of_person(viewer, on=contract_day(now))
    if vendor is None:
        return false()
    return and_(Offer.vendor_id == vendor.id, Offer.offered_at.is_not(None))


def offers_of(task_ids: Collection[int]) -> list[Offer]:
    """Every offer of these tasks: by task, the first in line first."""
    query = select(Offer).where(Offer.task_id.in_(task_ids))
    return list(db.session.scalars(query.order_by(Offer.task_id, Offer.position, Offer.id)))


def engaged_offer(task_id: int) -> Offer | None:
    """The offer by which a partner does this task; None while nobody does."""
    query = select(Offer).where(
        Offer.task_id == task_id,
        Offer.status == OfferStatus.ACCEPTED,
        Offer.engaged_at.is_not(None),
    )
    return db.session.scalar(query)


def task_ids_open_to(vendor_id: int) -> Sequence[int]:
    """The tasks about which a partner was asked or stands in line, or for which it makes an
    estimate; by id."""
    meant = (Offer.vendor_id == vendor_id, Offer.status.in_(STANDING), Offer.engaged_at.is_(None))
    return db.session.scalars(select(Offer.task_id).where(*meant).order_by(Offer.task_id)).all()


def due_offer_ids(*, now: datetime) -> Sequence[int]:
    """The offers at which a worker must look, the longest due first."""
    query = select(Offer.id).where(Offer.status == OfferStatus.OFFERED, Offer.wake_at <= now)
    return db.session.scalars(query.order_by(Offer.wake_at, Offer.id)).all()


def rings_of(offer_id: int) -> Sequence[OfferRing]:
    """Who of the partner was told of an offer, in order."""
    query = select(OfferRing).where(OfferRing.offer_id == offer_id).order_by(OfferRing.id)
    return db.session.scalars(query).all()


def rung(offer_id: int) -> set[int]:
    """The ids of the contacts who were told of an offer."""
    return {one.contact_id for one in rings_of(offer_id)}


@dataclass(frozen=True)
class Waiting:
    """A partner that was asked and has not answered."""

    offer: Offer
    task: Task
    ticket: Ticket


def waiting_offers() -> list[Waiting]:
    """Everything that waits for an answer of a partner, the next to end first."""
    query = (
        select(Offer, Task, Ticket)
        .join(Task, Task.id == Offer.task_id)
        .join(Ticket, Ticket.id == Task.ticket_id)
        .where(Offer.status == OfferStatus.OFFERED)
        .order_by(Offer.reply_by, Offer.id)
    )
    return [Waiting(*row) for row in db.session.execute(query)]


def engagements(vendor_ids: Collection[int]) -> dict[int, int]:
    """By partner how many tasks it does now, drills aside; every one of ``vendor_ids`` is there."""
    query = (
        select(Task.vendor_id, func.count())
        .join(Ticket, Ticket.id == Task.ticket_id)
        .where(Task.vendor_id.in_(vendor_ids), Task.status.not_in(ENDED), ~Ticket.drill)
        .group_by(Task.vendor_id)
    )
    counted = {row[0]: row[1] for row in db.session.execute(query)}
    return {vendor_id: counted.get(vendor_id, 0) for vendor_id in vendor_ids}


@dataclass(frozen=True)
class Answers:
    """How a partner answered before, drills aside; ``silent``: its time passed in silence."""

    accepted: int = 0
    declined: int = 0
    silent: int = 0

    @property
    def asked(self) -> int:
        """How often it could have answered."""
        return self.accepted + self.declined + self.silent


def answers(vendor_ids: Collection[int]) -> dict[int, Answers]:
    """By partner how it answered; every one of ``vendor_ids`` is there.

    Who was asked and lost to somebody quicker before its time was over did not keep silent, and
    who accepted counts as such although it was released later.
    """
    query = (
        select(Offer.vendor_id, Offer.status, func.count())
        .join(Task, Task.id == Offer.task_id)
        .join(Ticket, Ticket.id == Task.ticket_id)
        .where(Offer.vendor_id.in_(vendor_ids), ~Ticket.drill, was_answered())
        .group_by(Offer.vendor_id, Offer.status)
    )
    counted: dict[int, dict[str, int]] = {}
    for vendor_id, status, count in db.session.execute(query):
        by_answer = counted.setdefault(vendor_id, {})
        by_answer[ANSWER_OF[status]] = by_answer.get(ANSWER_OF[status], 0) + count
    return {one: Answers(**counted.get(one, {})) for one in vendor_ids}


ANSWER_OF: dict[str, str] = {
    OfferStatus.ACCEPTED: "accepted",
    OfferStatus.WITHDRAWN: "accepted",
    OfferStatus.DECLINED: "declined",
    OfferStatus.EXPIRED: "silent",
}
"""Of an offer that ``was_answered``: as what its status counts."""


def was_answered() -> ColumnElement[bool]:
    """Whether an offer counts as an answer: a yes, a no, or silence until its time was over."""
    accepted_once = (Offer.status == OfferStatus.WITHDRAWN) & (Offer.answered_by != "")
    silent = (Offer.status == OfferStatus.EXPIRED) & (Offer.answered_at >= Offer.reply_by)
    return Offer.status.in_([OfferStatus.ACCEPTED, OfferStatus.DECLINED]) | accepted_once | silent


@dataclass(frozen=True)
class WantedOffers:
    """Which offers are listed; ``after`` is (made_at, id) of the last one seen."""

    status: str | None = None
    task_id: int | None = None
    after: tuple[datetime, int] | None = None


def offers_page(wanted: WantedOffers, viewer: Person, limit: int, *, now: datetime) -> list[Offer]:
    """At most ``limit`` offers that ``viewer`` may see, the newest first."""
    query = select(Offer).where(offers_seen_by(viewer, now=now))
    if wanted.status is not None:
        query = query.where(Offer.status == wanted.status)
    if wanted.task_id is not None:
        query = query.where(Offer.task_id == wanted.task_id)
    if wanted.after is not None:
        query = query.where(tuple_(Offer.made_at, Offer.id) < tuple_(*wanted.after))
    return list(
        db.session.scalars(query.order_by(Offer.made_at.desc(), Offer.id.desc()).limit(limit))
    )

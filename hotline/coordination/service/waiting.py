"""What happens while a partner is silent: the next contact is rung, and then the next partner."""

from datetime import datetime

from sqlalchemy import select

from hotline.coordination import queries
from hotline.coordination.models import Offer
from hotline.coordination.rules import OfferStatus
from hotline.coordination.service import asking, stepping, telling
from hotline.coordination.service.asking import Asking
from hotline.coordination.service.holding import hold_offers, hold_task_unless_held
from hotline.coordination.service.offering import hold
from hotline.coordination.service.stepping import Moved
from hotline.db import db
from hotline.notices.rules import Kind
from hotline.timeline.rules import Event
from hotline.vendors import queries as vendors
from hotline.vendors.rules import contract_day


def look_after(offer_id: int, *, now: datetime) -> bool:
    """Do what is due about an offer: ring the next contact, or go on to the next partner.

    False when nothing is due, it was answered, or somebody holds the task at this moment: then
    the next look finds what became of it.
    """
    task_id = db.session.scalar(select(Offer.task_id).where(Offer.id == offer_id))
    task = hold_task_unless_held(task_id) if task_id is not None else None
    if task is None:
        return False
    held = Asking(task, hold_offers(task))
    offer = next(one for one in held.offers if one.id == offer_id)
    if not _is_due(offer, now=now):
        return False
    _look_after(held, offer, now=now)
    return True


def pass_over_contact(offer_id: int, contact_id: int, *, now: datetime) -> None:
    """This contact was not reached: the next one is rung at once.

    It changes nothing when somebody else is being rung by now, or when it is over.
    """
    found = db.session.get(Offer, offer_id)
    if found is None:
        return
    hold(found)
    last = next(reversed(queries.rings_of(offer_id)), None)
    if found.wake_at is not None and last is not None and last.contact_id == contact_id:
        found.wake_at = min(found.wake_at, now)
    db.session.flush()


def _is_due(offer: Offer, *, now: datetime) -> bool:
    if offer.status != OfferStatus.OFFERED or offer.wake_at is None:
        return False
    return offer.wake_at <= now


def _look_after(held: Asking, offer: Offer, *, now: datetime) -> None:
    if offer.reply_by is not None and now >= offer.reply_by:
        _expire(held, offer, now=now)
    elif vendors.is_partner(vendors.by_id(offer.vendor_id), on=contract_day(now)):
        asking.ring_next(held.task, offer, now=now)
    else:  # Nobody is rung who is no partner any more, and nobody waits for them.
        system = Moved(None, now)
        asking.end(offer, OfferStatus.WITHDRAWN, system, why="no partner any more")
        asking.go_on(held, offer, system, alarm=True)


def _expire(held: Asking, offer: Offer, *, now: datetime) -> None:
    system = Moved(None, now)
    asking.end(offer, OfferStatus.EXPIRED, system)
    stepping.tell(held.task, Event.OFFER_EXPIRED, system, {"vendor": asking.name(offer)})
    due = asking.facts_of(held.task, offer)
    telling.tell_desk(held.task, Kind.OFFER_SILENT, facts=due, now=now)
    asking.go_on(held, offer, system, alarm=True)

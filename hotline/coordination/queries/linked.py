"""What a contact of a partner may answer who has a link or a ring, and no account."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select

from hotline.coordination.models import Offer, Task
from hotline.coordination.rules import OfferStatus
from hotline.db import db
from hotline.tickets.models import Ticket
from hotline.vendors import queries as vendors
from hotline.vendors import rules as partners
from hotline.vendors.models import Vendor, VendorContact


@dataclass(frozen=True)
class Linked:
    """One offer and the contact who was told of it."""

    offer: Offer
    task: Task
    ticket: Ticket
    vendor: Vendor
    contact: VendorContact


class Barred(StrEnum):
    """Why there is nothing behind a link; the reader learns no more than that."""

    MISSING = "missing"
    """There is no such offer, or it is not one of this contact's company."""
    WITHDRAWN = "withdrawn"
    """The company is no partner any more."""
    ENDED = "ended"
    """This contact is no longer one of the company."""
    QUEUED = "queued"
    """Nobody was asked yet."""


def behind(offer_id: int, contact_id: int, *, now: datetime) -> Linked | Barred:
    """The offer, in whatever state, for this contact; or why there is none for them."""
    query = (
        select(Offer, Task, Ticket, Vendor, VendorContact)
        .join(Task, Task.id == Offer.task_id)
        .join(Ticket, Ticket.id == Task.ticket_id)
        .join(Vendor, Vendor.id == Offer.vendor_id)
        .join(VendorContact, VendorContact.vendor_id == Vendor.id)
        .where(Offer.id == offer_id, VendorContact.id == contact_id)
    )
    row = db.session.execute(query).one_or_none()
    if row is None:
        return Barred.MISSING
    found = Linked(*row)
    return _bar(found, now=now) or found


def _bar(found: Linked, *, now: datetime) -> Barred | None:
    if not vendors.is_partner(found.vendor, on=partners.contract_day(now)):
        return Barred.WITHDRAWN
    if found.contact.ended_at is not None:
        return Barred.ENDED
    return Barred.QUEUED if found.offer.status == OfferStatus.QUEUED else None

"""Whom a notice about a partner's task reaches: contacts without an account, and nobody in a drill.

In an exercise nothing reaches the outside: whoever made the offer plays the other side, and reads
by mail what would have been sent.
"""

from collections.abc import Iterator

from sqlalchemy import select

from hotline.coordination.models import Offer
from hotline.db import db
from hotline.jobs.recipients import Address, address_of, ticket_of
from hotline.notices.models import Notice
from hotline.notices.rules import Channel, Kind, contact_id
from hotline.people import queries as people
from hotline.people.rules import Role
from hotline.tickets.models import Ticket
from hotline.vendors.models import Vendor, VendorContact

OUTSIDE = frozenset({Role.MEMBER, Role.VENDOR})
"""Accounts of people who are not of the hotline."""

PLAYED = frozenset(
    {
        Kind.OFFER,
        Kind.OFFER_ACCEPTED,
        Kind.OFFER_DECLINED,
        Kind.OFFER_SILENT,
        Kind.OFFER_LOST,
        Kind.NOBODY_LEFT,
    }
)
"""What is told of an exercise reaches nobody but whoever plays it, however many it is meant for."""


def of_contact(notice: Notice) -> Address | None:
    """Where a contact of a partner is told; None when that partner is told nothing any more.

    Nobody is dialled or texted whose number was not verified, but for the call that verifies it.
    """
    contact = db.session.get(VendorContact, contact_id(notice.audience))
    if contact is None or contact.ended_at is not None or not _may_be_told(notice, contact):
        return None
    language = contact.locale[:2]
    if notice.channel == Channel.MAIL:
        return Address(contact.email, language, None) if contact.email else None
    sure = contact.verified_at is not None or notice.kind == Kind.CONTACT_CHECK
    return Address("", language, None, phone=contact.phone) if sure and contact.phone else None


def is_played(notice: Notice) -> bool:
    """Whether it is about an exercise, and would reach somebody outside."""
    ticket = ticket_of(notice)
    if ticket is None or not ticket.drill:
        return False
    return notice.kind in PLAYED or _is_outside(notice)


def who_plays(notice: Notice) -> Address | None:
    """Whoever made the offer, by mail; None for every other channel."""
    if notice.channel != Channel.MAIL:
        return None
    found = (people.active(person_id) for person_id in _askers(notice))
    asker = next((one for one in found if one is not None), None)
    rest = [] if asker else people.with_role(Role.COORDINATOR)[:1]
    return next((address_of(one) for one in ([asker] if asker else rest)), None)


def _may_be_told(notice: Notice, contact: VendorContact) -> bool:
    if db.session.get_one(Vendor, contact.vendor_id).withdrawn_at is not None:
        return False
    if notice.kind != Kind.OFFER:
        return True
    offer = _offer(notice)
    return offer is not None and offer.vendor_id == contact.vendor_id


def _is_outside(notice: Notice) -> bool:
    if contact_id(notice.audience) is not None:
        return True
    person = people.active(notice.person_id) if notice.person_id else None
    return person is not None and bool(OUTSIDE & person.roles)


def _askers(notice: Notice) -> Iterator[int]:
    """Who asked, then who asked others for the same task, then who coordinates the ticket."""
    offer, task_id = _offer(notice), _task_id(notice)
    if offer is not None:
        task_id = offer.task_id
        yield from [offer.made_by_id] if offer.made_by_id else []
    of_the_task = Offer.task_id == task_id
    asked = select(Offer.made_by_id).where(of_the_task).order_by(Offer.id.desc())
    yield from (one for one in db.session.scalars(asked) if one is not None)
    ticket: Ticket | None = ticket_of(notice)
    if ticket is not None and ticket.coordinator_id is not None:
        yield ticket.coordinator_id


def _offer(notice: Notice) -> Offer | None:
    offer_id = _id(notice, "offer:")
    return db.session.get(Offer, offer_id) if offer_id else None


def _task_id(notice: Notice) -> int:
    return _id(notice, "task:")


def _id(notice: Notice, prefix: str) -> int:
    """The number behind the prefix of what it is about; 0 when it is about something else."""
    number = notice.subject.removeprefix(prefix)
    return int(number) if number != notice.subject and number.isdecimal() else 0

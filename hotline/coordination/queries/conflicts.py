"""Which partners cannot be asked about a ticket, because they stand on the other side."""

from enum import StrEnum

from sqlalchemy import select

from hotline.coordination.models import Offer, OpposingParty, Task
from hotline.coordination.rules import ENDED, OfferStatus
from hotline.db import db
from hotline.members.models import Member
from hotline.searchkeys import company_key
from hotline.tickets.models import Ticket
from hotline.vendors import queries as vendors


class Against(StrEnum):
    """Why a partner cannot act for somebody."""

    DECLARED = "declared"
    """It said, or we noted, that it works for them or cannot act against them."""
    ENGAGED = "engaged"
    """It works for the other side on a ticket of ours now."""


def conflicting(ticket: Ticket) -> dict[int, Against]:
    """By partner why it must not be asked about this ticket.

    Declared is what it cannot do for or against the company itself, or one on the other side.
    """
    parties = parties_of(ticket.id)
    declared = vendors.conflicts_with({*_own_keys(ticket), *parties})
    engaged = dict.fromkeys(_engaged_for(parties), Against.ENGAGED)
    return engaged | dict.fromkeys(declared, Against.DECLARED)


def parties_of(ticket_id: int) -> set[str]:
    """The keys of the companies on the other side of a ticket."""
    query = select(OpposingParty.company_key).where(OpposingParty.ticket_id == ticket_id)
    return set(db.session.scalars(query))


def _own_keys(ticket: Ticket) -> set[str]:
    name = select(Member.name).where(Member.number == ticket.member_number)
    company = db.session.scalar(name) if ticket.member_number else None
    return {ticket.company_key, company_key(company or "")} - {""}


def _engaged_for(companies: set[str]) -> set[int]:
    """Who works for one of ``companies`` now; drills engage nobody."""
    if not companies:
        return set()
    query = (
        select(Offer.vendor_id)
        .join(Task, Task.id == Offer.task_id)
        .join(Ticket, Ticket.id == Task.ticket_id)
        .where(Offer.status == OfferStatus.ACCEPTED, Task.status.not_in(ENDED))
        .where(Ticket.company_key.in_(companies), ~Ticket.drill)
    )
    return set(db.session.scalars(query))

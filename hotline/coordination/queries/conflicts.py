"""Which partners cannot be asked about a ticket, because they stand on the other side."""

from collections.abc import Collection
from enum import StrEnum

from sqlalchemy import exists, or_, select

from hotline.coordination.models import Offer, OpposingParty, Task
from hotline.coordination.rules import ENDED, OfferStatus
from hotline.db import db
from hotline.members.models import Member
from hotline.searchkeys import company_key
from hotline.tickets import queries as tickets
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
    Two companies stand against each other on whichever of their tickets it was noted.
    """
    incident = {ticket.id, *(one.id for one in tickets.joined(tickets.living(ticket)))}
    own = _own_keys(incident)
    parties = _parties_of(incident)
    declared = vendors.conflicts_with(own | parties)
    engaged = dict.fromkeys(_engaged_against(own, parties), Against.ENGAGED)
    return engaged | dict.fromkeys(declared, Against.DECLARED)


def _parties_of(incident: Collection[int]) -> set[str]:
    """The keys of the companies on the other side, on whichever number of the incident."""
    query = select(OpposingParty.company_key).where(OpposingParty.ticket_id.in_(incident))
    return set(db.session.scalars(query))


def _own_keys(incident: Collection[int]) -> set[str]:
    query = (
        select(Ticket.company_key, Member.name)
        .outerjoin(Member, Member.number == Ticket.member_number)
        .where(Ticket.id.in_(incident))
    )
    found = db.session.execute(query)
    return {key for own, name in found for key in (own, company_key(name or ""))} - {""}


def _engaged_against(own: Collection[str], parties: Collection[str]) -> set[int]:
    """Who works now for one of ``parties``, or against one of ``own``; drills engage nobody."""
    against_us = exists().where(
        OpposingParty.ticket_id == Ticket.id, OpposingParty.company_key.in_(own)
    )
    query = (
        select(Offer.vendor_id)
        .join(Task, Task.id == Offer.task_id)
        .join(Ticket, Ticket.id == Task.ticket_id)
        .where(Offer.status == OfferStatus.ACCEPTED, Task.status.not_in(ENDED))
        .where(or_(Ticket.company_key.in_(parties), against_us), ~Ticket.drill)
    )
    return set(db.session.scalars(query))

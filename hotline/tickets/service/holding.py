"""Hold a ticket while it is changed, and keep what it is found by in step.

Whoever changes a ticket holds its open promises first and the ticket then, and several tickets in
the order of their ids: so nobody waits for somebody who waits, and of two people who want the same
at the same moment the second finds what the first has done. Rows that only name the ticket, such as
a line of its story, are written meanwhile: whoever holds a task writes one, and must not wait here.
"""

from collections.abc import Collection

from sqlalchemy import select

from hotline.db import db
from hotline.deadlines.service import Of
from hotline.errors import N_, Refused
from hotline.followups.models import Followup
from hotline.followups.rules import OPEN
from hotline.members.models import Member
from hotline.searchkeys import company_key, phone_key
from hotline.tickets import rules
from hotline.tickets.models import Ticket


def hold(ticket: Ticket) -> list[Followup]:
    """Keep everybody else from changing the ticket until the transaction ends, and look anew.

    Returns its open promises, which are held as well.
    """
    owed = _hold_promises([ticket.id])
    # Of the ticket alone: pages load it with its case types, and what is joined is not locked.
    db.session.refresh(ticket, with_for_update={"key_share": True, "of": Ticket})
    return owed


def hold_all(tickets: Collection[Ticket]) -> list[Followup]:
    """Hold several tickets with their open promises, which are returned."""
    ids = sorted(ticket.id for ticket in tickets)
    owed = _hold_promises(ids)
    query = select(Ticket).where(Ticket.id.in_(ids)).order_by(Ticket.id)
    held = query.with_for_update(key_share=True).execution_options(populate_existing=True)
    db.session.scalars(held).all()
    return owed


def _hold_promises(ticket_ids: Collection[int]) -> list[Followup]:
    query = (
        select(Followup)
        .where(Followup.ticket_id.in_(ticket_ids), Followup.status.in_(OPEN))
        .order_by(Followup.id)
        .with_for_update()
    )
    return list(db.session.scalars(query.execution_options(populate_existing=True)))


def check_all_held(ticket: Ticket, held: Collection[Followup]) -> None:
    """Refuse when a promise was made in the moment before the ticket was held."""
    open_ = select(Followup.id).where(Followup.ticket_id == ticket.id, Followup.status.in_(OPEN))
    if set(db.session.scalars(open_)) - {followup.id for followup in held}:
        raise Refused(N_("Somebody changed this ticket at the same moment. Please look again."))


def check_goes_on(ticket: Ticket) -> None:
    """Refuse to change a ticket that has ended."""
    if ticket.status in rules.ENDED:
        raise Refused(N_("This ticket has ended. Open it again first."))


def make_findable(ticket: Ticket) -> None:
    """Write down anew everything the ticket is found by."""
    ticket.company_key = company_key(ticket.company)
    ticket.phone_key = phone_key(ticket.caller_phone)
    ticket.callback_key = phone_key(ticket.callback_phone)
    ticket.safe_key = phone_key(ticket.safe_phone)
    ticket.search_text = rules.search_text_of(ticket)


def clocks_of(ticket: Ticket) -> Of:
    """The ticket as its legal clocks know it."""
    return Of(ticket.id, ticket.number, ticket.drill)


def company_of(member_number: str) -> str:
    """The name of the company with this number; "" when we do not know it."""
    query = select(Member.name).where(Member.number == member_number)
    return db.session.scalar(query) or ""

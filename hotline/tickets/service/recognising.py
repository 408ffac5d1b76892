"""Write down which company rings, before anybody has typed anything."""

from datetime import datetime

from hotline.audit import service as audit
from hotline.db import db
from hotline.tickets import rules
from hotline.tickets.models import Ticket
from hotline.tickets.service.holding import company_of, hold, make_findable


def recognise(ticket: Ticket, member_number: str, *, site: str, by_id: int, now: datetime) -> None:
    """The caller's number is on file with this company alone: its name stands in the ticket.

    What a person has written down stands; nobody is told, and it is no hearing yet.
    """
    hold(ticket)
    if ticket.changed_at is not None or ticket.company or ticket.member_number:
        return
    ticket.member_number, ticket.company = member_number, company_of(member_number)
    ticket.site = site
    ticket.version += 1  # Whoever has the page open already is told that it changed.
    make_findable(ticket)
    db.session.flush()
    about = rules.subject(ticket.number)
    audit.write("ticket.recognised", about, by_id=by_id, now=now, member=member_number)

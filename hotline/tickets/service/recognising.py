"""Write down who rings and about what, before anybody has typed anything."""

from datetime import datetime

from hotline import policy
from hotline.audit import service as audit
from hotline.db import db
from hotline.followups import service as followups
from hotline.tickets import rules
from hotline.tickets.models import Ticket, TicketCaseType
from hotline.tickets.rules import ENDED, CaseTypesPolicy
from hotline.tickets.service.holding import company_of, hold, make_findable
from hotline.timeline import service as timeline
from hotline.timeline.rules import Event


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


def recognise_type(ticket: Ticket, case_type: str, *, now: datetime) -> None:
    """The caller chose from the menu after somebody had taken the call: it is the first case type.

    What a person has chosen stands, and how grave a person has judged it to be.
    """
    hold(ticket)
    if ticket.types or ticket.status in ENDED:
        return
    ticket.types = [TicketCaseType(case_type=case_type, position=0)]
    ticket.version += 1
    if not ticket.assessed:
        ticket.severity = policy.get(CaseTypesPolicy).starting_severity([case_type])
    db.session.flush()
    followups.regrade(ticket.id, ticket.number, severity=ticket.severity, now=now)
    facts = {"case_types": [case_type]}
    timeline.write(ticket.id, Event.TYPED, at=now, by_id=None, facts=facts)
    about = rules.subject(ticket.number)
    audit.write("ticket.recognised", about, by_id=None, now=now, case_type=case_type)

"""How grave a ticket is, and what follows when that changes."""

from datetime import datetime

from hotline.audit import service as audit
from hotline.db import db
from hotline.followups import service as followups
from hotline.tickets import rules
from hotline.tickets.models import Ticket
from hotline.tickets.rules import Judgement
from hotline.tickets.service.urgency import rest_or_ring
from hotline.timeline import service as timeline
from hotline.timeline.rules import Event


def rate(ticket: Ticket, judged: Judgement, *, by_id: int, now: datetime) -> None:
    """Note a judgement. When it is another one, open promises get its time of grace, and what
    is grave at night rings somebody."""
    was = ticket.severity if ticket.assessed else None
    ticket.severity_reason, ticket.assessed = judged.reason, True
    if was == judged.severity:
        return
    ticket.severity = judged.severity
    facts = {"severity": judged.severity, "reason": judged.reason}
    timeline.write(ticket.id, Event.ASSESSED, at=now, by_id=by_id, facts=facts)
    about = rules.subject(ticket.number)
    audit.write("ticket.assessed", about, by_id=by_id, now=now, was=was, severity=judged.severity)
    db.session.flush()  # Promises and pages go by what is saved.
    followups.regrade(ticket.id, ticket.number, severity=ticket.severity, now=now)
    rest_or_ring(ticket, by_id=by_id, now=now)


def count_up(ticket: Ticket, *, by_id: int | None, now: datetime) -> None:
    """Note that the facts were saved: whoever typed meanwhile is told so."""
    ticket.version += 1
    ticket.changed_at, ticket.changed_by_id = now, by_id

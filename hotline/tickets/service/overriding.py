"""A P1 that does not wait for the calendar: whoever is on call is rung now, at any hour."""

from datetime import datetime

from hotline.audit import service as audit
from hotline.duty import queries as pages
from hotline.duty import service as duty
from hotline.duty.rules import Cause, PageStatus
from hotline.errors import N_, Invalid, Problem
from hotline.followups import service as followups
from hotline.followups.models import Followup
from hotline.followups.rules import UNTAKEN
from hotline.searchkeys import clean_name
from hotline.tickets import rules
from hotline.tickets.models import Ticket
from hotline.tickets.rules import Judgement, Severity
from hotline.tickets.service.holding import check_goes_on, hold
from hotline.tickets.service.rating import count_up, rate
from hotline.timeline import service as timeline
from hotline.timeline.rules import Event


def override(ticket: Ticket, *, reason: str, by_id: int, now: datetime) -> bool:
    """Do not wait: P1, the call back is owed now, and people are rung until somebody takes it.

    False when all of that holds already, and then nothing changed: pressing it twice is pressing
    it once. Nobody is rung for a drill. Raises Invalid for ``reason``, Refused when the ticket
    has ended.
    """
    reason = _checked(reason)
    owed = hold(ticket)
    check_goes_on(ticket)
    if _is_under_way(ticket, owed, now=now):
        return False
    later = min((one.due_at.isoformat() for one in owed if one.due_at > now), default="")
    _ring(ticket, now=now)
    rate(ticket, Judgement(Severity.P1, reason), by_id=by_id, now=now)
    followups.at_once(ticket.id, ticket.number, reason=reason, by_id=by_id, now=now)
    count_up(ticket, by_id=by_id, now=now)
    facts = {"reason": reason, "from_at": later}
    timeline.write(ticket.id, Event.OVERRIDDEN, at=now, by_id=by_id, facts=facts)
    audit.write("ticket.overridden", rules.subject(ticket.number), by_id=by_id, now=now)
    return True


def _checked(reason: str) -> str:
    try:
        reason = clean_name(reason, rules.REASON_LETTERS)
    except Problem as problem:
        raise Invalid({"reason": problem}) from problem
    if not reason:
        raise Invalid({"reason": Problem(N_("Say why, in a few words."))})
    return reason


def _is_under_way(ticket: Ticket, owed: list[Followup], *, now: datetime) -> bool:
    """Whether it is a P1, owed now, and somebody is being rung for it; nobody is at a drill."""
    now_owed = any(one.status in UNTAKEN and one.due_at <= now for one in owed)
    return ticket.severity == Severity.P1 and now_owed and (ticket.drill or _is_ringing(ticket))


def _is_ringing(ticket: Ticket) -> bool:
    return any(one.status == PageStatus.OPEN for one in pages.pages_of(ticket.number))


def _ring(ticket: Ticket, *, now: datetime) -> None:
    """Have people rung, unless they are being rung about this ticket already."""
    if ticket.drill or _is_ringing(ticket):
        return
    cause = Cause.P1_OVERRIDE
    opened = duty.page(ticket.id, ticket.number, line=ticket.line, cause=cause, now=now)
    if opened is None:
        duty.page_anew(ticket.number, cause, now=now)

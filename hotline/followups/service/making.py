"""Make a promise: for the first time, at once, or over again."""

from datetime import datetime

from hotline import policy
from hotline.audit import service as audit
from hotline.calendars.rules import ServiceStart
from hotline.calendars.rules import reason as reason_of
from hotline.clock import TOKYO
from hotline.followups import queries, rules
from hotline.followups.models import Followup
from hotline.followups.rules import EscalationPolicy, Status
from hotline.followups.service.stepping import checked, end_with, locked, record, step, subject
from hotline.followups.service.taking import take
from hotline.followups.service.telling import save
from hotline.timeline import service as timeline
from hotline.timeline.rules import Event


def promise(  # noqa: PLR0913 - a promise is exactly these things
    ticket_id: int,
    number: str,
    start: ServiceStart,
    *,
    severity: str,
    drill: bool = False,
    by_id: int | None,
    now: datetime,
) -> Followup:
    """Promise the first call back for when service starts, and say why then.

    Together with the promise go the notices that will announce it and, should nobody take it up
    in time, tell the others; a drill is never late.
    """
    why = reason_of(start)
    followup = save(
        number,
        severity=None if drill else severity,
        now=now,
        ticket_id=ticket_id,
        due_at=start.at,
        due_date=start.at.astimezone(TOKYO).date(),
        take_up_by=rules.take_up_by(start.at, severity, policy.get(EscalationPolicy)),
        in_hours=start.in_hours,
        reason_ja=why["ja"],
        reason_en=why["en"],
    )
    timeline.write(
        ticket_id,
        Event.PROMISED,
        at=now,
        by_id=by_id,
        facts={"due_at": followup.due_at.isoformat()},
    )
    return followup


def at_once(ticket_id: int, number: str, *, reason: str, by_id: int, now: datetime) -> Followup:
    """Owe the call now and not later, for this reason; where nothing was owed, it is owed now.

    Whoever had taken a promise up is asked again: what has become this urgent needs an answer.
    Raises Invalid when the reason is missing. The story is up to the caller.
    """
    reason = checked(reason, {})
    for followup in locked(ticket_id, rules.OPEN):
        step(followup, Status.MOVED)
        end_with(followup, reason, by_id=by_id, now=now)
        audit.write(f"followup.{Event.MOVED}", subject(followup.id), by_id=by_id, now=now)
    ticket = queries.ticket_facts(ticket_id)
    following = save(
        number,
        severity=None if ticket.drill else ticket.severity,
        now=now,
        ticket_id=ticket_id,
        due_at=now,
        due_date=now.astimezone(TOKYO).date(),
        take_up_by=rules.take_up_by(now, ticket.severity, policy.get(EscalationPolicy)),
        in_hours=True,  # Nobody waits for the desk to open.
        reason_ja=reason,
        reason_en=reason,
    )
    audit.write("followup.at_once", subject(following.id), by_id=by_id, now=now)
    return following


def carry_over(
    followup: Followup, ticket_id: int, number: str, *, by_id: int, now: datetime
) -> Followup:
    """Promise the same call on another ticket, because the incident goes on there.

    Whose work it was, their work it stays. A reason that somebody typed stays where it was: the
    other ticket may be read by another company. Ending ``followup`` is up to the caller.
    """
    typed = followup.reason_ja == followup.reason_en
    return _again(followup, ticket_id, number, say_why=not typed, by_id=by_id, now=now)


def renew(followup: Followup, number: str, *, by_id: int, now: datetime) -> Followup:
    """Owe again, with its moment and its reason, what was called off; whose work it was, theirs."""
    return _again(followup, followup.ticket_id, number, say_why=True, by_id=by_id, now=now)


def _again(
    followup: Followup, ticket_id: int, number: str, *, say_why: bool, by_id: int, now: datetime
) -> Followup:
    """The same promise once more, there or on another ticket; whose work it was, their work."""
    ticket = queries.ticket_facts(ticket_id)
    following = save(
        number,
        severity=None if ticket.drill else ticket.severity,
        now=now,
        ticket_id=ticket_id,
        due_at=followup.due_at,
        due_date=followup.due_date,
        take_up_by=rules.take_up_by(followup.due_at, ticket.severity, policy.get(EscalationPolicy)),
        in_hours=followup.in_hours,
        reason_ja=followup.reason_ja if say_why else "",
        reason_en=followup.reason_en if say_why else "",
    )
    facts = {"due_at": following.due_at.isoformat()}
    record(following, Event.PROMISED, by_id=by_id, now=now, facts=facts)
    if followup.taken_by_id is not None:
        take(following, by_id=followup.taken_by_id, now=now)
    return following

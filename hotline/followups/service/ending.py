"""End a promise in one of three ways: kept, moved or called off."""

from datetime import datetime

from hotline.audit import service as audit
from hotline.clock import TOKYO
from hotline.duty import service as duty
from hotline.followups import rules
from hotline.followups.models import Followup
from hotline.followups.rules import Status
from hotline.followups.service.stepping import checked, end_with, record, step, subject, ticket_of
from hotline.followups.service.telling import save
from hotline.timeline import service as timeline
from hotline.timeline.rules import Audience, Event


def keep(followup: Followup, *, by_id: int, now: datetime) -> None:
    """The call back was made."""
    step(followup, Status.DONE)
    end_with(followup, "", by_id=by_id, now=now)
    record(followup, Event.KEPT, by_id=by_id, now=now)
    duty.take_pages_of(ticket_of(followup).number, by_id=by_id, now=now)


def move(
    followup: Followup,
    number: str,
    *,
    due_at: datetime,
    reason: str,
    by_id: int,
    now: datetime,
) -> Followup:
    """Promise another time instead, with the reason; the new promise is returned.

    Raises Invalid for a time that has passed or a missing reason.
    """
    reason = checked(reason, {"due_at": rules.check_new_time(due_at, now=now)})
    step(followup, Status.MOVED)
    end_with(followup, reason, by_id=by_id, now=now)
    ticket = ticket_of(followup)
    following = save(
        number,
        severity=None if ticket.drill else ticket.severity,
        now=now,
        ticket_id=followup.ticket_id,
        due_at=due_at,
        due_date=due_at.astimezone(TOKYO).date(),
        take_up_by=due_at + (followup.take_up_by - followup.due_at),
        in_hours=False,  # It is due when it was promised, not at once.
        reason_ja=reason,
        reason_en=reason,
    )
    record(
        followup,
        Event.MOVED,
        by_id=by_id,
        now=now,
        facts={
            "reason": reason,
            "from_at": followup.due_at.isoformat(),
            "due_at": due_at.isoformat(),
        },
    )
    duty.take_pages_of(ticket.number, by_id=by_id, now=now)
    return following


def call_off(
    followup: Followup,
    *,
    reason: str,
    by_id: int,
    now: datetime,
    audience: Audience | None = None,
) -> None:
    """Nothing is owed any more, for this reason, which ``audience`` may read; the member too when
    nothing else is said. Raises Invalid when the reason is missing."""
    reason = checked(reason, {})
    step(followup, Status.CALLED_OFF)
    end_with(followup, reason, by_id=by_id, now=now)
    facts = {"reason": reason}
    timeline.write(
        followup.ticket_id, Event.CALLED_OFF, at=now, by_id=by_id, audience=audience, facts=facts
    )
    audit.write(f"followup.{Event.CALLED_OFF}", subject(followup.id), by_id=by_id, now=now)
    duty.call_off_pages(ticket_of(followup).number, by_id=by_id, now=now)

"""One step of a promise: held, checked, ended, and put on record."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import select

from hotline.audit import service as audit
from hotline.db import db
from hotline.errors import Invalid, Missing, Problem
from hotline.followups import queries, rules
from hotline.followups.models import Followup
from hotline.followups.queries import TicketFacts
from hotline.followups.rules import Status
from hotline.notices import service as notices
from hotline.searchkeys import clean_text
from hotline.timeline import service as timeline
from hotline.timeline.rules import Event


def get(followup_id: int) -> Followup:
    """The promise with this id, locked until the transaction ends. Raises Missing."""
    found = db.session.get(Followup, followup_id, with_for_update=True)
    if found is None:
        raise Missing()
    return found


def locked(ticket_id: int, statuses: Collection[Status]) -> list[Followup]:
    """The promises of a ticket that stand there, held until the transaction ends."""
    query = select(Followup).where(Followup.ticket_id == ticket_id, Followup.status.in_(statuses))
    query = query.order_by(Followup.id).with_for_update()
    return list(db.session.scalars(query.execution_options(populate_existing=True)))


def ticket_of(followup: Followup) -> TicketFacts:
    """What a promise needs to know of its ticket."""
    return queries.ticket_facts(followup.ticket_id)


def step(followup: Followup, wanted: Status) -> None:
    """Let it stand there from now on. Raises Refused where no way leads there."""
    rules.check_move(followup.status, wanted)
    followup.status = wanted


def end_with(followup: Followup, reason: str, *, by_id: int, now: datetime) -> None:
    """Nothing is told of it any more; ``reason`` is "" for a promise that was kept."""
    followup.ended_at, followup.ended_by_id, followup.end_reason = now, by_id, reason
    notices.withdraw(subject(followup.id))


def checked(reason: str, problems: dict[str, Problem | None]) -> str:
    """``reason``, trimmed. Raises Invalid for it together with all of ``problems``."""
    found = {name: problem for name, problem in problems.items() if problem is not None}
    try:
        reason = clean_text(reason, rules.REASON_LETTERS).strip()
        wrong = rules.check_reason(reason)
    except Problem as problem:
        wrong = problem
    if wrong is not None:
        found["reason"] = wrong
    if found:
        raise Invalid(found)
    return reason


def record(
    followup: Followup,
    event: Event,
    *,
    by_id: int,
    now: datetime,
    facts: Mapping[str, object] | None = None,
) -> None:
    """Write it into the ticket's story and into the audit trail."""
    timeline.write(followup.ticket_id, event, at=now, by_id=by_id, facts=facts)
    audit.write(f"followup.{event}", subject(followup.id), by_id=by_id, now=now)


def subject(followup_id: int) -> str:
    """What notices and the audit trail call the promise."""
    return f"followup:{followup_id}"

"""Who is told of a promise, when it is due and when it is late, and that they were told."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select, update

from hotline import policy
from hotline.audit import service as audit
from hotline.db import db, put
from hotline.followups import queries, rules
from hotline.followups.models import Followup
from hotline.followups.rules import EscalationPolicy, Status
from hotline.followups.service.stepping import locked, subject
from hotline.notices import service as notices
from hotline.notices.rules import Kind
from hotline.notices.service import Planned
from hotline.people.rules import Role
from hotline.timeline import service as timeline
from hotline.timeline.rules import Event


def hold_all(followup_ids: Collection[int]) -> None:
    """Keep these as they are until the transaction ends.

    Whoever ends a promise holds it first and what is told of it afterwards: in that order.
    """
    held = select(Followup.id).where(Followup.id.in_(followup_ids)).order_by(Followup.id)
    db.session.scalars(held.with_for_update()).all()


def announce(followup_id: int, *, now: datetime) -> None:
    """Note that the coordinator was told; a promise that is past that point stays as it is."""
    announce_all([followup_id], now=now)


def announce_all(followup_ids: Collection[int], *, now: datetime) -> None:
    """Note that the coordinators were told of these; see ``announce``."""
    announced = (
        update(Followup)
        .where(Followup.id.in_(followup_ids), Followup.status == Status.PENDING)
        .values(status=Status.ANNOUNCED, announced_at=now)
        .returning(Followup.id, Followup.ticket_id)
    )
    # Read as values: what is held in memory of a promise is brought up to date by the statement.
    for followup_id, ticket_id in db.session.execute(announced).all():
        timeline.write(ticket_id, Event.ANNOUNCED, at=now, by_id=None)
        audit.write("followup.announced", subject(followup_id), by_id=None, now=now)


def note_escalated(followup_id: int, audience: str, *, now: datetime) -> None:
    """Note in the story that these people were told that nobody took the promise up: once each."""
    followup = db.session.get(Followup, followup_id)
    if followup is None or queries.is_escalated(followup, audience):
        return
    facts = {"audience": audience, "promise": followup_id}
    timeline.write(followup.ticket_id, Event.ESCALATED, at=now, by_id=None, facts=facts)
    action, about = f"followup.{Event.ESCALATED}", subject(followup_id)
    audit.write(action, about, by_id=None, now=now, audience=audience)


def regrade(ticket_id: int, number: str, *, severity: str, now: datetime) -> None:
    """Another severity gives what is still owed another grace, and the notices other moments.

    Who was told already that a promise is late is not told again. A drill is never late.
    """
    drill = queries.ticket_facts(ticket_id).drill
    for followup in locked(ticket_id, rules.OPEN):
        until = rules.take_up_by(followup.due_at, severity, policy.get(EscalationPolicy))
        if until == followup.take_up_by:
            continue
        followup.take_up_by = until
        db.session.flush()
        if drill or followup.status not in rules.UNTAKEN:
            continue
        notices.withdraw(subject(followup.id), {Kind.PROMISE_LATE})
        told = queries.told_that_late(followup.id)
        late = _late(followup, number, severity, now=now)
        untold = [one for one in late if one.audience not in told]
        notices.tell_all(subject(followup.id), untold, now=now)


def save(number: str, *, severity: str | None, now: datetime, **values: object) -> Followup:
    """Make a promise of ``values``, with everything that is to be told about it.

    Without a severity it is never late.
    """
    # The notices are about followup.id.
    followup = put(Followup, status=Status.PENDING, made_at=now, **values)
    facts = _facts(followup, number)
    due = Planned(Kind.PROMISE_DUE, followup.due_at, facts, audience=Role.COORDINATOR)
    late = _late(followup, number, severity, now=now) if severity else []
    notices.tell_first(subject(followup.id), [due, *late], now=now)
    return followup


def _late(followup: Followup, number: str, severity: str, *, now: datetime) -> list[Planned]:
    """Who is told, and when, should nobody take the promise up."""
    facts = _facts(followup, number)
    steps = rules.escalations(followup.take_up_by, severity, policy.get(EscalationPolicy), now=now)
    return [
        Planned(Kind.PROMISE_LATE, at, facts, audience=audience, channel=channel)
        for audience, channel, at in steps
    ]


def _facts(followup: Followup, number: str) -> dict[str, object]:
    return {"number": number, "due_at": followup.due_at.isoformat()}

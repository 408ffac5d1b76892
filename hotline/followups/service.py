"""Make a promise, announce it, and end it in one of three ways."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import update

from hotline import policy
from hotline.audit import service as audit
from hotline.calendars.rules import ServiceStart
from hotline.calendars.rules import reason as reason_of
from hotline.clock import TOKYO
from hotline.db import db
from hotline.errors import Invalid, Missing, Problem
from hotline.followups import rules
from hotline.followups.models import Followup
from hotline.followups.rules import EscalationPolicy, Status
from hotline.notices import service as notices
from hotline.notices.rules import Kind
from hotline.people.rules import Role
from hotline.searchkeys import clean_text
from hotline.timeline import service as timeline
from hotline.timeline.rules import Event


def promise(
    ticket_id: int,
    number: str,
    start: ServiceStart,
    *,
    severity: str,
    by_id: int | None,
    now: datetime,
) -> Followup:
    """Promise the first call back for when service starts, and say why then.

    Together with the promise goes the notice that will announce it.
    """
    why = reason_of(start)
    followup = Followup(
        ticket_id=ticket_id,
        due_at=start.at,
        due_date=start.at.astimezone(TOKYO).date(),
        take_up_by=rules.take_up_by(start.at, severity, policy.get(EscalationPolicy)),
        in_hours=start.in_hours,
        reason_ja=why["ja"],
        reason_en=why["en"],
        status=Status.PENDING,
        made_at=now,
    )
    _save(followup, number, now=now)
    timeline.write(
        ticket_id,
        Event.PROMISED,
        at=now,
        by_id=by_id,
        facts={"due_at": followup.due_at.isoformat()},
    )
    return followup


def announce(followup_id: int, *, now: datetime) -> None:
    """Note that the coordinator was told; a promise that is past that point stays as it is."""
    ticket_id = db.session.scalar(
        update(Followup)
        .where(Followup.id == followup_id, Followup.status == Status.PENDING)
        .values(status=Status.ANNOUNCED, announced_at=now)
        .returning(Followup.ticket_id)
    )
    if ticket_id is None:
        return
    timeline.write(ticket_id, Event.ANNOUNCED, at=now, by_id=None)
    audit.write("followup.announced", _subject(followup_id), by_id=None, now=now)


def take(followup: Followup, *, by_id: int, now: datetime) -> None:
    """Take the promise up: from now on it is this person's work, and not late any more."""
    _step(followup, Status.TAKEN)
    followup.taken_at, followup.taken_by_id = now, by_id
    _record(followup, Event.TAKEN, by_id=by_id, now=now)


def keep(followup: Followup, *, by_id: int, now: datetime) -> None:
    """The call back was made."""
    _step(followup, Status.DONE)
    followup.ended_at, followup.ended_by_id = now, by_id
    notices.withdraw(_subject(followup.id))
    _record(followup, Event.KEPT, by_id=by_id, now=now)


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
    reason = _checked(reason, {"due_at": rules.check_new_time(due_at, now=now)})
    _step(followup, Status.MOVED)
    _end_with(followup, reason, by_id=by_id, now=now)
    following = Followup(
        ticket_id=followup.ticket_id,
        due_at=due_at,
        due_date=due_at.astimezone(TOKYO).date(),
        take_up_by=due_at + (followup.take_up_by - followup.due_at),
        in_hours=False,  # It is due when it was promised, not at once.
        reason_ja=reason,
        reason_en=reason,
        status=Status.PENDING,
        made_at=now,
    )
    _save(following, number, now=now)
    _record(
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
    return following


def call_off(followup: Followup, *, reason: str, by_id: int, now: datetime) -> None:
    """Nothing is owed any more, for this reason. Raises Invalid when the reason is missing."""
    reason = _checked(reason, {})
    _step(followup, Status.CALLED_OFF)
    _end_with(followup, reason, by_id=by_id, now=now)
    _record(followup, Event.CALLED_OFF, by_id=by_id, now=now, facts={"reason": reason})


def get(followup_id: int) -> Followup:
    """The promise with this id, locked until the transaction ends. Raises Missing."""
    found = db.session.get(Followup, followup_id, with_for_update=True)
    if found is None:
        raise Missing()
    return found


def _save(followup: Followup, number: str, *, now: datetime) -> None:
    db.session.add(followup)
    db.session.flush()  # The notice is about followup.id.
    notices.tell(
        _subject(followup.id),
        Kind.PROMISE_DUE,
        audience=Role.COORDINATOR,
        due_at=followup.due_at,
        facts={"number": number, "due_at": followup.due_at.isoformat()},
        now=now,
    )


def _step(followup: Followup, wanted: Status) -> None:
    rules.check_move(followup.status, wanted)
    followup.status = wanted


def _end_with(followup: Followup, reason: str, *, by_id: int, now: datetime) -> None:
    followup.ended_at, followup.ended_by_id, followup.end_reason = now, by_id, reason
    notices.withdraw(_subject(followup.id))


def _checked(reason: str, problems: dict[str, Problem | None]) -> str:
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


def _record(
    followup: Followup,
    event: Event,
    *,
    by_id: int,
    now: datetime,
    facts: Mapping[str, object] | None = None,
) -> None:
    timeline.write(followup.ticket_id, event, at=now, by_id=by_id, facts=facts)
    audit.write(f"followup.{event}", _subject(followup.id), by_id=by_id, now=now)


def _subject(followup_id: int) -> str:
    return f"followup:{followup_id}"

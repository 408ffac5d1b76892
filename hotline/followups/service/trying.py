"""Write down the tries to call back."""

from datetime import datetime

from hotline.audit import service as audit
from hotline.db import db
from hotline.errors import Invalid, Problem
from hotline.followups import queries, rules
from hotline.followups.models import Attempt, Followup
from hotline.followups.service.stepping import subject
from hotline.followups.service.taking import take
from hotline.notices import service as notices
from hotline.notices.rules import Kind
from hotline.searchkeys import clean_name
from hotline.timeline import service as timeline
from hotline.timeline.rules import Event


def attempt(
    followup: Followup,
    outcome: str,
    *,
    with_whom: str = "",
    next_try_at: datetime | None = None,
    by_id: int,
    now: datetime,
) -> Attempt:
    """Write down one try to call back; who tries takes the promise up.

    ``outcome`` is a code of rules.Outcome; reaching the caller does not end the promise by
    itself. Who tried is reminded at ``next_try_at``. Raises Refused when the promise has ended,
    Invalid with the names of the fields.
    """
    rules.check_open(followup.status)
    return attempt_on(
        followup.ticket_id,
        followup,
        outcome,
        with_whom=with_whom,
        next_try_at=next_try_at,
        by_id=by_id,
        now=now,
    )


def attempt_on(  # noqa: PLR0913 - an attempt is exactly these things
    ticket_id: int,
    followup: Followup | None,
    outcome: str,
    *,
    with_whom: str = "",
    next_try_at: datetime | None = None,
    by_id: int,
    now: datetime,
) -> Attempt:
    """Write down one try to call; ``followup`` is what was owed, None when nothing was.

    Otherwise as ``attempt``.
    """
    with_whom = _whom(with_whom)
    rules.check_attempt(outcome, with_whom=with_whom, next_try_at=next_try_at, now=now)
    if followup is not None and followup.status in rules.UNTAKEN:
        take(followup, by_id=by_id, now=now)
    made = Attempt(
        ticket_id=ticket_id,
        followup_id=followup.id if followup is not None else None,
        at=now,
        by_id=by_id,
        outcome=outcome,
        with_whom=with_whom,
        next_try_at=next_try_at,
    )
    db.session.add(made)
    db.session.flush()
    number = queries.ticket_facts(ticket_id).number
    about = subject(followup.id) if followup is not None else f"ticket:{number}"
    _remind(about, number, next_try_at, by_id=by_id, now=now)
    facts = {"with_whom": with_whom, "next_try_at": next_try_at.isoformat() if next_try_at else ""}
    timeline.write(ticket_id, Event(outcome), at=now, by_id=by_id, facts=facts)
    audit.write(f"followup.{Event(outcome)}", about, by_id=by_id, now=now)
    return made


def _remind(
    about: str, number: str, next_try_at: datetime | None, *, by_id: int, now: datetime
) -> None:
    """Whoever tried is told when to try again; an earlier plan is no plan any more."""
    notices.withdraw(about, {Kind.NEXT_TRY})
    if next_try_at is None:
        return
    notices.tell(
        about,
        Kind.NEXT_TRY,
        person_id=by_id,
        due_at=next_try_at,
        facts={"number": number, "due_at": next_try_at.isoformat()},
        now=now,
    )


def _whom(name: str) -> str:
    try:
        return clean_name(name, rules.NAME_LETTERS)
    except Problem as problem:
        raise Invalid({"with_whom": problem}) from problem

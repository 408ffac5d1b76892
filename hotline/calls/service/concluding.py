"""How a call went that we made: into the ledger of the promise, or of the ticket."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from hotline.audit import service as audit
from hotline.calls import queries, rules
from hotline.calls.models import Call
from hotline.calls.rules import Direction
from hotline.calls.service.holding import hold, hold_all, subject
from hotline.calls.service.worklist import handle
from hotline.db import db
from hotline.errors import N_, Invalid, Problem, Refused
from hotline.followups import queries as followups_on_record
from hotline.followups import rules as promises
from hotline.followups import service as followups
from hotline.followups.models import Followup
from hotline.followups.rules import Outcome
from hotline.tickets import service as tickets

CALLED_BACK = "called_back"
"""The code of config/dispositions.toml for a missed call whose caller we reached."""


@dataclass(frozen=True)
class Outcomes:
    """How a call went: a code of followups.rules.Outcome, with whom, and when it is tried again.

    ``missed`` are the ids of missed calls that are dealt with by it.
    """

    outcome: str
    with_whom: str = ""
    next_try_at: datetime | None = None
    note: str = ""
    missed: Collection[int] = ()


def conclude(call: Call, given: Outcomes, *, by_id: int, now: datetime) -> None:
    """Write down how a call went that we made, once.

    On a ticket it is a try to keep what is owed; reaching the caller keeps the promise. Raises
    Refused when it is written down already, and Invalid with the names of the fields.
    """
    hold(call)
    if call.direction != Direction.OUT:
        raise Refused(N_("This call came in: wrap it up instead."))
    if call.wrapped_at is not None:
        raise Refused(N_("Somebody has written down already how this call went."))
    note = _note(given)
    _check(given, now=now)
    if call.ticket_id is not None:
        _try(call.ticket_id, given, by_id=by_id, now=now)
    call.disposition, call.note = given.outcome, note
    call.wrapped_at, call.wrapped_by_id = now, by_id
    db.session.flush()
    audit.write("call.concluded", subject(call), by_id=by_id, now=now, outcome=given.outcome)
    if given.outcome == Outcome.REACHED:
        _handle(call, given.missed, by_id=by_id, now=now)


def _note(given: Outcomes) -> str:
    wrong: dict[str, Problem] = {}
    note = rules.check_note(given.note, None, wrong)
    if wrong:
        raise Invalid(wrong)
    return note


def _check(given: Outcomes, *, now: datetime) -> None:
    promises.check_attempt(
        given.outcome,
        with_whom=given.with_whom.strip(),
        next_try_at=given.next_try_at,
        now=now,
    )


def _try(ticket_id: int, given: Outcomes, *, by_id: int, now: datetime) -> None:
    owed = _owed(ticket_id)
    reached = given.outcome == Outcome.REACHED
    followups.attempt_on(
        ticket_id,
        owed,
        given.outcome,
        with_whom=given.with_whom,
        next_try_at=None if reached else given.next_try_at,
        by_id=by_id,
        now=now,
    )
    if owed is not None and reached:
        tickets.keep_promise(owed, by_id=by_id, now=now)


def _owed(ticket_id: int) -> Followup | None:
    listed = followups_on_record.of_ticket(ticket_id)
    found = next((one for one in listed if one.status in promises.OPEN), None)
    return None if found is None else followups.get(found.id)


def _handle(call: Call, missed: Collection[int], *, by_id: int, now: datetime) -> None:
    """Only calls of the number that was reached, and only what is still owed."""
    owed = {one.id for one in queries.missed_of(call, now)}
    for one in [one for one in hold_all(owed & set(missed)) if one.handled_at is None]:
        handle(one, reason=CALLED_BACK, by_id=by_id, now=now)

"""Move a ticket through its statuses."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from hotline import policy
from hotline.audit import service as audit
from hotline.db import db
from hotline.deadlines import service as deadlines
from hotline.duty import service as duty
from hotline.errors import N_, Invalid, Problem, Refused
from hotline.followups import service as followups
from hotline.followups.models import Followup
from hotline.notices import service as notices
from hotline.searchkeys import clean_text
from hotline.tickets import rules
from hotline.tickets.models import Ticket
from hotline.tickets.rules import ReferralsPolicy, Status
from hotline.tickets.service.holding import check_all_held, clocks_of, hold, hold_all
from hotline.tickets.service.member.obliging import remind_again_of_obligations
from hotline.tickets.service.starting import service_start
from hotline.tickets.service.urgency import page_if_urgent
from hotline.timeline import service as timeline
from hotline.timeline.rules import Audience, Event


@dataclass(frozen=True)
class Step:
    """One step of one ticket: where to, why, by whom and when; ``owed`` are its open promises,
    ``open_tasks`` counts the tasks of partners that go on."""

    ticket: Ticket
    status: Status
    reason: str
    referral: str
    by_id: int
    now: datetime
    owed: Sequence[Followup] = ()
    open_tasks: int = 0


def go_to(  # noqa: PLR0913 - a step is exactly these things
    ticket: Ticket, status: Status, *, reason: str = "", referral: str = "", by_id: int,
    now: datetime, open_tasks: int = 0,
) -> None:  # fmt: skip
    """Move the ticket on, let it wait, end it or open it again.

    Whoever knows of tasks holds the ticket, counts those of its incident that have not ended, and
    says how many. Raises Refused for a step there is none of and while promises or tasks are open,
    and Invalid for a missing ``reason`` or ``referral``.
    """
    owed = _hold(ticket)
    was = ticket.status
    rules.check_step(was, status)
    reason = _checked(was, status, reason, referral)
    ticket.status = status
    db.session.flush()
    _DO.get(status, _move_on)(Step(ticket, status, reason, referral, by_id, now, owed, open_tasks))
    audit.write(
        "ticket.moved_on", rules.subject(ticket.number), by_id=by_id, now=now, was=was, to=status
    )
    db.session.flush()


def keep_promise(followup: Followup, *, by_id: int, now: datetime) -> None:
    """The caller was called back: the promise is kept, and the hearing begins. Raises Refused."""
    followups.keep(followup, by_id=by_id, now=now)
    _go_on(followup.ticket_id, rules.AFTER_CALLING_BACK, by_id=by_id, now=now)


def call_off_promise(followup: Followup, *, reason: str, by_id: int, now: datetime) -> None:
    """No call back is owed any more. Raises Refused, or Invalid when the reason is missing."""
    followups.call_off(followup, reason=reason, by_id=by_id, now=now)
    _go_on(followup.ticket_id, rules.AFTER_CALLING_OFF, by_id=by_id, now=now)


def let_go(ticket: Ticket, *, by_id: int, now: datetime) -> None:
    """Nobody is told about this ticket any more: it has ended."""
    notices.withdraw(rules.subject(ticket.number))
    duty.call_off_pages(ticket.number, by_id=by_id, now=now)


def call_off_all(
    owed: Sequence[Followup],
    *,
    reason: str,
    by_id: int,
    now: datetime,
    audience: Audience | None = None,
) -> None:
    """Call off these promises, all for the same reason, which ``audience`` may read."""
    for followup in owed:
        followups.call_off(followup, reason=reason, by_id=by_id, now=now, audience=audience)


def _hold(ticket: Ticket) -> list[Followup]:
    """Hold the ticket, and the one that took it in: both stories go on when they part."""
    if ticket.duplicate_of_id is None:
        return hold(ticket)
    return hold_all([ticket, db.session.get_one(Ticket, ticket.duplicate_of_id)])


def _checked(was: str, status: Status, reason: str, referral: str) -> str:
    problems: dict[str, Problem] = {}
    try:
        reason = clean_text(reason, rules.REASON_LETTERS).strip()
    except Problem as problem:
        problems["reason"] = problem
    if rules.needs_reason(was, status) and not reason:
        problems["reason"] = Problem(N_("Say why, in a few words."))
    if status is Status.OUT_OF_SCOPE and referral not in policy.get(ReferralsPolicy).by_code:
        problems["referral"] = Problem(N_("Choose where the caller was referred to."))
    if problems:
        raise Invalid(problems)
    return reason


def _move_on(step: Step) -> None:
    _write(step, Event.MOVED_ON, status=step.status, reason=step.reason)


def _wait(step: Step) -> None:
    _write(step, Event.HELD, reason=step.reason)


def _close(step: Step) -> None:
    check_all_held(step.ticket, step.owed)
    if step.owed:
        raise Refused(N_("A promise is still open. Keep it or call it off first."))
    _check_tasks(step)
    deadlines.check_nothing_runs(step.ticket.id)
    _write(step, Event.CLOSED, reason=step.reason)
    let_go(step.ticket, by_id=step.by_id, now=step.now)


def _check_tasks(step: Step) -> None:
    if step.open_tasks:
        raise Refused(
            N_("Tasks are still open: %(count)s. Finish or stop them first."), count=step.open_tasks
        )


def _refer(step: Step) -> None:
    check_all_held(step.ticket, step.owed)
    _check_tasks(step)
    why = step.reason or policy.get(ReferralsPolicy).by_code[step.referral].ja
    call_off_all(step.owed, reason=why, by_id=step.by_id, now=step.now)
    deadlines.let_go(clocks_of(step.ticket), reason=why, by_id=step.by_id, now=step.now)
    _write(step, Event.OUT_OF_SCOPE, referral=step.referral, reason=step.reason)
    let_go(step.ticket, by_id=step.by_id, now=step.now)


def _reopen(step: Step) -> None:
    """The caller is owed a call again, from now on."""
    ticket = step.ticket
    _write(step, Event.REOPENED, reason=step.reason)
    if ticket.duplicate_of_id is not None:
        facts = {"number": ticket.number, "reason": step.reason}
        timeline.write(
            ticket.duplicate_of_id, Event.PARTED, at=step.now, by_id=step.by_id, facts=facts
        )
        ticket.duplicate_of_id = None
    followups.promise(
        ticket.id,
        ticket.number,
        service_start(ticket.line, step.now),
        severity=ticket.severity,
        drill=ticket.drill,
        by_id=step.by_id,
        now=step.now,
    )
    remind_again_of_obligations(ticket, now=step.now)
    page_if_urgent(ticket, now=step.now)


_DO: Mapping[Status, Callable[[Step], None]] = {
    Status.ON_HOLD: _wait,
    Status.CLOSED: _close,
    Status.OUT_OF_SCOPE: _refer,
    rules.REOPENED: _reopen,
}
"""Status to what comes with it; the others are only a line of the story."""


def _write(step: Step, event: Event, **facts: object) -> None:
    timeline.write(step.ticket.id, event, at=step.now, by_id=step.by_id, facts=facts)


def _go_on(
    ticket_id: int, following: Mapping[Status, Status], *, by_id: int, now: datetime
) -> None:
    query = select(Ticket).where(Ticket.id == ticket_id).with_for_update(key_share=True)
    ticket = db.session.scalars(query.execution_options(populate_existing=True)).one()
    status = following.get(Status(ticket.status))
    if status is None:
        return
    audit.write("ticket.moved_on", rules.subject(ticket.number), by_id=by_id, now=now,
                was=ticket.status, to=status)  # fmt: skip
    ticket.status = status
    db.session.flush()

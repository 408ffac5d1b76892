"""What people do with legal clocks: answer, report, call off, correct, and join or part tickets."""

from datetime import datetime

from sqlalchemy import select

from hotline import policy
from hotline.audit import service as audit
from hotline.db import db
from hotline.deadlines import rules
from hotline.deadlines.models import Clock
from hotline.deadlines.rules import ASSUMED, Claim, DeadlinesPolicy, Facts, Kind, Reason, Status
from hotline.deadlines.service import running
from hotline.deadlines.service.running import Act, Of, subject
from hotline.errors import N_, Missing, Refused
from hotline.timeline.models import Line
from hotline.timeline.rules import Audience, Event


def set_by_answers(of: Of, was: Facts, will: Facts, *, by_id: int | None, now: datetime) -> None:
    """Let the clocks run that the answers ask for: start, move and stop them as answers change.

    ``was`` and ``will`` are what is known before and after a save. Where a save says nothing new,
    nothing is asked of the database. A moment that somebody corrected by hand stays until another
    one is said. What somebody ended stays ended, unless there is a cause that was not known then.
    """
    known = policy.get(DeadlinesPolicy)
    before, after = (rules.claims(one, known, now=now) for one in (was, will))
    if before == after:
        return
    act = Act(of, by_id, now)
    clocks = _locked(of.ticket_id)
    for kind in Kind:
        clock, old, new = clocks.get(kind), before.get(kind), after.get(kind)
        if new is None:
            running.stop(clock, act)
        elif clock is None or running.runs_again(clock, new):
            later = rules.knew_later(new, was, known, now=now)
            running.start(clock, running.from_now(new, now) if later else new, act)
        elif clock.status == Status.RUNNING:
            running.follow(clock, old, new, act)
    db.session.flush()


def meet(clock: Clock, of: Of, *, note: str, by_id: int, now: datetime) -> None:
    """It was reported in time or not: where and how says ``note``. Raises Refused and Invalid."""
    rules.check_runs(clock.status)
    note = rules.check_note(note, N_("Say to whom and how it was reported."))
    running.end(clock, Status.MET, note, Act(of, by_id, now), Event.CLOCK_MET)


def call_off(
    clock: Clock,
    of: Of,
    *,
    note: str,
    by_id: int,
    now: datetime,
    audience: Audience | None = None,
) -> None:
    """Nothing has to be reported: ``note`` says why, and ``audience`` may read it (the member too
    when nothing else is said). Raises Refused and Invalid."""
    rules.check_runs(clock.status)
    note = rules.check_note(note, N_("Say why nothing has to be reported."))
    running.end(
        clock, Status.CALLED_OFF, note, Act(of, by_id, now), Event.CLOCK_CALLED_OFF, audience
    )


def run_again(clock: Clock, of: Of, *, by_id: int, now: datetime) -> None:
    """It was not done after all: the clock runs as it ran. Raises Refused when it runs."""
    if clock.status == Status.RUNNING:
        raise Refused(N_("This clock runs already."))
    running.resume(clock)
    act = Act(of, by_id, now)
    running.plan(clock, act)
    running.tell(clock, Event.CLOCK_RUNS_AGAIN, act)
    audit.write("clock.runs_again", subject(clock.id), by_id=by_id, now=now)
    db.session.flush()


def set_start(  # noqa: PLR0913 - a correction is exactly these things
    clock: Clock,
    of: Of,
    at: datetime,
    *,
    known_by: str,
    reason: str,
    by_id: int,
    now: datetime,
) -> list[Clock]:
    """Correct the moment from which is counted; returns the clocks that were corrected.

    Every running clock of the ticket that was counted from the same moment moves with it: the
    first report and the final one know of the same. Raises Refused and Invalid.
    """
    rules.check_runs(clock.status)
    who, why = rules.check_start(at, known_by, reason, now=now)
    known = policy.get(DeadlinesPolicy)
    act, counted = Act(of, by_id, now), rules.counted_from(clock.kind, known)
    moved = [
        one
        for one in _locked(of.ticket_id).values()
        if one.status == Status.RUNNING
        and one.started_at == clock.started_at
        and rules.counted_from(one.kind, known) == counted
    ]
    for one in moved:
        because = [
            code for code in running.because_of(one) if code not in ASSUMED | {Reason.CORRECTED}
        ]
        claim = Claim(Kind(one.kind), at, who, (*because, Reason.CORRECTED))
        running.run_from(one, claim, act, reason=why)
    db.session.flush()
    return moved


def let_go(of: Of, *, reason: str, by_id: int, now: datetime) -> None:
    """Stop every clock of a ticket that somebody else deals with, for this reason."""
    for clock in _running(of.ticket_id):
        call_off(clock, of, note=reason, by_id=by_id, now=now)


def carry_over(
    of: Of, to: Of, *, reason: str, audience: Audience | None, by_id: int, now: datetime
) -> None:
    """The incident goes on as another ticket: its clocks run there, from the earlier moment.

    A clock of its kind that ended there stays ended.
    """
    theirs = _locked(to.ticket_id)
    there = Act(to, by_id, now)
    for clock in _running(of.ticket_id):
        claim = Claim(
            Kind(clock.kind), clock.started_at, clock.known_by, tuple(running.because_of(clock))
        )
        other = theirs.get(Kind(clock.kind))
        if other is None:
            running.start(None, claim, there)
        elif other.status == Status.RUNNING and clock.started_at < other.started_at:
            running.run_from(other, claim, there)
        call_off(clock, of, note=reason, by_id=by_id, now=now, audience=audience)


def take_back(of: Of, *, reason: str, by_id: int, now: datetime) -> None:
    """The incident goes on by itself: what ``carry_over`` stopped for ``reason`` runs again."""
    for clock in _locked(of.ticket_id).values():
        if clock.status == Status.CALLED_OFF and clock.note == reason:
            run_again(clock, of, by_id=by_id, now=now)


def check_nothing_runs(ticket_id: int) -> None:
    """Refuse to close a ticket while a clock runs on it."""
    if _running(ticket_id):
        raise Refused(N_("A legal clock still runs. Write down the report or call it off first."))


def note_passed(clock_id: int, *, now: datetime) -> None:
    """Note in the story that the time is over and people were told; once for each end."""
    clock = db.session.get(Clock, clock_id, with_for_update=True)
    if clock is None or clock.status != Status.RUNNING:
        return
    told = select(Line.id).where(
        Line.subject == subject(clock_id),
        Line.event == Event.CLOCK_PASSED,
        Line.at >= clock.set_at,
    )
    if db.session.scalar(told.limit(1)) is None:
        running.tell(clock, Event.CLOCK_PASSED, Act(Of(clock.ticket_id, ""), None, now))
        audit.write("clock.passed", subject(clock_id), by_id=None, now=now)


def clock_of(clock_id: int, ticket_id: int) -> Clock:
    """The clock with this id on this ticket, held until the transaction ends. Raises Missing."""
    found = db.session.get(Clock, clock_id, with_for_update=True)
    if found is None or found.ticket_id != ticket_id:
        raise Missing()
    return found


def _locked(ticket_id: int) -> dict[str, Clock]:
    """Kind to clock, all of a ticket, held until the transaction ends."""
    query = select(Clock).where(Clock.ticket_id == ticket_id).order_by(Clock.id).with_for_update()
    found = db.session.scalars(query.execution_options(populate_existing=True))
    return {one.kind: one for one in found}


def _running(ticket_id: int) -> list[Clock]:
    return [one for one in _locked(ticket_id).values() if one.status == Status.RUNNING]

"""Let clocks run, correct them, and end them: with everything that is told about them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select

from hotline import policy
from hotline.audit import service as audit
from hotline.calendars import service as calendars
from hotline.db import db
from hotline.deadlines import rules
from hotline.deadlines.models import Clock
from hotline.deadlines.rules import (
    ASSUMED,
    Claim,
    DeadlinesPolicy,
    Facts,
    Kind,
    Limit,
    Reason,
    Status,
)
from hotline.errors import N_, Missing, Refused
from hotline.notices import service as notices
from hotline.notices.rules import LEAD, RESPONSIBLE
from hotline.notices.rules import Kind as Telling
from hotline.notices.service import Planned
from hotline.timeline import service as timeline
from hotline.timeline.models import Line
from hotline.timeline.rules import Audience, Event


@dataclass(frozen=True)
class Of:
    """What a clock must know of its ticket."""

    ticket_id: int
    number: str
    drill: bool = False


@dataclass(frozen=True)
class _Act:
    """Who does something to the clocks of a ticket, and when."""

    of: Of
    by_id: int | None
    now: datetime


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
    act = _Act(of, by_id, now)
    clocks = _locked(of.ticket_id)
    for kind in Kind:
        clock, old, new = clocks.get(kind), before.get(kind), after.get(kind)
        if new is None:
            _stop(clock, act)
        elif clock is None or _runs_again(clock, new):
            later = rules.knew_later(new, was, known, now=now)
            _start(clock, _from_now(new, now) if later else new, act)
        elif clock.status == Status.RUNNING:
            _follow(clock, old, new, act)
    db.session.flush()


def meet(clock: Clock, of: Of, *, note: str, by_id: int, now: datetime) -> None:
    """It was reported in time or not: where and how says ``note``. Raises Refused and Invalid."""
    rules.check_runs(clock.status)
    note = rules.check_note(note, N_("Say to whom and how it was reported."))
    _end(clock, Status.MET, note, _Act(of, by_id, now), Event.CLOCK_MET)


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
    _end(clock, Status.CALLED_OFF, note, _Act(of, by_id, now), Event.CLOCK_CALLED_OFF, audience)


def run_again(clock: Clock, of: Of, *, by_id: int, now: datetime) -> None:
    """It was not done after all: the clock runs as it ran. Raises Refused when it runs."""
    if clock.status == Status.RUNNING:
        raise Refused(N_("This clock runs already."))
    _run(clock)
    act = _Act(of, by_id, now)
    _plan(clock, act)
    _tell(clock, Event.CLOCK_RUNS_AGAIN, act)
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
    act, counted = _Act(of, by_id, now), rules.counted_from(clock.kind, known)
    moved = [
        one
        for one in _locked(of.ticket_id).values()
        if one.status == Status.RUNNING
        and one.started_at == clock.started_at
        and rules.counted_from(one.kind, known) == counted
    ]
    for one in moved:
        because = [code for code in _because(one) if code not in ASSUMED | {Reason.CORRECTED}]
        claim = Claim(Kind(one.kind), at, who, (*because, Reason.CORRECTED))
        _set(one, claim, act, reason=why)
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
    there = _Act(to, by_id, now)
    for clock in _running(of.ticket_id):
        claim = Claim(Kind(clock.kind), clock.started_at, clock.known_by, tuple(_because(clock)))
        other = theirs.get(Kind(clock.kind))
        if other is None:
            _start(None, claim, there)
        elif other.status == Status.RUNNING and clock.started_at < other.started_at:
            _set(other, claim, there)
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
        _tell(clock, Event.CLOCK_PASSED, _Act(Of(clock.ticket_id, ""), None, now))
        audit.write("clock.passed", subject(clock_id), by_id=None, now=now)


def get(clock_id: int) -> Clock:
    """The clock with this id, held until the transaction ends. Raises Missing."""
    found = db.session.get(Clock, clock_id, with_for_update=True)
    if found is None:
        raise Missing()
    return found


def subject(clock_id: int) -> str:
    """How the trail, the story and notices name a clock."""
    return f"clock:{clock_id}"


def _locked(ticket_id: int) -> dict[str, Clock]:
    """Kind to clock, all of a ticket, held until the transaction ends."""
    query = select(Clock).where(Clock.ticket_id == ticket_id).order_by(Clock.id).with_for_update()
    found = db.session.scalars(query.execution_options(populate_existing=True))
    return {one.kind: one for one in found}


def _running(ticket_id: int) -> list[Clock]:
    return [one for one in _locked(ticket_id).values() if one.status == Status.RUNNING]


def _stop(clock: Clock | None, act: _Act) -> None:
    """The answers ask for no report any more: without a note, so that they can ask again."""
    if clock is not None and clock.status == Status.RUNNING:
        _end(clock, Status.CALLED_OFF, "", act, Event.CLOCK_CALLED_OFF)


def _runs_again(clock: Clock, claim: Claim) -> bool:
    """Whether an ended clock starts anew: the answers stopped it, or there is a new cause.

    What was reported is completed later, and does not start again.
    """
    if clock.status != Status.CALLED_OFF:
        return False
    return not clock.note or bool(claim.causes - set(_because(clock)))


def _from_now(claim: Claim, now: datetime) -> Claim:
    """The duty arises now: whatever was known before is not what is counted from."""
    kept = [one for one in claim.because if one not in ASSUMED]
    return replace(claim, started_at=now, because=(*kept, Reason.LATER_MANY))


def _start(clock: Clock | None, claim: Claim, act: _Act) -> None:
    due = _limit(claim)
    fresh = clock is None
    clock = clock or Clock(ticket_id=act.of.ticket_id, kind=claim.kind)
    _write(clock, claim, due, act)
    _run(clock)
    db.session.add(clock)
    db.session.flush()  # The notices are about clock.id.
    _plan(clock, act)
    codes = [str(one) for one in claim.because]
    _tell(clock, Event.CLOCK_STARTED, act, until=_until(clock), because=codes)
    action = "clock.started" if fresh else "clock.started_again"
    audit.write(action, subject(clock.id), by_id=act.by_id, now=act.now, because=codes)


def _follow(clock: Clock, old: Claim | None, new: Claim, act: _Act) -> None:
    """The answers changed while it runs: another moment, another length, other reasons."""
    stood = set(_because(clock))
    if Reason.LATER_MANY in stood and new.causes == {Reason.MANY}:
        new = _from_now(new, clock.started_at)
    elif not _is_said_anew(old, new) and Reason.LATER_MANY not in stood:
        kept = [one for one in new.because if one not in ASSUMED or one in stood]
        by_hand = (Reason.CORRECTED,) if Reason.CORRECTED in stood else ()
        new = replace(
            new,
            started_at=clock.started_at,
            known_by=clock.known_by if by_hand else new.known_by,
            because=(*kept, *by_hand),
        )
    _set(clock, new, act)


def _is_said_anew(old: Claim | None, new: Claim) -> bool:
    """Whether somebody said another moment; two guesses say nothing."""
    if old is not None and old.is_assumed and new.is_assumed:
        return False
    return old is None or old.started_at != new.started_at


def _set(clock: Clock, claim: Claim, act: _Act, *, reason: str = "") -> None:
    """Let a running clock run so; a new end is told, and reminds at new moments."""
    before, was = _until(clock), (clock.started_at, clock.due_at)
    _write(clock, claim, _limit(claim), act)
    db.session.flush()
    audit.write(
        "clock.set", subject(clock.id), by_id=act.by_id, now=act.now, because=list(_because(clock))
    )
    if (clock.started_at, clock.due_at) == was:
        return
    notices.withdraw(subject(clock.id))
    _plan(clock, act)
    _tell(
        clock, Event.CLOCK_MOVED, act, until_before=before, until=_until(clock),
        known_at=clock.started_at.isoformat(), reason=reason,
    )  # fmt: skip


def _write(clock: Clock, claim: Claim, due: Limit, act: _Act) -> None:
    if clock.started_at != claim.started_at or clock.set_at is None:
        clock.set_by_id, clock.set_at = act.by_id, act.now
    clock.started_at, clock.known_by = claim.started_at, claim.known_by
    clock.due_at, clock.soft_at, clock.days = due.due_at, due.soft_at, due.days
    clock.because = " ".join(claim.because)


def _run(clock: Clock) -> None:
    clock.status, clock.note = Status.RUNNING, ""
    clock.ended_at = clock.ended_by_id = None


def _end(
    clock: Clock, status: Status, note: str, act: _Act, event: Event,
    audience: Audience | None = None,
) -> None:  # fmt: skip
    clock.status, clock.note = status, note
    clock.ended_at, clock.ended_by_id = act.now, act.by_id
    db.session.flush()
    notices.withdraw(subject(clock.id))
    _tell(clock, event, act, audience, reason=note)
    audit.write(f"clock.{status}", subject(clock.id), by_id=act.by_id, now=act.now)


def _limit(claim: Claim) -> Limit:
    rule = rules.rule_of(claim.kind, claim.started_at, policy.get(DeadlinesPolicy))
    return rules.limit(
        rule,
        claim.started_at,
        improper=Reason.IMPROPER in claim.because,
        government=calendars.current("government"),
    )


def _plan(clock: Clock, act: _Act) -> None:
    """Save who is to be told, and when; a drill is never late."""
    known = policy.get(DeadlinesPolicy)
    rule = rules.rule_of(clock.kind, clock.started_at, known)
    until = rules.until(clock.kind, clock.due_at, known)
    facts = {
        "number": act.of.number,
        "clock": clock.kind,
        "until": until,
        "due_at": clock.due_at.isoformat(),
    }
    near = rules.warnings(rule, clock.started_at, clock.due_at, now=act.now)
    planned = [Planned(Telling.CLOCK_NEAR, at, facts, audience=RESPONSIBLE) for at in near]
    if not act.of.drill:
        over = max(clock.due_at, act.now)
        planned += [
            Planned(Telling.CLOCK_PASSED, over, facts, audience=one) for one in (RESPONSIBLE, LEAD)
        ]
    notices.tell_all(subject(clock.id), planned, now=act.now)


def _tell(
    clock: Clock, event: Event, act: _Act, audience: Audience | None = None, **facts: object
) -> None:
    timeline.write(
        clock.ticket_id,
        event,
        at=act.now,
        by_id=act.by_id,
        audience=audience,
        subject=subject(clock.id),
        facts={"clock": clock.kind, **facts},
    )


def _until(clock: Clock) -> str:
    return rules.until(clock.kind, clock.due_at, policy.get(DeadlinesPolicy))


def _because(clock: Clock) -> Sequence[Reason]:
    """The reasons of a clock; a code that is known no more is left out."""
    return [Reason(one) for one in clock.because.split() if one in set(Reason)]

"""One clock starts, follows the answers and ends: with everything that is told about it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from hotline import policy
from hotline.audit import service as audit
from hotline.calendars import service as calendars
from hotline.db import db
from hotline.deadlines import rules
from hotline.deadlines.models import Clock
from hotline.deadlines.rules import ASSUMED, Claim, DeadlinesPolicy, Limit, Reason, Status
from hotline.notices import service as notices
from hotline.notices.rules import LEAD, RESPONSIBLE
from hotline.notices.rules import Kind as Telling
from hotline.notices.service import Planned
from hotline.timeline import service as timeline
from hotline.timeline.rules import Audience, Event


@dataclass(frozen=True)
class Of:
    """What a clock must know of its ticket."""

    ticket_id: int
    number: str
    drill: bool = False


@dataclass(frozen=True)
class Act:
    """Who does something to the clocks of a ticket, and when."""

    of: Of
    by_id: int | None
    now: datetime


def subject(clock_id: int) -> str:
    """How the trail, the story and notices name a clock."""
    return f"clock:{clock_id}"


def stop(clock: Clock | None, act: Act) -> None:
    """The answers ask for no report any more: without a note, so that they can ask again."""
    if clock is not None and clock.status == Status.RUNNING:
        end(clock, Status.CALLED_OFF, "", act, Event.CLOCK_CALLED_OFF)


def runs_again(clock: Clock, claim: Claim) -> bool:
    """Whether an ended clock starts anew: the answers stopped it, or there is a new cause.

    What was reported is completed later, and does not start again.
    """
    if clock.status != Status.CALLED_OFF:
        return False
    return not clock.note or bool(claim.causes - set(because_of(clock)))


def from_now(claim: Claim, now: datetime) -> Claim:
    """The duty arises now: whatever was known before is not what is counted from."""
    kept = [one for one in claim.because if one not in ASSUMED]
    return replace(claim, started_at=now, because=(*kept, Reason.LATER_MANY))


def start(clock: Clock | None, claim: Claim, act: Act) -> None:
    """It runs, for the first time or anew: people are told, and will be when its time is near."""
    due = _limit(claim)
    fresh = clock is None
    clock = clock or Clock(ticket_id=act.of.ticket_id, kind=claim.kind)
    _write(clock, claim, due, act)
    resume(clock)
    db.session.add(clock)
    db.session.flush()  # The notices are about clock.id.
    plan(clock, act)
    codes = [str(one) for one in claim.because]
    tell(clock, Event.CLOCK_STARTED, act, until=_until(clock), because=codes)
    action = "clock.started" if fresh else "clock.started_again"
    audit.write(action, subject(clock.id), by_id=act.by_id, now=act.now, because=codes)


def follow(clock: Clock, old: Claim | None, new: Claim, act: Act) -> None:
    """The answers changed while it runs: another moment, another length, other reasons."""
    stood = set(because_of(clock))
    if Reason.LATER_MANY in stood and new.causes == {Reason.MANY}:
        new = from_now(new, clock.started_at)
    elif not _is_said_anew(old, new) and Reason.LATER_MANY not in stood:
        kept = [one for one in new.because if one not in ASSUMED or one in stood]
        by_hand = (Reason.CORRECTED,) if Reason.CORRECTED in stood else ()
        new = replace(
            new,
            started_at=clock.started_at,
            known_by=clock.known_by if by_hand else new.known_by,
            because=(*kept, *by_hand),
        )
    run_from(clock, new, act)


def _is_said_anew(old: Claim | None, new: Claim) -> bool:
    """Whether somebody said another moment; two guesses say nothing."""
    if old is not None and old.is_assumed and new.is_assumed:
        return False
    return old is None or old.started_at != new.started_at


def run_from(clock: Clock, claim: Claim, act: Act, *, reason: str = "") -> None:
    """Let a running clock run so; a new end is told, and reminds at new moments."""
    before, was = _until(clock), (clock.started_at, clock.due_at)
    _write(clock, claim, _limit(claim), act)
    db.session.flush()
    audit.write(
        "clock.set",
        subject(clock.id),
        by_id=act.by_id,
        now=act.now,
        because=list(because_of(clock)),
    )
    if (clock.started_at, clock.due_at) == was:
        return
    notices.withdraw(subject(clock.id))
    plan(clock, act)
    tell(
        clock, Event.CLOCK_MOVED, act, until_before=before, until=_until(clock),
        known_at=clock.started_at.isoformat(), reason=reason,
    )  # fmt: skip


def _write(clock: Clock, claim: Claim, due: Limit, act: Act) -> None:
    if clock.started_at != claim.started_at or clock.set_at is None:
        clock.set_by_id, clock.set_at = act.by_id, act.now
    clock.started_at, clock.known_by = claim.started_at, claim.known_by
    clock.due_at, clock.soft_at, clock.days = due.due_at, due.soft_at, due.days
    clock.because = " ".join(claim.because)


def resume(clock: Clock) -> None:
    """It runs as if it had never ended."""
    clock.status, clock.note = Status.RUNNING, ""
    clock.ended_at = clock.ended_by_id = None


def end(
    clock: Clock, status: Status, note: str, act: Act, event: Event,
    audience: Audience | None = None,
) -> None:  # fmt: skip
    """It ends so, and nobody is told of its time any more; ``audience`` may read the line."""
    clock.status, clock.note = status, note
    clock.ended_at, clock.ended_by_id = act.now, act.by_id
    db.session.flush()
    notices.withdraw(subject(clock.id))
    tell(clock, event, act, audience, reason=note)
    audit.write(f"clock.{status}", subject(clock.id), by_id=act.by_id, now=act.now)


def _limit(claim: Claim) -> Limit:
    rule = rules.rule_of(claim.kind, claim.started_at, policy.get(DeadlinesPolicy))
    return rules.limit(
        rule,
        claim.started_at,
        improper=Reason.IMPROPER in claim.because,
        government=calendars.current("government"),
    )


def plan(clock: Clock, act: Act) -> None:
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


def tell(
    clock: Clock, event: Event, act: Act, audience: Audience | None = None, **facts: object
) -> None:
    """One line about it in the ticket's story."""
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


def because_of(clock: Clock) -> Sequence[Reason]:
    """The reasons of a clock; a code that is known no more is left out."""
    return [Reason(one) for one in clock.because.split() if one in set(Reason)]

"""Where a ticket stands in the words of its caller: what is, what comes next, and when."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from hotline import policy
from hotline.coordination.rules import ENDED, TaskStatus
from hotline.edge import language
from hotline.errors import N_
from hotline.followups import queries as followups
from hotline.followups import rules as promises
from hotline.followups.models import Followup
from hotline.followups.rules import PromisePolicy
from hotline.followups.rules import Status as Promise
from hotline.tickets.models import Ticket
from hotline.tickets.rules import Status


@dataclass(frozen=True)
class Said:
    """A status in the words of somebody who waits: what is, and what comes next."""

    now: str
    next: str


WORDS = {
    Status.RECEIVED: Said(
        N_("We have your report."), N_("The person on duty is looking after it now.")
    ),
    Status.CALLBACK_PENDING: Said(
        N_("We have your report, and we will call you back."),
        N_("Until then, please do not restart, reset or delete anything."),
    ),
    Status.HEARING: Said(
        N_("We are finding out with you what happened."),
        N_("Next we tell you what to do first."),
    ),
    Status.ADVISED: Said(
        N_("We have told you what to do first."),
        N_("Next we look for the specialists you need."),
    ),
    Status.COORDINATING: Said(
        N_("We are finding specialists for you."),
        N_("We call you as soon as we know who comes and when."),
    ),
    Status.RESPONDING: Said(
        N_("Specialists are examining and repairing."),
        N_("We call you when there is something new."),
    ),
    Status.SETTLING: Said(
        N_("We are making sure that it is over."), N_("We call you before we finish.")
    ),
    Status.CLOSED: Said(
        N_("We have finished."), N_("If anything happens again, please call at once.")
    ),
    Status.ON_HOLD: Said(
        N_("We are waiting until we can go on."),
        N_("If you need us before that, please call."),
    ),
    Status.OUT_OF_SCOPE: Said(
        N_("Those we named on the phone can help you with this."),
        N_("If anything is unclear, please call us again."),
    ),
    Status.DUPLICATE: Said(
        N_("We handle this together with another report about the same incident."),
        N_("Your number stays good: you can go on giving it to us."),
    ),
}

WAY = (
    N_("We have your report"),
    N_("We hear from you what happened"),
    N_("We tell you what to do first"),
    N_("We find the specialists you need"),
    N_("They examine and repair"),
    N_("We make sure that it is over"),
)
HERE = {
    Status.RECEIVED: 1,
    Status.CALLBACK_PENDING: 1,
    Status.HEARING: 1,
    Status.ADVISED: 2,
    Status.COORDINATING: 3,
    Status.RESPONDING: 4,
    Status.SETTLING: 5,
    Status.CLOSED: len(WAY),
}
"""At which step of the way each status is; the side states stand beside the way."""

SEEKING, AT_WORK = HERE[Status.COORDINATING], HERE[Status.RESPONDING]


def begun(tasks: Collection[str]) -> frozenset[int]:
    """The steps of the way that partners' tasks in these statuses have begun already.

    They can be ahead of the status, which a person moves.
    """
    going_on = set(tasks) - ENDED - {TaskStatus.DRAFTED}
    at_work = going_on - {TaskStatus.OFFERED, *ESTIMATING}
    return frozenset(step for step, some in {SEEKING: going_on, AT_WORK: at_work}.items() if some)


ESTIMATING = frozenset({TaskStatus.ACCEPTED, TaskStatus.ESTIMATING, TaskStatus.WAITING_APPROVAL})
"""Somebody has taken the task on, and does not work at it yet."""


@dataclass(frozen=True)
class Shown:
    """What the page says of the next call; ``why`` is empty where nothing was computed."""

    state: str
    """"later", "soon", "taken" or "late"."""
    due_at: datetime
    sentence: str
    why: str


def promised(ticket: Ticket, *, now: datetime) -> Shown | None:
    """What is owed next; of a joined ticket what is owed where the incident goes on.

    None when nothing is owed.
    """
    return promised_of([ticket], now=now)[ticket.id]


def promised_of(tickets: Collection[Ticket], *, now: datetime) -> dict[int, Shown | None]:
    """Ticket id to what is owed next on it, asked for all of them in one statement."""
    drills = {one.id for one in tickets if one.drill}
    owed_now = owed_of(tickets).items()
    return {one: shown(owed, now=now, drill=one in drills) for one, owed in owed_now}


def owed_of(tickets: Collection[Ticket]) -> dict[int, Followup | None]:
    """Ticket id to the next promise, as ``promised_of`` finds it."""
    goes_on = {ticket.id: ticket.duplicate_of_id or ticket.id for ticket in tickets}
    listed = followups.of_tickets(list(set(goes_on.values())))
    return {one: _owed(listed[living]) for one, living in goes_on.items()}


def _owed(listed: Sequence[Followup]) -> Followup | None:
    return next((one for one in listed if one.status in promises.OPEN), None)


def shown(
    owed: Followup | None, *, now: datetime, drill: bool = False, code: str = ""
) -> Shown | None:
    """A promise in the reader's language, or that of ``code``; None for none.

    Nothing is late in an exercise.
    """
    if owed is None:
        return None
    code = code or language.current()
    return Shown(
        state=_state(owed, now=now, drill=drill),
        due_at=owed.due_at,
        sentence=promises.sentence(
            owed.due_at,
            in_hours=owed.in_hours,
            language=code,
            policy=policy.get(PromisePolicy),
        ),
        why="" if _is_typed(owed) else getattr(owed, f"reason_{code}"),
    )


def _state(owed: Followup, *, now: datetime, drill: bool) -> str:
    if owed.status == Promise.TAKEN:
        return "taken"
    if not drill and promises.is_late(owed.status, owed.take_up_by, now=now):
        return "late"
    return "later" if now < owed.due_at else "soon"


def _is_typed(owed: Followup) -> bool:
    """Whether a person typed its reason when the promise was moved: that is not shown.

    The calendar says its reasons in both languages, a person in one for both.
    """
    return owed.reason_ja == owed.reason_en

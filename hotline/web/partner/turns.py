"""Whose turn it is on a task of a partner, since when, and what is to be done."""

from dataclasses import dataclass
from datetime import datetime

from hotline.coordination.queries.own import Own
from hotline.coordination.rules import TaskStatus
from hotline.coordination.rules.offers import Standing
from hotline.errors import N_


@dataclass(frozen=True)
class Turn:
    """``ours``: the partner's own turn. The words say what is waited for."""

    ours: bool
    words: str
    since: datetime
    # By when it is wanted; None where no time was named.
    by: datetime | None = None
    late: bool = False


ASKED = (True, N_("Please say whether you take it on."))
TO_QUOTE = (True, N_("Please write your estimate."))
QUOTED = (False, N_("Your estimate is with us. You can still change it."))

TURNS = {
    TaskStatus.ACCEPTED: (True, N_("Please write your estimate. What costs nothing can begin.")),
    TaskStatus.WAITING_APPROVAL: (False, N_("The company is asked to agree to your estimate.")),
    TaskStatus.APPROVED: (True, N_("Your estimate is agreed to. Please begin.")),
    TaskStatus.IN_PROGRESS: (True, N_("Please do the work and hand in what it brings.")),
    TaskStatus.DELIVERED: (False, N_("We are checking what you handed in.")),
    TaskStatus.RETURNED: (True, N_("Something is missing. Please hand it in anew.")),
    TaskStatus.CHECKED: (False, N_("Everything is checked. We close this task.")),
}
"""Of a task that a partner does: whether it is its turn, and what is waited for."""


def turn(one: Own, *, quoted: bool, now: datetime) -> Turn:
    """Whose turn it is; ``quoted``: the partner has named a price. A drill is never late."""
    task = one.task
    if one.standing is Standing.OFFERED:
        return Turn(*ASKED, since=one.offer.offered_at or one.offer.made_at, by=one.offer.reply_by)
    if one.standing is Standing.QUOTING:
        since = one.offer.answered_at or one.offer.made_at
        return Turn(*(QUOTED if quoted else TO_QUOTE), since=since)
    estimate = QUOTED if quoted else TO_QUOTE
    ours, words = TURNS.get(TaskStatus(task.status), estimate)
    by = task.due_at if ours else None
    late = by is not None and now > by and not one.ticket.drill
    return Turn(ours, words, task.status_since, by, late)

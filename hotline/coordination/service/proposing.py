"""Turn work that the rules propose into tasks, or say that it is not needed."""

from collections.abc import Collection, Sequence
from datetime import datetime

from hotline.coordination.models import Task
from hotline.coordination.queries.proposed import place_of, proposals_for
from hotline.coordination.queries.tasks import tasks_of
from hotline.coordination.rules import (
    ENDED,
    Actor,
    FunctionsPolicy,
    TaskGiven,
    TaskProposal,
    TaskStatus,
)
from hotline.coordination.service.tasks import add_task, move_task, wait_for
from hotline.errors import N_, Refused
from hotline.policy import get
from hotline.tickets import service as tickets
from hotline.tickets.models import Ticket


def add_proposed(
    ticket: Ticket, functions: Collection[str], *, by_id: int, now: datetime
) -> list[Task]:
    """Make a task of each proposal for one of ``functions``, with its works, times and what it
    waits for. Raises Refused when none of them is proposed any more."""
    chosen = _chosen(ticket, functions, now=now)
    made = [_add(ticket, one, by_id=by_id, now=now) for one in chosen]
    for task, proposal in zip(made, chosen, strict=True):
        _let_wait(task, proposal, tasks_of(ticket.id), by_id=by_id, now=now)
    return made


def set_aside(
    ticket: Ticket, function: str, *, reason: str, by_id: int, now: datetime
) -> list[Task]:
    """Say why what is proposed is not needed: it is kept as a task that was taken back, and the
    same rules do not propose it again. Raises Refused when it is not proposed any more, Invalid
    for a missing reason."""
    chosen = _chosen(ticket, [function], now=now)
    made = [_add(ticket, one, by_id=by_id, now=now) for one in chosen]
    for one in made:
        move_task(one, TaskStatus.WITHDRAWN, actor=Actor.DESK, reason=reason, by_id=by_id, now=now)
    return made


def _chosen(ticket: Ticket, functions: Collection[str], *, now: datetime) -> Sequence[TaskProposal]:
    """Looked for while the ticket is held, so that of two at the same moment one adds it."""
    tickets.hold(ticket)
    found = [one for one in proposals_for(ticket, now=now) if one.function in functions]
    if not found:
        raise Refused(N_("This is not proposed any more: somebody has dealt with it."))
    return found


def _add(ticket: Ticket, proposal: TaskProposal, *, by_id: int, now: datetime) -> Task:
    function = get(FunctionsPolicy).by_code[proposal.function]
    region, prefecture = place_of(ticket) if function.on_site else ("", "")
    given = TaskGiven(
        region=region,
        place=prefecture,
        language=function.language,
        first_result_by=proposal.first_result_by,
        due_at=proposal.due_at,
        works=proposal.works,
    )
    return add_task(
        ticket, proposal.function, given=given, because=proposal.because, by_id=by_id, now=now
    )


def _let_wait(
    task: Task, proposal: TaskProposal, there: Sequence[Task], *, by_id: int, now: datetime
) -> None:
    """Let it wait for the newest task of each function it depends on."""
    going = {one.function: one.id for one in there if one.status not in ENDED and one is not task}
    for waits in proposal.waits_for:
        if waits.function in going:
            wait_for(task, going[waits.function], waits.output, by_id=by_id, now=now)

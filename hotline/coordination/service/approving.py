"""Ask the member to agree to a price before paid work begins, and take the answer."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from hotline.audit import service as audit
from hotline.coordination.models import Approval, CostLine, Task
from hotline.coordination.queries import costs as on_record
from hotline.coordination.rules import Actor, ApprovalStatus, ApprovedBy, CostState, TaskStatus
from hotline.coordination.rules.approving import Why, check_open, ids_of, snapshot, total_of
from hotline.coordination.rules.costs import (
    NOTE_LETTERS,
    SAID_LETTERS,
    WORDS_LETTERS,
    check_name,
    check_words,
)
from hotline.coordination.service import telling
from hotline.coordination.service.holding import hold_task, ticket_of
from hotline.coordination.service.stepping import step_task
from hotline.coordination.service.withdrawing import subject, withdraw_approval
from hotline.db import db
from hotline.errors import N_, Invalid, Problem, Refused
from hotline.notices import service as notices
from hotline.notices.rules import Kind
from hotline.tickets import service as tickets
from hotline.tickets.models import Ticket
from hotline.timeline import service as timeline
from hotline.timeline.rules import Event


@dataclass(frozen=True)
class Answer:
    """How the member answered; by phone who said so, and the words that were read back.

    ``person_id`` is the member's account, or who of the desk heard it.
    """

    by: ApprovedBy
    person_id: int
    said_by: str = ""
    read_back: str = ""


def ask_approval(task: Task, *, by_id: int, now: datetime) -> Approval:
    """Ask the member to agree to the quotes of who does this task; they are kept as they stand.

    The company's accounts and the caller are told by safe ways, in a drill nobody. While the
    request waits, asking again is the same request. Raises Refused without a quote, and until
    it is on record that the member was told where free advice ends.
    """
    hold_task(task.id)
    waiting = on_record.open_approval(task.id)
    if waiting is not None and task.status == TaskStatus.WAITING_APPROVAL:
        return waiting
    if on_record.free_advice_end(task.ticket_id) is None:
        raise Refused(
            N_("First tell the member that from here on it costs something, and note it here.")
        )
    lines = on_record.to_ask(task, on_record.of_task(task.id))
    if not lines:
        raise Refused(N_("There is no quote of who does this task. Write it down first."))
    kept = snapshot(lines)
    step_task(task, TaskStatus.WAITING_APPROVAL, actor=Actor.DESK, by_id=by_id, now=now, line=False)
    made = Approval(
        ticket_id=task.ticket_id,
        task_id=task.id,
        status=ApprovalStatus.ASKED,
        lines=kept,
        total_yen=total_of(kept),
        asked_at=now,
        asked_by_id=by_id,
    )
    db.session.add(made)
    db.session.flush()
    _tell_story(Event.APPROVAL_ASKED, made, task, by_id=by_id, now=now, yen=made.total_yen)
    ways = _tell_member(made, ticket_of(task), now=now)
    _note("asked", made, by_id=by_id, now=now, task=task.id, yen=made.total_yen, told=ways)
    return made


def approve(approval: Approval, answer: Answer, *, now: datetime) -> Approval:
    """The member agrees: its quotes become orders, and the work may begin.

    The same answer again changes nothing. Raises Invalid by phone for ``said_by`` and
    ``read_back``, and Refused when it was answered otherwise or is not valid any more.
    """
    task = _hold(approval)
    if not check_open(approval.status, ApprovalStatus.APPROVED):
        return approval
    said_by, read_back = _heard(answer)
    meant = select(CostLine).where(CostLine.id.in_(ids_of(approval.lines)))
    lines = db.session.scalars(meant.order_by(CostLine.id).with_for_update()).all()
    for line in lines:
        line.state, line.approval_id = CostState.ORDER, approval.id
        line.changed_at, line.version = now, line.version + 1
    approval.said_by, approval.read_back = said_by, read_back
    _answered(approval, ApprovalStatus.APPROVED, answer, now=now)
    _step(task, TaskStatus.APPROVED, answer, now=now)
    facts = {"approved_by": str(answer.by)}
    by_id = answer.person_id
    _tell_story(Event.APPROVAL_GIVEN, approval, task, by_id=by_id, now=now, **facts)
    _tell_answer(approval, task, now=now)
    return approval


def refuse(approval: Approval, reason: str, answer: Answer, *, now: datetime) -> Approval:
    """The member does not agree, and says why: the estimate is made anew.

    The same answer again changes nothing. Raises Invalid for ``reason`` and by phone for
    ``said_by``, and Refused as ``approve`` does.
    """
    task = _hold(approval)
    if not check_open(approval.status, ApprovalStatus.REFUSED):
        return approval
    problems: dict[str, Problem] = {}
    reason = _words("reason", reason, problems)
    said_by = _name(answer, problems)
    if problems:
        raise Invalid(problems)
    approval.reason, approval.said_by = reason, said_by
    _answered(approval, ApprovalStatus.REFUSED, answer, now=now)
    _step(task, TaskStatus.ESTIMATING, answer, now=now)
    by_id = answer.person_id
    _tell_story(Event.APPROVAL_REFUSED, approval, task, by_id=by_id, now=now)
    _tell_answer(approval, task, now=now)
    return approval


def take_back(approval: Approval, *, by_id: int, now: datetime) -> None:
    """The desk does not ask any more; the estimate can be changed. Twice is once.

    Raises Refused when it was answered.
    """
    task = _hold(approval)
    if check_open(approval.status, ApprovalStatus.WITHDRAWN):
        withdraw_approval(task, Why.TAKEN_BACK, by_id=by_id, now=now)
        step_task(task, TaskStatus.ESTIMATING, actor=Actor.DESK, by_id=by_id, now=now, line=False)


def _hold(approval: Approval) -> Task:
    """Keep everybody else from answering it; the task is held first."""
    task = hold_task(approval.task_id)
    db.session.refresh(approval, with_for_update=True)
    return task


def _heard(answer: Answer) -> tuple[str, str]:
    """Who said yes on the telephone, and what was read back to them; "" for the portal."""
    if answer.by != ApprovedBy.PHONE:
        return "", ""
    problems: dict[str, Problem] = {}
    said_by = _name(answer, problems)
    read_back = ""
    try:
        sentence = N_("Read the sentence back, and tick that it was confirmed.")
        read_back = check_words(answer.read_back, WORDS_LETTERS, sentence)
    except Problem as problem:
        problems["read_back"] = problem
    if problems:
        raise Invalid(problems)
    return said_by, read_back


def _name(answer: Answer, problems: dict[str, Problem]) -> str:
    """Who said so on the telephone; "" for the portal, where the account says it."""
    if answer.by != ApprovedBy.PHONE:
        return ""
    try:
        return check_name(answer.said_by, SAID_LETTERS, N_("Write who said so."))
    except Problem as problem:
        problems["said_by"] = problem
        return ""


def _words(name: str, text: str, problems: dict[str, Problem]) -> str:
    try:
        return check_words(text, NOTE_LETTERS, N_("Say why, in a few words."))
    except Problem as problem:
        problems[name] = problem
        return ""


def _answered(approval: Approval, status: ApprovalStatus, answer: Answer, *, now: datetime) -> None:
    approval.status, approval.answered_at = status, now
    approval.answered_by, approval.person_id = answer.by, answer.person_id
    db.session.flush()
    notices.withdraw(subject(approval), {Kind.APPROVAL_ASKED})
    _note(str(status), approval, by_id=answer.person_id, now=now, by=str(answer.by))


def _step(task: Task, status: TaskStatus, answer: Answer, *, now: datetime) -> None:
    """The answer takes the task on; the story tells of the answer itself."""
    actor = Actor.MEMBER if answer.by == ApprovedBy.PORTAL else Actor.DESK
    step_task(task, status, actor=actor, by_id=answer.person_id, now=now, line=False)


def _tell_member(approval: Approval, ticket: Ticket, *, now: datetime) -> int:
    """Tell whoever of the company sees the ticket, and the caller, where to look.

    Returns how many ways there were.
    """
    about, facts = subject(approval), {"approval": approval.id}
    kind = Kind.APPROVAL_ASKED
    return tickets.tell_member(ticket, about, kind, due_at=now, facts=facts, now=now)


def _tell_answer(approval: Approval, task: Task, *, now: datetime) -> None:
    """The desk hears the answer, and the partner that waits for it."""
    facts = {"approval": approval.id}
    telling.tell_desk(task, Kind.APPROVAL_ANSWERED, facts=facts, now=now)
    if task.vendor_id is not None:
        telling.tell_partner(task, task.vendor_id, Kind.ESTIMATE_ANSWERED, facts=facts, now=now)


def _tell_story(
    event: Event, approval: Approval, task: Task, *, by_id: int, now: datetime, **facts: object
) -> None:
    timeline.write(
        approval.ticket_id,
        event,
        at=now,
        by_id=by_id,
        subject=f"task:{task.id}",
        facts={"function": task.function, **facts},
    )


def _note(what: str, approval: Approval, *, by_id: int, now: datetime, **detail: object) -> None:
    audit.write(f"approval.{what}", subject(approval), by_id=by_id, now=now, **detail)

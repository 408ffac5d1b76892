"""Write down what a ticket costs, line by line; a partner touches only its own quotes."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm.exc import StaleDataError

from hotline import policy
from hotline.audit import service as audit
from hotline.coordination.models import CostLine, Task
from hotline.coordination.queries import costs as on_record
from hotline.coordination.rules import (
    Actor,
    CostsPolicy,
    CostState,
    Expected,
    FunctionsPolicy,
    InsurerSaid,
    LineGiven,
    TaskStatus,
    amount_of,
)
from hotline.coordination.rules.approving import OPEN_TO_PRICES, REOPENED_BY_PRICE, Why
from hotline.coordination.rules.costs import AT_FIRST, MOST_LINES, NOTE_LETTERS, check_line
from hotline.coordination.rules.money import NEXT
from hotline.coordination.service import telling
from hotline.coordination.service.holding import hold_task
from hotline.coordination.service.stepping import step_task
from hotline.coordination.service.withdrawing import undo_approval
from hotline.db import db
from hotline.errors import N_, Invalid, Missing, Problem, Refused
from hotline.notices.rules import Kind
from hotline.searchkeys import clean_text
from hotline.tickets.models import Ticket
from hotline.tickets.rules import Status

SETTLED = N_("The work is handed in or has ended: its price does not rise any more.")


@dataclass(frozen=True)
class Hand:
    """Who writes: somebody, on whose side, and when."""

    actor: Actor
    by_id: int
    now: datetime


def add_line(ticket: Ticket, given: LineGiven, *, by_id: int, now: datetime) -> CostLine:
    """Write down a cost of this ticket, as a guess of ours or as somebody's quote.

    Raises Invalid for each field that cannot be used, Refused when the price of the task is
    settled or the incident goes on under another number.
    """
    if ticket.status == Status.DUPLICATE:
        raise Refused(N_("The incident goes on under another number. Write its costs there."))
    if given.state not in AT_FIRST:
        raise Invalid({"state": Problem(N_("Choose whether it is a guess or a quote."))})
    task = _task_of(ticket, given.task_id)
    _check_vendor(task, given.vendor_id)
    return _add(ticket.id, task, given, Hand(Actor.DESK, by_id, now))


def quote(task: Task, vendor_id: int, given: LineGiven, *, by_id: int, now: datetime) -> CostLine:
    """A partner names a price for a task that it does, or was asked to name one for.

    Raises Missing for any other task, and otherwise as ``add_line`` does.
    """
    held = hold_task(task.id)
    if not on_record.may_quote(held, vendor_id):
        raise Missing()
    own = replace(given, state=CostState.QUOTE.value, task_id=held.id, vendor_id=vendor_id)
    return _add(held.ticket_id, held, own, Hand(Actor.VENDOR, by_id, now))


def change_line(
    line: CostLine, given: LineGiven, *, version: int, by_id: int, now: datetime
) -> CostLine:
    """Write item and price anew; ``version`` is the one that was read. State and task stay.

    A changed price that was asked for or approved must be approved again. Raises Invalid,
    Refused, and StaleDataError when somebody else saved it meanwhile.
    """
    _hold(line)
    return _change(line, given, version, Hand(Actor.DESK, by_id, now))


def change_quote(
    line: CostLine, vendor_id: int, given: LineGiven, *, version: int, by_id: int, now: datetime
) -> CostLine:
    """A partner writes its own quote anew. Raises as ``change_line`` does, and Missing."""
    _hold_own(line, vendor_id)
    return _change(line, given, version, Hand(Actor.VENDOR, by_id, now))


def void_line(line: CostLine, *, by_id: int, now: datetime) -> None:
    """It is not owed after all; it stays on record. Twice is once. Raises Refused when paid."""
    _hold(line)
    _void(line, Hand(Actor.DESK, by_id, now))


def drop_quote(line: CostLine, vendor_id: int, *, by_id: int, now: datetime) -> None:
    """A partner takes back its own quote. Raises Missing, and Refused once it was approved."""
    _hold_own(line, vendor_id)
    _void(line, Hand(Actor.VENDOR, by_id, now))


def set_state(line: CostLine, state: str, *, by_id: int, now: datetime) -> None:
    """Go on from a guess to what was paid, or back; the same state again changes nothing.

    What a task costs is ordered by the member's approval alone. Raises Refused and Invalid.
    """
    task = _hold(line)
    if state not in set(CostState) - {CostState.VOID}:
        raise Invalid({"state": Problem(N_("There is no such choice."))})
    wanted, was = CostState(state), line.state
    if was == wanted:
        return
    _check_step(line, wanted, task)
    _save(line, now, state=wanted)
    hand = Hand(Actor.DESK, by_id, now)
    _note("moved", line, hand, was=was, to=str(wanted))
    if wanted is CostState.QUOTE:
        _price_named(task, line, Why.LINE_ADDED, hand)


def _check_step(line: CostLine, wanted: CostState, task: Task | None) -> None:
    if wanted not in NEXT[CostState(line.state)]:
        raise Refused(N_("This line cannot go there from where it stands."))
    if wanted is CostState.ORDER and task is not None and line.approval_id is None:
        raise Refused(N_("The member has to approve this first."))
    if wanted is CostState.QUOTE:
        _check_open(task)


def set_cover(line: CostLine, expected: str, *, by_id: int, now: datetime) -> None:
    """Note whether somebody expects the insurer to pay for it; this decides nothing."""
    if expected not in set(Expected):
        raise Invalid({"cover_expected": Problem(N_("There is no such choice."))})
    _hold(line)
    if line.cover_expected != expected:
        _save(line, now, cover_expected=expected)
        _note("cover", line, Hand(Actor.DESK, by_id, now), expected=expected)


def set_insurer(line: CostLine, said: str, note: str = "", *, by_id: int, now: datetime) -> None:
    """Note what the insurer said before the work, in a word and in its own words."""
    problems: dict[str, Problem] = {}
    if said not in set(InsurerSaid):
        problems["insurer_consent"] = Problem(N_("There is no such choice."))
    try:
        note = clean_text(note, NOTE_LETTERS).strip()
    except Problem as problem:
        problems["insurer_note"] = problem
    if problems:
        raise Invalid(problems)
    _hold(line)
    if (line.insurer_consent, line.insurer_note) != (said, note):
        _save(line, now, insurer_consent=said, insurer_note=note)
        _note("insurer", line, Hand(Actor.DESK, by_id, now), said=said)


def subject(line: CostLine) -> str:
    """How audit entries name a line."""
    return f"cost:{line.id}"


def _add(ticket_id: int, task: Task | None, given: LineGiven, hand: Hand) -> CostLine:
    _check_open(task)
    given = replace(given, function=task.function) if task is not None else given
    known, percent = policy.get(FunctionsPolicy).by_code, policy.get(CostsPolicy).tax_percent
    checked = check_line(given, functions=known, tax_percent=percent)
    counted = select(func.count()).select_from(CostLine).where(CostLine.ticket_id == ticket_id)
    if (db.session.scalar(counted) or 0) >= MOST_LINES:
        raise Refused(N_("There are %(num)s lines already. Join some of them."), num=MOST_LINES)
    line = CostLine(
        ticket_id=ticket_id,
        task_id=given.task_id,
        vendor_id=given.vendor_id,
        function=checked.function,
        item=checked.item,
        unit=checked.unit,
        quantity=checked.quantity,
        unit_price_yen=checked.unit_price_yen,
        tax_mode=checked.tax_mode,
        tax_percent=checked.tax_percent,
        state=given.state,
        made_at=hand.now,
        made_by_id=hand.by_id,
    )
    db.session.add(line)
    db.session.flush()
    _note("added", line, hand, state=given.state, yen=amount_of(line).gross)
    _price_named(task, line, Why.LINE_ADDED, hand)
    return line


def _change(line: CostLine, given: LineGiven, version: int, hand: Hand) -> CostLine:
    if line.version != version:
        raise StaleDataError
    given = replace(given, function=line.function)
    checked = check_line(given, functions={line.function}, tax_percent=line.tax_percent)
    before = (line.quantity, line.unit_price_yen, line.tax_mode)
    after = (checked.quantity, checked.unit_price_yen, checked.tax_mode)
    if before == after:
        _save(line, hand.now, item=checked.item, unit=checked.unit)
        _note("changed", line, hand)
        return line
    task, was = _task(line), amount_of(line).gross
    _check_may_change(line, task)
    reopened = _reopen(task, line, Why.PRICE_CHANGED, hand)
    if line.state == CostState.ORDER and task is not None and amount_of(checked).gross > was:
        raise Refused(SETTLED)
    _save(
        line,
        hand.now,
        item=checked.item,
        unit=checked.unit,
        quantity=checked.quantity,
        unit_price_yen=checked.unit_price_yen,
        tax_mode=checked.tax_mode,
    )
    _note("changed", line, hand, was=was, yen=amount_of(line).gross)
    if not reopened:
        _begin_estimate(task, line, hand)
    return line


def _void(line: CostLine, hand: Hand) -> None:
    if line.state == CostState.VOID:
        return
    if CostState.VOID not in NEXT[CostState(line.state)]:
        raise Refused(N_("This was paid. Set it back to invoiced first."))
    task, was = _task(line), line.state
    if was == CostState.QUOTE:
        _reopen(task, line, Why.PRICE_CHANGED, hand)
    _save(line, hand.now, state=CostState.VOID)
    _note("moved", line, hand, was=was, to=str(CostState.VOID))


def _price_named(task: Task | None, line: CostLine, why: Why, hand: Hand) -> None:
    """A quote is there that was not: the estimate begins, or begins anew."""
    if not _reopen(task, line, why, hand):
        _begin_estimate(task, line, hand)


def _begin_estimate(task: Task | None, line: CostLine, hand: Hand) -> None:
    if task is not None and task.status == TaskStatus.ACCEPTED and _belongs(task, line):
        step_task(task, TaskStatus.ESTIMATING, actor=hand.actor, by_id=hand.by_id, now=hand.now)


def _reopen(task: Task | None, line: CostLine, why: Why, hand: Hand) -> bool:
    """Ask anew for a price that was asked or agreed to; whether the task went back for it."""
    if task is None or task.status not in REOPENED_BY_PRICE or not _belongs(task, line):
        return False
    undone = undo_approval(task, why, by_id=hand.by_id, now=hand.now)
    step_task(
        task,
        TaskStatus.ESTIMATING,
        actor=hand.actor,
        by_id=hand.by_id,
        now=hand.now,
        line=not undone,
    )
    telling.tell_desk(task, Kind.APPROVAL_WITHDRAWN, now=hand.now)
    return True


def _belongs(task: Task, line: CostLine) -> bool:
    """Whether the line is part of the price of who does the work; a guess of ours is no price."""
    return line.state != CostState.GUESS and line.vendor_id in (None, task.vendor_id)


def _check_may_change(line: CostLine, task: Task | None) -> None:
    """Refuse another price for what was charged, is void, or belongs to work that is done.

    What was ordered may become cheaper even then.
    """
    state = CostState(line.state)
    if state is CostState.VOID:
        raise Refused(N_("This line is void. Add a new one."))
    if state in (CostState.INVOICE, CostState.PAID):
        raise Refused(N_("This was invoiced. Set it back to ordered before its price changes."))
    if state is not CostState.ORDER:
        _check_open(task)


def _check_open(task: Task | None) -> None:
    if task is not None and task.status not in OPEN_TO_PRICES:
        raise Refused(SETTLED)


def _check_vendor(task: Task | None, vendor_id: int | None) -> None:
    """A price is of a partner that does the task, or was asked what it costs."""
    if vendor_id is None:
        return
    if task is None or not on_record.may_quote(task, vendor_id):
        raise Invalid({"vendor_id": Problem(N_("This partner was not asked for a price here."))})


def _task_of(ticket: Ticket, task_id: int | None) -> Task | None:
    """The task of this ticket, held. Raises Invalid."""
    if task_id is None:
        return None
    try:
        held = hold_task(task_id)
    except Missing:
        held = None
    if held is None or held.ticket_id != ticket.id:
        raise Invalid({"task_id": Problem(N_("Choose a task of this ticket."))})
    return held


def _task(line: CostLine) -> Task | None:
    return db.session.get(Task, line.task_id) if line.task_id is not None else None


def _hold(line: CostLine) -> Task | None:
    """Keep everybody else from changing the line: its task first, where it has one."""
    task = hold_task(line.task_id) if line.task_id is not None else None
    db.session.refresh(line, with_for_update=True)
    return task


def _hold_own(line: CostLine, vendor_id: int) -> None:
    """Hold a partner's own quote. Raises Missing, and Refused for what is no quote any more."""
    task = _hold(line)
    if task is None or line.vendor_id != vendor_id or not on_record.may_quote(task, vendor_id):
        raise Missing()
    if line.state not in (CostState.QUOTE, CostState.VOID):
        raise Refused(N_("This was approved. Add a line, or ask the coordinator."))


def _save(line: CostLine, now: datetime, **values: object) -> None:
    for name, value in values.items():
        setattr(line, name, value)
    line.changed_at, line.version = now, line.version + 1
    db.session.flush()


def _note(what: str, line: CostLine, hand: Hand, **detail: object) -> None:
    about = {"ticket_id": line.ticket_id, "task": line.task_id, **detail}
    audit.write(f"cost.{what}", subject(line), by_id=hand.by_id, now=hand.now, **about)

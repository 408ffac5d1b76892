"""What happens with partners and clocks in the demo, through the verbs that pages use."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from hotline import policy
from hotline.coordination import queries
from hotline.coordination import service as coordination
from hotline.coordination.models import Offer, Task
from hotline.coordination.queries import costs
from hotline.coordination.rules import (
    Actor,
    Answered,
    ApprovedBy,
    OfferStatus,
    TaskGiven,
    TaskStatus,
)
from hotline.coordination.rules.costs import CostsPolicy, LineGiven
from hotline.coordination.service import approving, costing, free_advice
from hotline.deadlines import queries as clocks
from hotline.deadlines import service as deadlines
from hotline.messages.rules import Side
from hotline.people import queries as people
from hotline.people.models import Person
from hotline.tickets.models import Ticket
from hotline.vendors import queries as vendors

Facts = Mapping[str, Any]
Verb = Callable[[Ticket, Person, Facts, datetime], object]


def _add(ticket: Ticket, by: Person, facts: Facts, now: datetime) -> None:
    """A task, described so that no partner learns whose it is."""
    waits_for = [(_task(ticket, one).id, output) for one, output in facts.get("waits_for", ())]
    given = TaskGiven(
        scope=facts["scope"],
        scale=facts.get("scale", ""),
        place=facts.get("place", ""),
        first_result_by=now + facts["first_result_in"] if "first_result_in" in facts else None,
        waits_for=waits_for,
    )
    coordination.add_task(ticket, facts["function"], given=given, by_id=by.id, now=now)


def _ask(ticket: Ticket, by: Person, facts: Facts, now: datetime) -> None:
    """The first partner is asked, the others wait in line."""
    task = _task(ticket, facts["function"])
    first, *rest = facts["partners"]
    coordination.offer(task, _vendor(first), by_id=by.id, now=now)
    for code in rest:
        coordination.queue(task, _vendor(code), by_id=by.id, now=now)


def _stay_silent(ticket: Ticket, _by: Person, facts: Facts, _now: datetime) -> None:
    """Nobody answers until it is too late; each moment is looked at when it comes."""
    offer = _asked(_task(ticket, facts["function"]))
    while offer.status == OfferStatus.OFFERED and offer.wake_at is not None:
        coordination.look_after(offer.id, now=offer.wake_at)


def _accept(ticket: Ticket, by: Person, facts: Facts, now: datetime) -> None:
    offer = _asked(_task(ticket, facts["function"]))
    coordination.accept(offer, answered=Answered.DESK, person_id=by.id, now=now)


def _decline(ticket: Ticket, by: Person, facts: Facts, now: datetime) -> None:
    offer = _asked(_task(ticket, facts["function"]))
    coordination.decline(offer, facts["reason"], answered=Answered.DESK, person_id=by.id, now=now)


def _say_what_costs(ticket: Ticket, by: Person, facts: Facts, now: datetime) -> None:
    words = policy.get(CostsPolicy).free_advice_ends.ja
    said = {"said_to": facts["said_to"], "said_at": now}
    free_advice.end_free_advice(ticket, words, **said, by_id=by.id, now=now)


def _quote(ticket: Ticket, by: Person, facts: Facts, now: datetime) -> None:
    task = _task(ticket, facts["function"])
    if task.status == TaskStatus.ACCEPTED:
        _move(ticket, by, {**facts, "to": TaskStatus.ESTIMATING}, now)
    given = LineGiven(task.function, facts["item"], facts["unit"], facts["quantity"], facts["yen"])
    costing.quote(task, _engaged(task), given, by_id=by.id, now=now)


def _guess(ticket: Ticket, by: Person, facts: Facts, now: datetime) -> None:
    """What we expect a task to cost before anybody named a price."""
    task = _task(ticket, facts["function"])
    given = LineGiven(
        task.function, facts["item"], facts["unit"], facts["quantity"], facts["yen"],
        task_id=task.id,
    )  # fmt: skip
    costing.add_line(ticket, given, by_id=by.id, now=now)


def _ask_approval(ticket: Ticket, by: Person, facts: Facts, now: datetime) -> None:
    approving.ask_approval(_task(ticket, facts["function"]), by_id=by.id, now=now)


def _approve_by_phone(ticket: Ticket, by: Person, facts: Facts, now: datetime) -> None:
    approval = costs.open_approval(_task(ticket, facts["function"]).id)
    if approval is not None:
        said = {"said_by": facts["said_by"], "read_back": facts["read_back"]}
        approving.approve(approval, approving.Answer(ApprovedBy.PHONE, by.id, **said), now=now)


def _move(ticket: Ticket, by: Person, facts: Facts, now: datetime) -> None:
    task = _task(ticket, facts["function"])
    reason = facts.get("reason", "")
    coordination.move_task(task, facts["to"], actor=Actor.DESK, reason=reason, by_id=by.id, now=now)


def _hand_in(ticket: Ticket, by: Person, facts: Facts, now: datetime) -> None:
    task = _task(ticket, facts["function"])
    coordination.hand_in(task, facts["kind"], note=facts["note"], by_id=by.id, now=now)


def _log(ticket: Ticket, by: Person, facts: Facts, now: datetime) -> None:
    task = _task(ticket, facts["function"])
    coordination.log_work(task, facts["body"], facts["took"], now, by_id=by.id, now=now)


def _release(ticket: Ticket, by: Person, facts: Facts, now: datetime) -> None:
    """Let whoever does the task see these pieces, in the words that are proposed."""
    task = _task(ticket, facts["function"])
    proposed = {one.code: (one.words.ja, one.words.en) for one in queries.pieces_for(ticket)}
    chosen = {code: proposed[code] for code in facts["pieces"] if code in proposed}
    coordination.release(task, _engaged(task), chosen, by_id=by.id, now=now)


def _write(ticket: Ticket, by: Person, facts: Facts, now: datetime) -> None:
    task = _task(ticket, facts["function"])
    writer = people.by_email(facts["by"]) if "by" in facts else by
    side = Side.VENDOR if "by" in facts else Side.DESK
    if writer is not None:
        coordination.write_message(task, facts["body"], side=side, by_id=writer.id, now=now)


def _meet_clock(ticket: Ticket, by: Person, facts: Facts, now: datetime) -> None:
    of = deadlines.Of(ticket.id, ticket.number)
    for clock in clocks.of_ticket(ticket.id):
        if clock.kind == facts["kind"]:
            deadlines.meet(clock, of, note=facts["note"], by_id=by.id, now=now)


def _task(ticket: Ticket, function: str) -> Task:
    return next(one for one in queries.tasks_of(ticket.id) if one.function == function)


def _asked(task: Task) -> Offer:
    """Who is asked at the moment."""
    found = (one for one in queries.offers_of([task.id]) if one.status == OfferStatus.OFFERED)
    return next(found)


def _engaged(task: Task) -> int:
    if task.vendor_id is None:
        raise LookupError(f"nobody does {task.function}")
    return task.vendor_id


def _vendor(code: str) -> Any:
    found = vendors.by_code(code)
    if found is None:
        raise LookupError(f"the demo has no partner {code}")
    return found


VERBS: dict[str, Verb] = {
    "task": _add,
    "ask": _ask,
    "stay_silent": _stay_silent,
    "accept": _accept,
    "decline": _decline,
    "say_what_costs": _say_what_costs,
    "quote": _quote,
    "guess": _guess,
    "ask_approval": _ask_approval,
    "approve_by_phone": _approve_by_phone,
    "move_task": _move,
    "hand_in": _hand_in,
    "log": _log,
    "release": _release,
    "write": _write,
    "meet_clock": _meet_clock,
}
"""What a step of a story does with partners and clocks."""

"""Ask the candidates that somebody chose from the ranking, and keep why it was done so."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from hotline.coordination.models import Offer, Task
from hotline.coordination.queries.candidates import Placed, ranking
from hotline.coordination.rules.ranking import is_in_order
from hotline.coordination.service import asking, offering, stepping
from hotline.coordination.service.anonymity import check_anonymous
from hotline.coordination.service.holding import hold_task, ticket_of
from hotline.coordination.service.stepping import Moved
from hotline.errors import N_, Invalid, Missing, Problem
from hotline.timeline.rules import Event

LEAST_QUOTES = 2


@dataclass(frozen=True)
class Choice:
    """Whom to ask now and whom to put in line behind them, by id of the partner.

    ``for_quote``: at least two are asked for a price at once (相見積). ``reason``: why not the
    first of the ranking. ``reply_by``: None for the time each of them agreed to.
    """

    first: Sequence[int]
    then: Sequence[int] = ()
    for_quote: bool = False
    reason: str = ""
    reply_by: datetime | None = None


@dataclass(frozen=True)
class _Asked:
    """A choice that was checked: ``reason`` is "" when it follows the ranking."""

    task: Task
    choice: Choice
    reason: str
    by_id: int
    now: datetime


def ask_candidates(task: Task, choice: Choice, *, by_id: int, now: datetime) -> list[Offer]:
    """Ask those of ``choice`` now, and put the others in line in the order of the ranking.

    Raises Invalid when nobody is chosen, when only one is asked for a price, when the order is
    departed from without a reason, or when what partners read names somebody; Missing for who
    does not do this; Refused for who cannot be asked.
    """
    hold_task(task.id)
    _check(choice)
    check_anonymous(task, ticket_of(task))
    placed = {one.vendor.id: one for one in ranking(task, now=now)}
    if not {*choice.first, *choice.then} <= set(placed):
        raise Missing()
    asked = _Asked(task, choice, _reason(choice, placed), by_id, now)
    first = [_ask(asked, placed[one]) for one in choice.first]
    then = [one for one in placed if one in set(choice.then) - set(choice.first)]
    return first + [_queue(asked, placed[one]) for one in then]


def _check(choice: Choice) -> None:
    if not choice.first:
        raise Invalid({"first": Problem(N_("Choose who is asked now."))})
    if choice.for_quote and len(choice.first) < LEAST_QUOTES:
        raise Invalid({"first": Problem(N_("Ask two partners or more to compare their prices."))})
    if not choice.for_quote and len(choice.first) > 1:
        raise Invalid(
            {"first": Problem(N_("Ask one partner to do it, or several for their prices."))}
        )


def _reason(choice: Choice, placed: Mapping[int, Placed]) -> str:
    """Why the order was departed from; "" when it was not, whatever was typed."""
    order = [one.ranked for one in placed.values()]
    if is_in_order(order, choice.first):
        return ""
    try:
        return stepping.needed_reason(choice.reason)
    except Invalid as invalid:
        (problem,) = invalid.fields.values()
        raise Invalid({"overruled": problem}) from None


def _ask(asked: _Asked, one: Placed) -> Offer:
    made = offering.offer(
        asked.task,
        one.vendor,
        reply_by=asked.choice.reply_by,
        for_quote=asked.choice.for_quote,
        overruled=asked.reason,
        ranked=one.ranked.record(),
        by_id=asked.by_id,
        now=asked.now,
    )
    if asked.reason:
        moved = Moved(asked.by_id, asked.now)
        facts = {"vendor": one.vendor.name, "reason": asked.reason}
        stepping.tell(asked.task, Event.OVERRULED, moved, facts)
        asking.note(made, "overruled", moved, position=one.ranked.position)
    return made


def _queue(asked: _Asked, one: Placed) -> Offer:
    return offering.queue(
        asked.task,
        one.vendor,
        for_quote=asked.choice.for_quote,
        ranked=one.ranked.record(),
        by_id=asked.by_id,
        now=asked.now,
    )

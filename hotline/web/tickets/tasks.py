"""The part of a ticket's page about partners: each function, where it stands, and who is asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from hotline import clock, policy, together
from hotline.coordination import queries
from hotline.coordination.models import Dependency, Offer, Task
from hotline.coordination.rules import (
    ENDED,
    LIVE,
    FunctionsPolicy,
    OfferStatus,
    RoutingPolicy,
    TaskStatus,
)
from hotline.coordination.rules.money import Stands
from hotline.edge.language import current, gettext
from hotline.vendors import queries as vendors
from hotline.vendors.models import Vendor
from hotline.vendors.rules import contract_day
from hotline.web import formats
from hotline.web.costs.shown import Money
from hotline.web.costs.words import yen_with_tax

FINISHED = frozenset({TaskStatus.CHECKED, TaskStatus.CLOSED})
OPEN = frozenset({TaskStatus.DRAFTED, TaskStatus.OFFERED})


@dataclass(frozen=True)
class Row:
    """One task as it is shown among others: why it is there, whom we asked, what it waits for."""

    task: Task
    because: str = ""
    vendor: str = ""
    waits: Sequence[str] = ()
    offers: Sequence[Offer] = ()
    names: Mapping[int, str] = field(default_factory=dict)
    # The partner that works on it is none of ours any more: withdrawn, or out of contract.
    is_left: bool = False

    @property
    def has_ended(self) -> bool:
        """Whether nothing more is owed on it."""
        return self.task.status in ENDED

    @property
    def asked(self) -> list[Offer]:
        """The offers worth a line: while nobody does it all of them, then the one that counts."""
        if self.task.status in OPEN:
            return sorted(self.offers, key=_by_interest)
        return [one for one in self.offers if one.engaged_at and one.status == OfferStatus.ACCEPTED]

    @property
    def live(self) -> list[Offer]:
        """Who was asked and has not answered, the next to end first."""
        asked = [one for one in self.offers if one.status == OfferStatus.OFFERED]
        return sorted(asked, key=lambda one: (one.reply_by or one.made_at, one.id))

    @property
    def quoting(self) -> list[Offer]:
        """Who agreed to make an estimate; one of them may be chosen."""
        return [one for one in self.offers if one.status == OfferStatus.ACCEPTED]

    @property
    def queued(self) -> list[Offer]:
        """Who is asked when those before said no, the first in line first."""
        return [one for one in self.offers if one.status == OfferStatus.QUEUED]


def rows(ticket_id: int) -> list[Row]:
    """Every task of the incident, those that go on first; a handful of queries for all of them."""
    tasks = queries.tasks_of(ticket_id)
    ids = [one.id for one in tasks]
    (offers, known), waits = together.ask(lambda: _asked_for(tasks), lambda: queries.waiting(ids))
    names = {one.id: one.name for one in known.values()}
    today = contract_day(clock.now())
    ours = {one.id for one in known.values() if vendors.is_partner(one, on=today)}
    found = [
        Row(
            task,
            because=because(task),
            vendor=names.get(task.vendor_id, "") if task.vendor_id else "",
            waits=[waits_for(task, need, other) for need, other in waits.get(task.id, [])],
            offers=[one for one in offers if one.task_id == task.id],
            names=names,
            is_left=task.vendor_id not in (None, *ours) and task.status not in ENDED,
        )
        for task in tasks
    ]
    return sorted(found, key=lambda row: row.has_ended)


def _asked_for(tasks: Sequence[Task]) -> tuple[list[Offer], dict[int, Vendor]]:
    """The offers of these tasks, and the partners that were asked or do them."""
    offers = queries.offers_of([one.id for one in tasks]) if tasks else []
    partners = {one.vendor_id for one in tasks} | {one.vendor_id for one in offers}
    return offers, vendors.by_ids({one for one in partners if one is not None})


def because(task: Task) -> str:
    """Why it was proposed, in words; "" when a person thought of it."""
    reasons = policy.get(RoutingPolicy).reasons(task.because)
    return formats.listed(str(getattr(one, current())) for one in reasons)


def waits_for(task: Task, need: Dependency, other: Task) -> str:
    """What has to be there first: in the words of the configuration where it has some."""
    functions = policy.get(FunctionsPolicy).by_code
    usual = functions[task.function].waits_for if task.function in functions else ()
    for one in usual:
        if (one.function, one.output) == (other.function, need.output):
            return str(getattr(one, current()))
    name = formats.function(other.function)
    if not need.output:
        return gettext("when %(function)s is finished", function=name)
    what = output(other.function, need.output)
    return gettext("when %(function)s has brought: %(what)s", function=name, what=what)


def output(function: str, code: str) -> str:
    """What a kind of deliverable is called; the code when the configuration knows it no more."""
    rule = policy.get(FunctionsPolicy).by_code.get(function)
    found = rule.output(code) if rule else None
    return str(getattr(found, current(), code))


def prices(money: Money) -> dict[int, str]:
    """By task what it costs as far as anybody knows; what does not count is left out."""
    sums: dict[int, int] = {}
    for row in money.rows:
        if row.line.task_id is not None and row.stands == Stands.COUNTS:
            sums[row.line.task_id] = sums.get(row.line.task_id, 0) + row.gross
    return {task_id: yen_with_tax(amount) for task_id, amount in sums.items()}


def counted(found: Sequence[Row]) -> str:
    """``5つのうち1つ完了``: those that were given up are not counted."""
    meant = [one for one in found if one.task.status not in ENDED - FINISHED]
    done = sum(one.task.status in FINISHED for one in meant)
    return gettext("%(done)s of %(all)s finished", done=done, all=len(meant)) if meant else ""


def _by_interest(offer: Offer) -> tuple[int, int, int]:
    """Who may still do it first, then who comes next, then what is over, the newest first."""
    if offer.status in LIVE or offer.status == OfferStatus.ACCEPTED:
        return (int(offer.status == OfferStatus.QUEUED), offer.position, offer.id)
    return (2, 0, -offer.id)

"""Legal clocks as they are drawn on the ticket and on the board."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hotline import policy
from hotline.deadlines import queries, rules
from hotline.deadlines.models import Clock
from hotline.deadlines.rules import DeadlinesPolicy, Rule, Start, Status
from hotline.edge import stories
from hotline.edge.language import current, gettext
from hotline.people import queries as people
from hotline.people.models import Person
from hotline.people.rules import DESK
from hotline.tickets.models import Ticket
from hotline.web import formats
from hotline.web.formats import When

ASKED = "personal_data"
"""The question of the hearing sheet with which clocks begin."""


@dataclass(frozen=True)
class Drawn:
    """One clock: what it is called, how urgent it is, how far the time has gone, and why it runs.

    ``percent`` of the time are over, ``soft_percent`` is the first mark of a yardstick. ``begins``,
    ``between`` and ``ends`` stand below the bar.
    """

    clock: Clock
    label: str
    when: When
    percent: int
    soft_percent: int | None
    begins: str
    between: str
    ends: str
    reasons: tuple[str, ...]
    is_yardstick: bool

    @property
    def runs(self) -> bool:
        return self.clock.status == Status.RUNNING


def drawn(clock: Clock, *, now: datetime, drill: bool = False) -> Drawn:
    """The clock as it stands at ``now``; that of a drill is never late."""
    rule = rules.rule_of(clock.kind, clock.started_at, policy.get(DeadlinesPolicy))
    by = clock.ended_at or now
    # Days are counted whole, the first of them too.
    since = clock.started_at if rule.hours else rules.start_of(rules.day(clock.started_at))
    return Drawn(
        clock=clock,
        label=stories.clock(clock.kind, current()),
        when=_when(clock, rule, now, drill=drill),
        percent=formats.gone(since, clock.due_at, by),
        soft_percent=formats.gone(since, clock.due_at, clock.soft_at) if clock.soft_at else None,
        begins=_begins(clock, rule, now),
        between=gettext("day %(number)s", number=rule.soft_day) if clock.soft_at else "",
        ends=_ends(clock, rule, now),
        reasons=tuple(stories.reasons(clock.because.split(), current())),
        is_yardstick=rule.is_yardstick,
    )


def of_ticket(
    ticket: Ticket, answered: Collection[str], viewer: Person, *, now: datetime
) -> dict[str, Any]:
    """What ``deadlines/_clocks.html`` shows of a ticket, of which these questions are answered."""
    clocks = queries.of_ticket(ticket.id)
    return {
        "clocks": [drawn(one, now=now, drill=ticket.drill) for one in _running_first(clocks)],
        "clock_names": people.names(_people(clocks)),
        "clocks_unasked": ASKED not in answered,
        "may_end_clocks": bool(viewer.roles & DESK),
    }


def _running_first(clocks: Iterable[Clock]) -> list[Clock]:
    return sorted(clocks, key=lambda one: one.status != Status.RUNNING)


def _people(clocks: Iterable[Clock]) -> list[int | None]:
    return [id_ for one in clocks for id_ in (one.set_by_id, one.ended_by_id)]


def _when(clock: Clock, rule: Rule, now: datetime, *, drill: bool) -> When:
    if clock.status != Status.RUNNING:
        return _ended(clock, now)
    if now >= clock.due_at and drill:
        return When("is-due", gettext("the time is over"), clock.due_at)
    if now >= clock.due_at:
        words = gettext("late %(span)s", span=formats.span(now - clock.due_at))
        return When("is-late", words, clock.due_at)
    near = rules.is_near(rule, clock.started_at, clock.due_at, now=now)
    words = _left(clock, rule, now, near=near)
    if rule.is_yardstick:
        words = gettext("%(words)s (yardstick)", words=words)
    return When("is-due" if near else "", words, clock.due_at)


def _ended(clock: Clock, now: datetime) -> When:
    at = formats.moment(clock.ended_at, now) if clock.ended_at else ""
    if clock.status == Status.MET:
        return When("is-kept", gettext("reported %(moment)s", moment=at))
    return When("", gettext("no report needed"))


def _left(clock: Clock, rule: Rule, now: datetime, *, near: bool) -> str:
    """Hours where hours count; days while it is near; the date before that."""
    if rule.hours is not None:
        return gettext("%(span)s left", span=formats.span(clock.due_at - now))
    last = rules.last_day(clock.due_at)
    days = (last - rules.day(now)).days
    if days == 0:
        return gettext("until the end of today")
    if near or rule.is_yardstick:
        return gettext("%(days)s d left", days=days)
    return formats.day(last, rules.day(now))


def _begins(clock: Clock, rule: Rule, now: datetime) -> str:
    if rule.counts_from is Start.EU_AWARE:
        return gettext("certain %(moment)s", moment=formats.full_moment(clock.started_at, now))
    knew = gettext("known %(day)s", day=formats.day(clock.started_at, rules.day(now)))
    if not clock.days:
        return knew
    return gettext("%(knew)s, %(days)s days", knew=knew, days=clock.days)


def _ends(clock: Clock, rule: Rule, now: datetime) -> str:
    if rule.hours is not None:
        return gettext("%(moment)s (Japan)", moment=formats.full_moment(clock.due_at, now))
    last = formats.day(rules.last_day(clock.due_at), rules.day(now))
    if rule.hard_day is not None:
        return gettext("day %(number)s: %(day)s", number=rule.hard_day, day=last)
    if rules.is_rolled(rule, clock.started_at, clock.due_at, clock.days):
        return gettext("%(day)s (the next open day)", day=last)
    return gettext("until the end of %(day)s", day=last)

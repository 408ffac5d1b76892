"""From when until when a clock runs: hours as they pass, days as the calendar has them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hotline.calendars.rules import Calendar
from hotline.deadlines.rules.law import DeadlinesPolicy, Kind, Near, Reason, Rule, Start
from hotline.deadlines.rules.reading import (
    ASSUMED,
    CAUSES,
    Facts,
    is_concerned,
    possible_people,
    reasons,
)

ZONE = ZoneInfo("Asia/Tokyo")
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Claim:
    """One clock that is to run: from which moment, who knew, and why."""

    kind: Kind
    started_at: datetime
    known_by: str = ""
    because: tuple[Reason, ...] = ()

    @property
    def is_assumed(self) -> bool:
        """Whether nobody has said from when it is to be counted."""
        return bool(ASSUMED & set(self.because))

    @property
    def causes(self) -> frozenset[Reason]:
        """Those of the reasons that alone make it run."""
        return frozenset(CAUSES) & set(self.because)


@dataclass(frozen=True)
class Limit:
    """Until when: ``due_at`` itself is too late. ``soft_at`` is the first mark of a yardstick,
    ``days`` the length of a limit that is counted in days, else 0."""

    due_at: datetime
    soft_at: datetime | None = None
    days: int = 0


def claims(facts: Facts, policy: DeadlinesPolicy, *, now: datetime) -> dict[Kind, Claim]:
    """Every clock that these facts make run."""
    found = (_claim(kind, facts, policy, now) for kind in Kind)
    return {one.kind: one for one in found if one is not None}


def _claim(kind: Kind, facts: Facts, policy: DeadlinesPolicy, now: datetime) -> Claim | None:
    at, who, assumed = _moment(counted_from(kind, policy), facts, policy, now)
    edition = policy.on(day(at))
    rule = edition.rule(kind)
    why = reasons(facts, rule.law, edition, policy.signs) if rule else ()
    return Claim(kind, at, who, (*why, *assumed)) if why else None


def counted_from(kind: str, policy: DeadlinesPolicy) -> Start:
    """The moment from which this clock is counted; knowing otherwise."""
    rules = (edition.rule(kind) for edition in reversed(policy.edition))
    return next((rule.counts_from for rule in rules if rule), Start.KNOWN)


def _moment(
    start: Start, facts: Facts, policy: DeadlinesPolicy, now: datetime
) -> tuple[datetime, str, tuple[Reason, ...]]:
    """When it was, who knew, and whether that is only the latest moment that is certain."""
    if start in facts.starts:
        at, who = facts.starts[start]
        return at, who, ()
    if start is Start.KNOWN:
        return facts.received_at, "", (Reason.KNOWN_BY_CALL,)
    told = [facts.heard[one] for one in policy.signs.eu if one in facts.heard]
    return min(told, default=now), "", (Reason.AWARE_WHEN_TOLD,)


def rule_of(kind: str, started_at: datetime, policy: DeadlinesPolicy) -> Rule:
    """The rule that holds for what was known at this moment; the newest one of its kind where
    the law of that day had none. Raises LookupError for a kind of no edition."""
    found = policy.on(day(started_at)).rule(kind)
    others = (edition.rule(kind) for edition in reversed(policy.edition))
    rule = found or next((one for one in others if one), None)
    if rule is None:
        raise LookupError(kind)
    return rule


def limit(rule: Rule, started_at: datetime, *, improper: bool, government: Calendar) -> Limit:
    """Until when a clock of this rule runs that is counted from ``started_at`` (aware).

    Hours pass in UTC, so no summer time moves them. Day 1 is the day of knowing in Japan.
    """
    if rule.hours is not None:
        return Limit(started_at.astimezone(UTC) + timedelta(hours=rule.hours))
    knew = day(started_at)
    if rule.hard_day is not None:
        soft = end_of(day_of(knew, rule.soft_day)) if rule.soft_day else None
        return Limit(end_of(day_of(knew, rule.hard_day)), soft)
    days = (improper and rule.days_improper) or rule.days or 0
    last = day_of(knew, days)
    return Limit(end_of(government.roll(last) if rule.rolls else last), days=days)


def day(at: datetime) -> date:
    """The date in Japan."""
    return at.astimezone(ZONE).date()


def day_of(knew: date, number: int) -> date:
    """The date of a day counted from knowing, which is day 1."""
    return knew + timedelta(days=number - 1)


def end_of(on: date) -> datetime:
    """The first instant after this day in Japan (UTC)."""
    return datetime.combine(on + ONE_DAY, time(), ZONE).astimezone(UTC)


def start_of(on: date) -> datetime:
    """The first instant of this day in Japan (UTC)."""
    return datetime.combine(on, time(), ZONE).astimezone(UTC)


def last_day(due_at: datetime) -> date:
    """The last day on which it is not too late, in Japan."""
    return day(due_at - timedelta.resolution)


def until(kind: str, due_at: datetime, policy: DeadlinesPolicy) -> str:
    """The end as a fact: an instant where hours are counted, else the last day (ISO)."""
    in_hours = any(rule.hours for one in policy.edition if (rule := one.rule(kind)))
    return due_at.isoformat() if in_hours else last_day(due_at).isoformat()


def warnings(
    rule: Rule, started_at: datetime, due_at: datetime, *, now: datetime
) -> list[datetime]:
    """When people are reminded that it is near, in order.

    What has passed by ``now`` is told once, at once, as long as there is time left.
    """
    planned = sorted(_reminder(one, started_at, due_at) for one in rule.near)
    ahead = [at for at in planned if now < at < due_at]
    passed = now < due_at and any(at <= now for at in planned)
    return [now, *ahead] if passed else ahead


def is_near(rule: Rule, started_at: datetime, due_at: datetime, *, now: datetime) -> bool:
    """Whether the first reminder of the rule is due by now: from then on it is shown as near."""
    return min(_reminder(one, started_at, due_at) for one in rule.near) <= now


def is_rolled(rule: Rule, started_at: datetime, due_at: datetime, days: int) -> bool:
    """Whether the last day was closed, so that the next open one counts."""
    return rule.rolls and days > 0 and last_day(due_at) != day_of(day(started_at), days)


def _reminder(near: Near, started_at: datetime, due_at: datetime) -> datetime:
    if near.hours_before is not None:
        return due_at - timedelta(hours=near.hours_before)
    before = timedelta(days=near.days_before or 0)
    on = day_of(day(started_at), near.on_day) if near.on_day else last_day(due_at) - before
    return datetime.combine(on, near.at, ZONE).astimezone(UTC)


def knew_later(claim: Claim, was: Facts, policy: DeadlinesPolicy, *, now: datetime) -> bool:
    """Whether a duty arises only now, because the number of people has passed the limit.

    So it is when a smaller number was written down on an earlier day and nothing else asks for a
    report; a slip that is corrected on the same day changes nothing.
    """
    if claim.causes != {Reason.MANY}:
        return False
    signs = policy.signs
    if not is_concerned(was, signs) or possible_people(was, signs) is None:
        return False
    asked: Sequence[str] = (signs.counted_by, *signs.at_most)
    heard = [was.heard[one] for one in asked if one in was.heard]
    return bool(heard) and day(max(heard)) < day(now)

"""When we are open and when service starts: pure arithmetic on days and half-open hours."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Self
from zoneinfo import ZoneInfo

from hotline.calendars.rules.answers import (
    BUSINESS_DAY,
    WEEKDAYS,
    Cause,
    Code,
    Day,
    ServiceStart,
    Step,
)
from hotline.calendars.rules.hours import (
    CalendarPolicy,
    CalendarRule,
    Label,
    OwnHours,
    Span,
    Spans,
    YearlyClosure,
    minute_of,
)
from hotline.calendars.rules.official import REST, OfficialDays
from hotline.errors import N_, Invalid, Problem, Refused

YEARS = range(2000, 2100)
"""The years this calendar answers for; the library that stands in ends with 2099."""

SEARCH_DAYS = 60
"""No opening within so many days is a mistake in the calendar, not an answer."""

WARNING_DAYS = 90


class Uncovered(Invalid):
    """A time outside the years the calendar answers for; ``field`` is where it came from."""

    def __init__(self, field: str) -> None:
        sentence = N_("The calendar covers the years %(first)s to %(last)s only.")
        super().__init__({field: Problem(sentence, first=YEARS[0], last=YEARS[-1])})


class NeverOpens(Refused):
    """The calendar has no opening within SEARCH_DAYS."""

    def __init__(self, name: str, day: date) -> None:
        sentence = N_("The calendar %(name)s has no opening within %(days)s days of %(day)s.")
        super().__init__(sentence, name=name, days=SEARCH_DAYS, day=day.isoformat())


@dataclass(frozen=True)
class Calendar:
    """Weekly hours, holidays, yearly closures and single dates of one calendar."""

    name: str
    label: Label
    zone: ZoneInfo
    weekly: tuple[Spans, ...]
    yearly: tuple[YearlyClosure, ...] = ()
    official: OfficialDays | None = None
    own_hours: Mapping[date, OwnHours] = field(default_factory=dict)

    def with_own_hours(self, own_hours: Mapping[date, OwnHours]) -> Self:
        """This calendar with other single dates."""
        return replace(self, own_hours=own_hours)

    def day(self, day: date) -> Day:
        """The hours of ``day`` and why: single dates first, then holidays, closures, the week."""
        if own := self.own_hours.get(day):
            return Day(day, own.spans, _cause_of(own), own.reason, provisional=False)
        guess = self.official is not None and day.year not in self.official.years
        if self.official is not None and (holiday := self.official.label(day)):
            cause = Cause.REST if holiday.ja.startswith(REST) else Cause.HOLIDAY
            return Day(day, (), cause, holiday, guess)
        for closure in self.yearly:
            if day in closure:
                return Day(day, (), Cause.YEARLY, closure.label, provisional=False)
        if spans := self.weekly[day.weekday()]:
            return Day(day, spans, Cause.REGULAR, BUSINESS_DAY, guess)
        return Day(day, (), Cause.WEEKDAY, WEEKDAYS[day.weekday()], provisional=False)

    def hours_on(self, day: date) -> Spans:
        """The half-open hours of ``day``, empty when closed."""
        return self.day(day).spans

    def is_business_day(self, day: date) -> bool:
        return bool(self.hours_on(day))

    def is_open(self, at: datetime) -> bool:
        """Whether ``at`` (aware) lies inside the hours of its local day."""
        local = self.local(at)
        return any(_holds(span, local) for span in self.hours_on(local.date()))

    def service_start(self, received_at: datetime) -> ServiceStart:
        """When service starts for a call that came at ``received_at`` (aware), and why.

        Raises Uncovered outside YEARS and NeverOpens when there is no opening in SEARCH_DAYS.
        """
        local = self.local(received_at)
        today = self.day(local.date())
        if any(_holds(span, local) for span in today.spans):
            return _told(local, local, [Step(Code.IN_HOURS, today, local)])
        code = Code.OUT_OF_HOURS if today.spans else Code.ON_CLOSED_DAY
        steps = [Step(code, today, local)]
        for day in self._search(local.date(), "received_at"):
            opening = self._opening(day, after=local)
            if opening is not None:
                return _told(local, opening, [*steps, Step(Code.OPENS, day, opening)])
            if day.date > local.date():
                steps.append(Step(Code.CLOSED, day, self._midnight(day.date)))
        raise NeverOpens(self.name, local.date())

    def roll(self, day: date) -> date:
        """``day`` when it is open, otherwise the next open day: for statutory deadlines."""
        for found in self._search(day, "day"):
            if found.spans:
                return found.date
        raise NeverOpens(self.name, day)

    def longest_closure(self, first: date, last: date) -> int:
        """The greatest number of closed days in a row between ``first`` and ``last``."""
        longest = run = 0
        for day in _days(first, (last - first).days + 1):
            run = 0 if self.is_business_day(day) else run + 1
            longest = max(longest, run)
        return longest

    def warning(self, today: date) -> Label | None:
        """What to tell administrators from WARNING_DAYS before the official list ends."""
        if self.official is None:
            return None
        last = self.official.last_day
        if (last - today).days > WARNING_DAYS:
            return None
        return Label(
            ja=f"祝日の公式の一覧は{last.year}年12月31日で終わります。"
            "内閣府の新しい一覧を取り込んでください。その先の計算は暫定です。",
            en=f"The official list of holidays ends on 31 December {last.year}. Import the new"
            " list of the Cabinet Office; computations beyond it are provisional.",
        )

    def local(self, at: datetime) -> datetime:
        """``at`` in the calendar's zone. Raises ValueError for a time without zone."""
        if at.tzinfo is None:
            raise ValueError(f"A time without a zone cannot be placed: {at!r}")
        if not YEARS[0] - 1 <= at.year <= YEARS[-1] + 1:  # Beyond, the change of zone can overflow.
            raise Uncovered("received_at")
        local = at.astimezone(self.zone)
        if local.year not in YEARS:
            raise Uncovered("received_at")
        return local

    def _search(self, first: date, field: str) -> Iterator[Day]:
        for day in _days(first, SEARCH_DAYS + 1):
            if day.year not in YEARS:
                raise Uncovered(field)
            yield self.day(day)

    def _opening(self, day: Day, *, after: datetime) -> datetime | None:
        midnight = self._midnight(day.date)
        openings = (midnight + timedelta(minutes=span.start) for span in day.spans)
        return next((opening for opening in openings if opening >= after), None)

    def _midnight(self, day: date) -> datetime:
        return datetime(day.year, day.month, day.day, tzinfo=self.zone)


def _days(first: date, number: int) -> Iterator[date]:
    return (first + timedelta(days=offset) for offset in range(number))


def _holds(span: Span, local: datetime) -> bool:
    return span.start <= minute_of(local) < span.end


def _cause_of(own: OwnHours) -> Cause:
    return Cause.OWN_HOURS if own.spans else Cause.CLOSED


def _told(received_at: datetime, at: datetime, steps: list[Step]) -> ServiceStart:
    return ServiceStart(
        received_at=received_at.astimezone(UTC),
        in_hours=received_at == at,
        at=at.astimezone(UTC),
        steps=tuple(steps),
        provisional=any(step.day.provisional for step in steps),
    )


def build(policy: CalendarPolicy, names: Mapping[date, str]) -> dict[str, Calendar]:
    """Both calendars from the checked configuration and the official list.

    Raises NeverOpens when yearly closures leave no opening.
    """
    official = OfficialDays(names, policy.english)
    built = {name: _build(name, rule, official) for name, rule in policy.calendars.items()}
    # Within the list: beyond it every day would be a guess of the library.
    listed = official.last_day - timedelta(days=366)
    for calendar in built.values():
        check_opens(calendar, listed)
    return built


def _build(name: str, rule: CalendarRule, official: OfficialDays) -> Calendar:
    return Calendar(
        name=name,
        label=rule.label,
        zone=ZoneInfo(rule.zone),
        weekly=rule.weekly.by_weekday,
        yearly=rule.yearly,
        official=official if rule.holidays == "japan" else None,
    )


def check_opens(calendar: Calendar, day: date) -> None:
    """Raise NeverOpens when around ``day`` the calendar stays closed for SEARCH_DAYS."""
    year = timedelta(days=366)
    if calendar.longest_closure(day - year, day + year) >= SEARCH_DAYS:
        raise NeverOpens(calendar.name, day)


def on_closed_day(promised: Iterable[datetime], calendar: Calendar) -> list[datetime]:
    """Those promised times at which ``calendar`` is not open: a later closure hit them."""
    return [at for at in promised if not calendar.is_open(at)]

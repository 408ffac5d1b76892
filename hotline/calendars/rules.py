"""When we are open, when service starts, and why: pure arithmetic on days and half-open hours."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import cached_property, lru_cache
from itertools import groupby, pairwise
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

import holidays
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from hotline.errors import N_, Invalid, Problem, Refused
from hotline.policy import Policy

YEARS = range(2000, 2100)
"""The years this calendar answers for; the library that stands in ends with 2099."""

SEARCH_DAYS = 60
"""No opening within so many days is a mistake in the calendar, not an answer."""

WARNING_DAYS = 90
REASON_LENGTH = 200
MINUTES_A_DAY = 24 * 60

_SPAN = re.compile(r"(\d{1,2}):([0-5]\d)-(\d{1,2}):([0-5]\d)", re.ASCII)
_MONTH_DAY = re.compile(r"\d\d-\d\d", re.ASCII)


class Label(BaseModel):
    """A name in both languages."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    ja: str = Field(min_length=1, max_length=REASON_LENGTH)
    en: str = Field(min_length=1, max_length=REASON_LENGTH)


@dataclass(frozen=True, order=True)
class Span:
    """Open from ``start`` until before ``end``: minutes of one local day, ``end`` at most 24:00."""

    start: int
    end: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read "09:00-17:00". Raises ValueError with a sentence."""
        found = _SPAN.fullmatch(text)
        if found is None:
            raise ValueError(f"{text!r} is not a time span such as 09:00-17:00")
        a, b, c, d = (int(part) for part in found.groups())
        span = cls(a * 60 + b, c * 60 + d)
        if not span.start < span.end <= MINUTES_A_DAY:
            raise ValueError(f"{text!r} must end after it starts, and by 24:00")
        return span

    def __str__(self) -> str:
        return f"{clock_face(self.start)}–{clock_face(self.end)}"


def given_reason(ja: str, en: str) -> Label:
    """The reason a person gave for a single date. Raises Invalid naming reason_ja or reason_en."""
    given = {"reason_ja": ja.strip(), "reason_en": en.strip()}
    sentence = N_("Give a reason of 1 to %(most)s letters on one line.")
    wrong = {
        name: Problem(sentence, most=REASON_LENGTH)
        for name, text in given.items()
        if not 0 < len(text) <= REASON_LENGTH or not text.isprintable()
    }
    if wrong:
        raise Invalid(wrong)
    return Label(ja=given["reason_ja"], en=given["reason_en"])


Spans = tuple[Span, ...]


def parse_spans(texts: Iterable[str]) -> Spans:
    """Read the spans of one day. Raises ValueError unless they are in order and apart."""
    spans = tuple(Span.parse(text) for text in texts)
    for one, following in pairwise(spans):
        if following.start < one.end:
            raise ValueError(f"{one} and {following} overlap or are out of order")
    return spans


def write_spans(spans: Spans) -> list[list[str]]:
    """The form stored in the database: ``[["09:00", "12:00"], …]``."""
    return [[f"{m // 60:02}:{m % 60:02}" for m in (span.start, span.end)] for span in spans]


def read_spans(stored: Iterable[Iterable[str]]) -> Spans:
    """What ``write_spans`` wrote."""
    return parse_spans("-".join(pair) for pair in stored)


def clock_face(minute: int) -> str:
    """540 is "9:00"."""
    return f"{minute // 60}:{minute % 60:02}"


def _month_day(text: object) -> object:
    """Accept "02-29" as the 29th of February; a leap year decides what exists."""
    if not isinstance(text, str) or not _MONTH_DAY.fullmatch(text):
        raise ValueError('must be a month and a day such as "12-31"')
    try:
        day = date.fromisoformat(f"2000-{text}")
    except ValueError:
        raise ValueError(f"{text} is not a day of any year") from None
    return day.month, day.day


def _spans_of_texts(texts: object) -> object:
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise ValueError('must be a list of texts such as ["09:00-12:00", "13:00-17:00"]')
    return parse_spans(texts)


MonthDay = Annotated[tuple[int, int], BeforeValidator(_month_day)]
Hours = Annotated[tuple[Span, ...], BeforeValidator(_spans_of_texts)]


class YearlyClosure(BaseModel):
    """Closed every year from ``first`` to ``last``, both included, also over the year's turn."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    first: MonthDay
    last: MonthDay
    label: Label

    def __contains__(self, day: date) -> bool:
        this = (day.month, day.day)
        if self.first <= self.last:
            return self.first <= this <= self.last
        return this >= self.first or this <= self.last


class Weekly(BaseModel):
    """The regular hours of each weekday; none means closed."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    monday: Hours
    tuesday: Hours
    wednesday: Hours
    thursday: Hours
    friday: Hours
    saturday: Hours
    sunday: Hours

    @model_validator(mode="after")
    def _some_weekday_is_open(self) -> Self:
        if not any(self.by_weekday):
            raise ValueError("at least one weekday must have hours")
        return self

    @property
    def by_weekday(self) -> tuple[Spans, ...]:
        """Seven days, Monday first, as ``date.weekday()`` counts."""
        return tuple(getattr(self, name) for name in type(self).model_fields)


class CalendarRule(BaseModel):
    """One calendar of ``config/calendars.toml``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    label: Label
    zone: Literal["Asia/Tokyo"]
    holidays: Literal["japan", "none"]
    weekly: Weekly
    yearly: tuple[YearlyClosure, ...] = ()


def _has_both(calendars: dict[str, CalendarRule]) -> dict[str, CalendarRule]:
    if set(calendars) != {"hotline", "government"}:
        raise ValueError("must hold exactly the calendars hotline and government")
    return calendars


class CalendarPolicy(Policy):
    """``config/calendars.toml``: weekly hours and yearly closures of both calendars."""

    FILE = "calendars.toml"

    calendars: Annotated[dict[str, CalendarRule], AfterValidator(_has_both)]
    english: dict[str, str]


class Cause(StrEnum):
    """Why a day has the hours it has."""

    REGULAR = "regular"
    WEEKDAY = "weekday"
    HOLIDAY = "holiday"
    REST = "rest"
    YEARLY = "yearly"
    CLOSED = "closed"
    OWN_HOURS = "own_hours"


class Code(StrEnum):
    """What one step of a computation found."""

    IN_HOURS = "in_hours"
    OUT_OF_HOURS = "out_of_hours"
    ON_CLOSED_DAY = "on_closed_day"
    CLOSED = "closed"
    OPENS = "opens"


@dataclass(frozen=True)
class Day:
    """One date: its hours, why, and under which name; provisional without an official list."""

    date: date
    spans: Spans
    cause: Cause
    name: Label
    provisional: bool


@dataclass(frozen=True)
class Step:
    """One step of the reason: what was found at ``at`` (local; midnight of a day passed over)."""

    code: Code
    day: Day
    at: datetime


@dataclass(frozen=True)
class ServiceStart:
    """When service starts for a call, and each step that led there. Instants are UTC.

    ``provisional`` says that the official holidays of a year involved are not known yet.
    """

    received_at: datetime
    in_hours: bool
    at: datetime
    steps: tuple[Step, ...]
    provisional: bool


@dataclass(frozen=True)
class OwnHours:
    """One date that departs from the rule; no spans means closed."""

    spans: Spans
    reason: Label


@dataclass(frozen=True)
class OfficialDays:
    """The official list: names by date, and the years it is complete for."""

    names: Mapping[date, str] = field(default_factory=dict)
    english: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def years(self) -> frozenset[int]:
        return frozenset(day.year for day in self.names)

    @property
    def last_day(self) -> date:
        """The end of the last complete year."""
        return date(max(self.years), 12, 31)

    def name(self, day: date) -> str | None:
        """The name of the holiday, from the library where the official list has no such year."""
        if day.year not in self.years:
            return _from_library(day.year).get(day)
        name = self.names.get(day)
        return self._kind_of_rest(day) if name == REST else name

    def label(self, day: date) -> Label | None:
        """The holiday's name in both languages, or None on any other day."""
        name = self.name(day)
        return None if name is None else Label(ja=name, en=self.english.get(name, name))

    def _kind_of_rest(self, day: date) -> str:
        """Tell apart what the official list only calls 休日 (Act on National Holidays, art. 3)."""
        before = day - timedelta(days=1)
        while before in self.names:
            if before.weekday() == 6:
                return SUBSTITUTE
            before -= timedelta(days=1)
        around = (day - timedelta(days=1), day + timedelta(days=1))
        return CITIZENS if all(one in self.names for one in around) else REST


WEEKLY = Label(ja="休業日", en="closed")
BUSINESS_DAY = Label(ja="営業日", en="business day")
WEEKDAYS = tuple(
    Label(ja=f"{ja}曜日", en=en)
    for ja, en in zip(
        "月火水木金土日",
        ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
        strict=True,
    )
)
REST = "休日"
SUBSTITUTE = "休日（振替休日）"
CITIZENS = "休日（国民の休日）"
_LIBRARY_NAMES = {"振替休日": SUBSTITUTE, "国民の休日": CITIZENS}


@lru_cache(maxsize=200)
def _from_library(year: int) -> Mapping[date, str]:
    found = holidays.country_holidays("JP", years=year, language="ja")
    return {day: _LIBRARY_NAMES.get(name, name) for day, name in found.items()}


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

    def business_days(self, first: date, last: date) -> int:
        """How many days from ``first`` to ``last``, both included, are open."""
        return sum(self.is_business_day(day) for day in _days(first, (last - first).days + 1))

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
    return span.start <= _minute(local) < span.end


def _minute(local: datetime) -> int:
    return local.hour * 60 + local.minute


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
    for calendar in built.values():
        check_opens(calendar, official.last_day)
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


# --- The reason in words. Both languages are always written: a promise keeps both. ---

GROUPS_TOLD = 6
"""So many runs of closed days are named in one sentence; it must fit the column that keeps it."""


@dataclass(frozen=True)
class Line:
    """One step in words: when, what was found, why, and a remark beside it (may be empty)."""

    when: str
    what: str
    why: str
    remark: str = ""


@dataclass(frozen=True)
class Words:
    """How one language says it. ``{…}`` places are filled from the step."""

    what: Mapping[Code, str]
    why: Mapping[Cause, str]
    in_hours: str
    hours: str
    resumes: str
    before: str
    after: str
    official: str
    provisional: str
    line: str
    remark: str
    told: Mapping[Code, str]
    comma: str
    between: str
    answer: str
    at_once: str
    years_unknown: str
    say: str
    say_now: str


JAPANESE = Words(
    what={
        Code.IN_HOURS: "時間内",
        Code.OUT_OF_HOURS: "時間外",
        Code.ON_CLOSED_DAY: "休み",
        Code.CLOSED: "休み",
        Code.OPENS: "お約束",
    },
    why={
        Cause.REGULAR: "最初の営業日の始まり",
        Cause.OWN_HOURS: "この日だけの営業時間「{name}」の始まり",
        Cause.WEEKDAY: "{name}",
        Cause.HOLIDAY: "国民の祝日「{name}」",
        Cause.REST: "{name}",
        Cause.YEARLY: "{name}",
        Cause.CLOSED: "臨時休業「{name}」",
    },
    in_hours="営業時間は {hours}。そのまま対応します",
    hours="営業時間は {hours}",
    resumes="この日の次の営業時間の始まり",
    before="始業前の受電は同じ日に対応します",
    after="{end}:00 からは時間外です",
    official="内閣府の一覧",
    provisional="暫定：公式の一覧にまだない年",
    told={
        Code.IN_HOURS: "{when} は営業時間（{hours}）内",
        Code.OUT_OF_HOURS: "{when} は営業時間（{hours}）外",
        Code.ON_CLOSED_DAY: "{when} は休業日「{name}」",
    },
    line="{when} {what}：{why}",
    remark="（{remark}）",
    comma="、",
    between="；",
    answer="{steps} → {when}",
    at_once="{steps} → そのまま対応",
    years_unknown="（暫定：{years}年の祝日はまだ公式の一覧にありません）",
    say="{month}月{day}日、{weekday}の{hour}までに、担当者からお電話いたします。",
    say_now="ただいまから担当者が対応いたします。",
)

ENGLISH = Words(
    what={
        Code.IN_HOURS: "in hours",
        Code.OUT_OF_HOURS: "out of hours",
        Code.ON_CLOSED_DAY: "closed",
        Code.CLOSED: "closed",
        Code.OPENS: "promise",
    },
    why={
        Cause.REGULAR: "start of the first business day",
        Cause.OWN_HOURS: "start of this day's own hours ({name})",
        Cause.WEEKDAY: "{name}",
        Cause.HOLIDAY: "national holiday: {name}",
        Cause.REST: "{name}",
        Cause.YEARLY: "{name}",
        Cause.CLOSED: "extra closure: {name}",
    },
    in_hours="business hours are {hours}; we start at once",
    hours="business hours are {hours}",
    resumes="start of the next hours of this day",
    before="a call before opening is handled the same day",
    after="from {end}:00 on it is out of hours",
    official="list of the Cabinet Office",
    provisional="provisional: no official list for this year yet",
    told={
        Code.IN_HOURS: "{when} is inside business hours ({hours})",
        Code.OUT_OF_HOURS: "{when} is outside business hours ({hours})",
        Code.ON_CLOSED_DAY: "{when} is a closed day ({name})",
    },
    line="{when} {what}: {why}",
    remark=" ({remark})",
    comma=", ",
    between="; ",
    answer="{steps} → {when}",
    at_once="{steps} → at once",
    years_unknown=" (provisional: no official list of holidays for {years} yet)",
    say="We will call you by {hour} on {weekday}, {day} {month}.",
    say_now="We will help you right now.",
)

LANGUAGES: Mapping[str, Words] = {"ja": JAPANESE, "en": ENGLISH}
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def explain(start: ServiceStart) -> dict[str, list[str]]:
    """Each step of the reason as one text, in "ja" and "en"."""
    return {
        language: [_written(line, words) for line in lines(start, language)]
        for language, words in LANGUAGES.items()
    }


def _written(line: Line, words: Words) -> str:
    told = words.line.format(when=line.when, what=line.what, why=line.why)
    return told + (words.remark.format(remark=line.remark) if line.remark else "")


def lines(start: ServiceStart, language: str) -> list[Line]:
    """Each step of the reason in words of ``language`` ("ja" or "en")."""
    year = start.steps[0].day.date.year
    said = []
    for step in start.steps:
        said.append(_line(step, language, with_year=step.day.date.year != year))
        year = step.day.date.year
    return said


def reason(start: ServiceStart) -> dict[str, str]:
    """The whole reason as one sentence, in "ja" and "en"; at most 2,000 characters each."""
    return {language: _sentence(start, language) for language in LANGUAGES}


def spoken(start: ServiceStart) -> dict[str, str]:
    """The promise as it is said to the caller, in "ja" and "en"."""
    if start.in_hours:
        return {language: words.say_now for language, words in LANGUAGES.items()}
    return {language: _promise(start.steps[-1], language) for language in LANGUAGES}


def when(at: datetime, language: str, *, with_year: bool = False) -> str:
    """A local time in words: "1月4日（月）9:00" or "Mon 4 Jan 9:00"; seconds unless zero."""
    seconds = f":{at.second:02}" if at.second else ""
    return f"{on(at.date(), language, with_year=with_year)}{SPACE[language]}" + (
        f"{at.hour}:{at.minute:02}{seconds}"
    )


def on(day: date, language: str, *, with_year: bool = False) -> str:
    """A date in words: "1月4日（月）" or "Mon 4 Jan"."""
    weekday = WEEKDAYS[day.weekday()]
    if language == "ja":
        year = f"{day.year}年" if with_year else ""
        return f"{year}{day.month}月{day.day}日（{weekday.ja[0]}）"
    year = f" {day.year}" if with_year else ""
    return f"{weekday.en[:3]} {day.day} {MONTHS[day.month - 1][:3]}{year}"


SPACE = {"ja": "", "en": " "}


def _line(step: Step, language: str, *, with_year: bool) -> Line:
    words = LANGUAGES[language]
    if step.code is Code.CLOSED:
        moment = on(step.day.date, language, with_year=with_year)
    else:
        moment = when(step.at, language, with_year=with_year)
    return Line(moment, words.what[step.code], _why(step, language), _remark(step, words))


def _why(step: Step, language: str) -> str:
    words, hours = LANGUAGES[language], _hours(step.day, language)
    if step.code is Code.IN_HOURS:
        return words.in_hours.format(hours=hours)
    if step.code is Code.OUT_OF_HOURS:
        return words.hours.format(hours=hours)
    if step.code is Code.OPENS and _minute(step.at) > step.day.spans[0].start:
        return words.resumes
    return words.why[step.day.cause].format(name=_in(language, step.day.name))


def _remark(step: Step, words: Words) -> str:
    if step.day.provisional:
        return words.provisional
    if step.day.cause in (Cause.HOLIDAY, Cause.REST):
        return words.official
    if step.code is Code.OUT_OF_HOURS:
        return _side(step.day.spans, step.at, words)
    return ""


def _side(spans: Spans, at: datetime, words: Words) -> str:
    if _minute(at) >= spans[-1].end:
        return words.after.format(end=clock_face(spans[-1].end))
    return words.before


def _hours(day: Day, language: str) -> str:
    return LANGUAGES[language].comma.join(str(span) for span in day.spans)


def _in(language: str, label: Label) -> str:
    return label.ja if language == "ja" else label.en


def _sentence(start: ServiceStart, language: str) -> str:
    words = LANGUAGES[language]
    received, *closed = start.steps if start.in_hours else start.steps[:-1]
    steps = words.between.join([_received(received, language), *_closures(closed, language)])
    if start.in_hours:
        return words.at_once.format(steps=steps) + _doubt(start, words)
    answer = start.steps[-1]
    other_year = answer.day.date.year != received.day.date.year
    told = when(answer.at, language, with_year=other_year)
    return words.answer.format(steps=steps, when=told) + _doubt(start, words)


def _received(step: Step, language: str) -> str:
    hours, name = _hours(step.day, language), _in(language, step.day.name)
    told = LANGUAGES[language].told[step.code]
    return told.format(when=when(step.at, language), hours=hours, name=name)


def _closures(steps: list[Step], language: str) -> list[str]:
    runs = [list(run) for _, run in groupby(steps, key=_in_short)]
    told = [_closure(run, language) for run in runs]
    half = GROUPS_TOLD // 2
    return told if len(told) <= GROUPS_TOLD else [*told[:half], "…", *told[-half:]]


def _in_short(step: Step) -> Label:
    return WEEKLY if step.day.cause is Cause.WEEKDAY else step.day.name


def _closure(run: list[Step], language: str) -> str:
    ends = [run[0]] if len(run) == 1 else [run[0], run[-1]]
    days = "–".join(on(step.day.date, language) for step in ends)
    return f"{days}{SPACE[language]}{_in(language, _in_short(run[0]))}"


def _doubt(start: ServiceStart, words: Words) -> str:
    if not start.provisional:
        return ""
    years = sorted({step.day.date.year for step in start.steps if step.day.provisional})
    return words.years_unknown.format(years=words.comma.join(map(str, years)))


def _promise(step: Step, language: str) -> str:
    at = step.at
    weekday = WEEKDAYS[at.weekday()]
    if language == "ja":
        half, hour = ("午前", at.hour) if at.hour < 12 else ("午後", at.hour - 12)
        minutes = f"{at.minute}分" if at.minute else ""
        return JAPANESE.say.format(
            month=at.month, day=at.day, weekday=weekday.ja, hour=f"{half}{hour}時{minutes}"
        )
    half, hour = ("a.m.", at.hour) if at.hour < 12 else ("p.m.", at.hour - 12)
    minutes = f":{at.minute:02}" if at.minute else ""
    return ENGLISH.say.format(
        month=MONTHS[at.month - 1], day=at.day, weekday=weekday.en,
        hour=f"{hour or 12}{minutes} {half}",
    )  # fmt: skip

"""Names, spans and the hours of a week: what ``config/calendars.toml`` may say."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from hotline.errors import N_, Invalid, Problem
from hotline.policy import Policy

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


Spans = tuple[Span, ...]


@dataclass(frozen=True)
class OwnHours:
    """One date that departs from the rule; no spans means closed."""

    spans: Spans
    reason: Label


def given_reason(ja: str, en: str) -> Label:
    """The reason a person gave for a single date. Raises Invalid naming reason_ja or reason_en."""
    given = {"reason_ja": ja.strip(), "reason_en": en.strip()}
    sentence = N_("Give a reason of 1 to %(most)s characters on one line.")
    wrong = {
        name: Problem(sentence, most=REASON_LENGTH)
        for name, text in given.items()
        if not 0 < len(text) <= REASON_LENGTH or not text.isprintable()
    }
    if wrong:
        raise Invalid(wrong)
    return Label(ja=given["reason_ja"], en=given["reason_en"])


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


def minute_of(local: datetime) -> int:
    """The minute of its day: 540 at 9:00."""
    return local.hour * 60 + local.minute


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

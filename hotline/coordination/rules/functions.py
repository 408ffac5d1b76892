"""What partners can be asked for, as ``config/functions.toml`` describes it."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, ClassVar, Self, get_args

from pydantic import Field, model_validator

from hotline.calendars.rules import Calendar
from hotline.coordination.rules.money import Unit
from hotline.policy import Policy
from hotline.tickets.rules.case_types import Function
from hotline.tickets.rules.words import Code, Words, check_once

FUNCTIONS: tuple[str, ...] = get_args(Function)
"""All codes of functions."""

Yen = Annotated[int, Field(ge=0, le=10_000_000_000)]
Hours = Annotated[int, Field(gt=0, le=24 * 365)]
Days = Annotated[int, Field(gt=0, le=250)]
Minutes = Annotated[int, Field(gt=0, le=30 * 24 * 60)]


class Named(Words):
    """Something with a code: a work, an input, an output, a source."""

    code: Code


class Source(Words):
    """A paper in which prices were read."""

    code: Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9]{0,9}$")]


class Step(Named):
    """One milestone on the way. It is usually reached ``due_hours`` of the clock after the start,
    or at the end of the ``due_days``-th business day after it, or at no certain time."""

    due_hours: Hours | None = None
    due_days: Days | None = None

    @model_validator(mode="after")
    def _is_counted_in_one_way(self) -> Self:
        if self.due_hours is not None and self.due_days is not None:
            raise ValueError(f"{self.code}: either due_hours or due_days, not both")
        return self

    def due_at(self, start: datetime, calendar: Calendar) -> datetime | None:
        """When it is usually reached (UTC); None for what has no usual time."""
        if self.due_hours is not None:
            return start + timedelta(hours=self.due_hours)
        return None if self.due_days is None else end_of_day(start, self.due_days, calendar)


class Price(Words):
    """What a paper says about costs: whole yen without tax for one ``unit``."""

    unit: Unit
    from_yen: Yen
    to_yen: Yen
    source: str

    @model_validator(mode="after")
    def _grows(self) -> Self:
        if self.from_yen > self.to_yen:
            raise ValueError("from_yen is more than to_yen")
        return self


class Waits(Words):
    """It cannot be finished before ``function`` has brought ``output``; the words say why."""

    function: Function
    output: Code


class FunctionRule(Words):
    """One thing partners can be asked for; ``reply_minutes`` are minutes of their own hours.

    ``on_site``: the place of the company matters. ``language``: what the work usually needs, ""
    for ours.
    """

    code: Function
    vendor: Words
    reply_minutes: Minutes
    on_site: bool = False
    language: str = ""
    works: tuple[Named, ...] = Field(min_length=1)
    inputs: tuple[Named, ...] = ()
    outputs: tuple[Named, ...] = Field(min_length=1)
    milestones: tuple[Step, ...] = Field(min_length=1)
    prices: tuple[Price, ...] = ()
    waits_for: tuple[Waits, ...] = ()

    @model_validator(mode="after")
    def _codes_are_unique(self) -> Self:
        for what in ("works", "inputs", "outputs", "milestones"):
            check_once(f"{self.code}: {what}:", [one.code for one in getattr(self, what)])
        check_once(f"{self.code}: waits_for:", [one.function for one in self.waits_for])
        return self

    @property
    def work_codes(self) -> tuple[str, ...]:
        """What can be wanted, in order."""
        return tuple(one.code for one in self.works)

    def output(self, code: str) -> Named | None:
        """One kind of deliverable; None for a code there is none of."""
        return next((one for one in self.outputs if one.code == code), None)

    def milestone(self, code: str) -> Step | None:
        """One step on the way; None for a code there is none of."""
        return next((one for one in self.milestones if one.code == code), None)

    def dues(
        self, start: datetime, calendar: Calendar, *, latest: datetime | None = None
    ) -> dict[str, datetime | None]:
        """Every milestone, in order, with when it is usually reached by work that begins at
        ``start`` (aware); ``calendar`` counts the business days. None is due after ``latest``,
        when all of the work is."""
        usual = {one.code: one.due_at(start, calendar) for one in self.milestones}
        return {code: at and min(at, latest or at) for code, at in usual.items()}


class Region(Named):
    """A part of Japan, by its prefectures."""

    prefectures: tuple[str, ...] = Field(min_length=1)


class Language(Words):
    """A language somebody may need, ISO 639."""

    code: Annotated[str, Field(pattern=r"^[a-z]{2,3}$")]


class DeclineReason(Named):
    """Why a partner does not take it on; ``key`` is pressed for it on the telephone."""

    key: Annotated[str, Field(pattern=r"^[1-8]$")] | None = None
    needs_text: bool = False


class FunctionsPolicy(Policy):
    """``config/functions.toml``: the eight functions, and what every offer chooses from."""

    FILE: ClassVar[str] = "functions.toml"

    ring_next_after_minutes: Annotated[int, Field(gt=0, le=24 * 60)]
    function: tuple[FunctionRule, ...]
    source: tuple[Source, ...] = ()
    region: tuple[Region, ...] = Field(min_length=1)
    language: tuple[Language, ...] = Field(min_length=1)
    decline_reason: tuple[DeclineReason, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _every_function_is_there_once(self) -> Self:
        codes = [one.code for one in self.function]
        check_once("the function", codes)
        if missing := [code for code in FUNCTIONS if code not in codes]:
            raise ValueError(f"the function {', '.join(missing)} is missing")
        return self

    @model_validator(mode="after")
    def _lists_name_nothing_twice(self) -> Self:
        check_once("the source", [one.code for one in self.source])
        check_once("the region", [one.code for one in self.region])
        check_once("the prefecture", [name for one in self.region for name in one.prefectures])
        check_once("the language", [one.code for one in self.language])
        check_once("the reason", [one.code for one in self.decline_reason])
        check_once("the key", [one.key for one in self.decline_reason if one.key])
        return self

    @model_validator(mode="after")
    def _what_is_named_exists(self) -> Self:
        sources = {one.code for one in self.source}
        for rule in self.function:
            if rule.language and rule.language not in self.languages:
                raise ValueError(f"{rule.code}: there is no language {rule.language}")
            for price in rule.prices:
                if price.source not in sources:
                    raise ValueError(f"{rule.code}: there is no source {price.source}")
            for waits in rule.waits_for:
                self._check_waits(rule, waits)
        return self

    def _check_waits(self, rule: FunctionRule, waits: Waits) -> None:
        if waits.function == rule.code:
            raise ValueError(f"{rule.code}: it cannot wait for itself")
        if self.by_code[waits.function].output(waits.output) is None:
            raise ValueError(f"{rule.code}: {waits.function} brings no {waits.output}")

    @property
    def by_code(self) -> dict[str, FunctionRule]:
        """Code to function, in order."""
        return {one.code: one for one in self.function}

    @property
    def sources(self) -> dict[str, Source]:
        """Code to paper, in order."""
        return {one.code: one for one in self.source}

    @property
    def regions(self) -> dict[str, Region]:
        """Code to region, in order."""
        return {one.code: one for one in self.region}

    @property
    def languages(self) -> dict[str, Language]:
        """ISO 639 to language, in order."""
        return {one.code: one for one in self.language}

    @property
    def decline_reasons(self) -> dict[str, DeclineReason]:
        """Code to reason, in order."""
        return {one.code: one for one in self.decline_reason}

    def reason_of_key(self, digit: str) -> DeclineReason | None:
        """What somebody means who presses ``digit``; None for a key without a meaning."""
        return next((one for one in self.decline_reason if one.key == digit), None)

    def place_of(self, address: str) -> tuple[str, str]:
        """The region and the prefecture that ``address`` names first, "" where it names none."""
        found = [
            (address.index(name), one.code, name)
            for one in self.region
            for name in one.prefectures
            if name in address
        ]
        _, region, prefecture = min(found, default=(0, "", ""))
        return region, prefecture


def end_of_day(start: datetime, days: int, calendar: Calendar) -> datetime:
    """When the ``days``-th business day after the local day of ``start`` closes (UTC).

    Raises calendars.rules.NeverOpens where the calendar stays closed.
    """
    day = calendar.local(start).date()
    for _ in range(days):
        day = calendar.roll(day + timedelta(days=1))
    midnight = datetime(day.year, day.month, day.day, tzinfo=calendar.zone)
    return (midnight + timedelta(minutes=calendar.hours_on(day)[-1].end)).astimezone(UTC)

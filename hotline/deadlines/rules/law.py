"""The rule table: what must be reported by when, as ``config/deadlines.toml`` writes it down."""

from collections.abc import Collection, Iterator, Mapping
from datetime import date, time
from enum import StrEnum
from itertools import pairwise
from typing import ClassVar, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from hotline.calendars.rules import Label
from hotline.policy import Policy


class Kind(StrEnum):
    """The clocks; each runs once on a ticket at most."""

    GDPR_72H = "gdpr_72h"
    APPI_PRELIMINARY = "appi_preliminary"
    APPI_FINAL = "appi_final"
    MY_NUMBER_PRELIMINARY = "my_number_preliminary"
    MY_NUMBER_FINAL = "my_number_final"


class Law(StrEnum):
    """What obliges the company: its own causes, its own clocks."""

    APPI = "appi"
    MY_NUMBER = "my_number"
    GDPR = "gdpr"


class Start(StrEnum):
    """The moment from which is counted, as ``config/hearing.toml`` names it."""

    KNOWN = "known"
    """Any department of the company knew."""
    EU_AWARE = "eu_aware"
    """The company was reasonably certain that data of people in the EU are concerned."""


class Reason(StrEnum):
    """Why a clock runs, why so long, and what to look at."""

    SENSITIVE = "sensitive"
    DAMAGE = "damage"
    IMPROPER = "improper"
    MANY = "many"
    COUNT_UNKNOWN = "count_unknown"
    EXPOSED = "exposed"
    EU = "eu"
    SUSPECTED = "suspected"
    """Nobody said that personal data are concerned; a notice or a threat makes it likely."""
    LATER_MANY = "later_many"
    """The number passed the limit later: it is counted from when that was known."""
    KNOWN_BY_CALL = "known_by_call"
    """Nobody said when it was noticed: at the latest when they called."""
    AWARE_WHEN_TOLD = "aware_when_told"
    """Nobody said when they were certain: at the latest when they told us."""
    ENCRYPTED = "encrypted"
    PROCESSOR = "processor"
    CORRECTED = "corrected"
    """Somebody of the desk set the moment by hand."""


class Near(BaseModel):
    """One moment at which people are reminded: before the end, or on a day counted from knowing."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    hours_before: int | None = Field(default=None, gt=0)
    days_before: int | None = Field(default=None, gt=0)
    on_day: int | None = Field(default=None, gt=0)
    at: time = time(9)

    @model_validator(mode="after")
    def _says_one_thing(self) -> Self:
        given = [self.hours_before, self.days_before, self.on_day]
        if sum(one is not None for one in given) != 1:
            raise ValueError("one of hours_before, days_before and on_day, please")
        return self


class Rule(BaseModel):
    """One clock: so many ``hours``, the days of a yardstick, or so many ``days``.

    ``soft_day`` and ``hard_day``: it should be done by the end of the one, at the latest of the
    other; day 1 is the day of knowing. ``days_improper``: the longer limit for an improper
    purpose. ``rolls``: a limit that ends on a closed government day ends on the next open one.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Kind
    law: Law
    counts_from: Start
    hours: int | None = Field(default=None, gt=0)
    soft_day: int | None = Field(default=None, gt=0)
    hard_day: int | None = Field(default=None, gt=0)
    days: int | None = Field(default=None, gt=0)
    days_improper: int | None = Field(default=None, gt=0)
    rolls: bool = False
    near: tuple[Near, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _has_one_length(self) -> Self:
        if sum(one is not None for one in (self.hours, self.hard_day, self.days)) != 1:
            raise ValueError(f"{self.kind}: one of hours, hard_day and days, please")
        if self.soft_day is not None and self.soft_day >= (self.hard_day or 0):
            raise ValueError(f"{self.kind}: soft_day comes before hard_day")
        if self.days_improper is not None and self.days is None:
            raise ValueError(f"{self.kind}: days_improper stands beside days")
        return self

    @property
    def is_yardstick(self) -> bool:
        """Whether the law names no number, so that its days are a measure and no limit."""
        return self.hard_day is not None


class Causes(BaseModel):
    """What makes a law ask for a report: each of ``any_of`` alone, or more people than a number."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    any_of: tuple[Reason, ...] = ()
    more_than: int | None = Field(default=None, ge=0)


class Edition(BaseModel):
    """The law as it holds for what a company came to know from ``valid_from`` on."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    valid_from: date
    source: Label
    causes: dict[Law, Causes]
    clock: tuple[Rule, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _each_clock_once_and_with_causes(self) -> Self:
        kinds = [one.kind for one in self.clock]
        if len(set(kinds)) != len(kinds):
            raise ValueError("each kind of clock may stand in an edition once")
        if without := {one.law for one in self.clock} - set(self.causes):
            raise ValueError(f"there are no causes for {', '.join(sorted(without))}")
        return self

    def rule(self, kind: str) -> Rule | None:
        """The clock of this kind, None where this edition has none."""
        return next((one for one in self.clock if one.kind == kind), None)


Answers = dict[str, tuple[str, ...]]
"""Question of the hearing sheet to those of its answers that count; also ``case_types``."""


class Signs(BaseModel):
    """What the answers of the hearing sheet mean."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    concerned: Answers
    not_concerned: Answers
    suspected: Answers
    my_number: Answers
    eu: Answers
    sensitive: Answers
    damage: Answers
    improper: Answers
    exposed: Answers
    encrypted: Answers
    processor: Answers
    # A statement about the number of people to that number: what it can be at most, at least.
    counted_by: str
    at_most: dict[str, dict[str, int]]
    at_least: dict[str, dict[str, int]]

    @property
    def answers(self) -> dict[str, Answers]:
        """Every sign that is made of answers, by its name."""
        values = {name: getattr(self, name) for name in type(self).model_fields}
        signs = {name: one for name, one in values.items() if name not in COUNTS}
        return signs | {
            name: {key: tuple(codes) for key, codes in values[name].items()} for name in COUNTED
        }


COUNTED = ("at_most", "at_least")
COUNTS = {"counted_by", *COUNTED}


class DeadlinesPolicy(Policy):
    """``config/deadlines.toml``: the editions of the law, what answers mean, and the words."""

    FILE: ClassVar[str] = "deadlines.toml"

    labels: dict[Kind, Label]
    reasons: dict[Reason, Label]
    signs: Signs
    edition: tuple[Edition, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _everything_has_words(self) -> Self:
        unsaid = (set(Kind) - set(self.labels)) | (set(Reason) - set(self.reasons))
        if unsaid:
            raise ValueError(f"there are no words for {', '.join(sorted(unsaid))}")
        return self

    @model_validator(mode="after")
    def _editions_follow_each_other(self) -> Self:
        days = [one.valid_from for one in self.edition]
        if any(one >= following for one, following in pairwise(days)):
            raise ValueError("editions stand in the order of their dates")
        return self

    def label(self, code: str) -> Label | None:
        """What a kind of clock is called; None for a code that is known no more."""
        return self.labels[Kind(code)] if code in set(Kind) else None

    def reason(self, code: str) -> Label | None:
        """The words of a reason; None for a code that is known no more."""
        return self.reasons[Reason(code)] if code in set(Reason) else None

    def on(self, day: date) -> Edition:
        """The edition that holds for what was known on ``day``; the first one for days before."""
        valid = [one for one in self.edition if one.valid_from <= day]
        return valid[-1] if valid else self.edition[0]


def unknown_answers(policy: DeadlinesPolicy, sheet: Mapping[str, Collection[str]]) -> list[str]:
    """A sentence for every question or answer that is named and does not exist.

    ``sheet``: question to the codes of its options.
    """
    return list(_unknown(policy, sheet))


def _unknown(policy: DeadlinesPolicy, sheet: Mapping[str, Collection[str]]) -> Iterator[str]:
    file = DeadlinesPolicy.FILE
    if policy.signs.counted_by not in sheet:
        yield f"{file}: signs.counted_by: there is no question {policy.signs.counted_by}"
    for sign, answers in policy.signs.answers.items():
        for question, codes in answers.items():
            missing = [one for one in codes if one not in sheet.get(question, ())]
            yield from (
                f"{file}: signs.{sign}: there is no answer {one} to {question}" for one in missing
            )

"""Which work is proposed for an incident, and why, as ``config/routing.toml`` describes it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Annotated, ClassVar, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from hotline.calendars.rules import Calendar
from hotline.coordination.rules.functions import (
    Days,
    FunctionsPolicy,
    Hours,
    Minutes,
    Waits,
    end_of_day,
)
from hotline.coordination.rules.offers import full_minute
from hotline.policy import Policy
from hotline.tickets.rules import Answers, CaseTypesPolicy, HearingPolicy, Severity
from hotline.tickets.rules.case_types import Function
from hotline.tickets.rules.hearing import Question
from hotline.tickets.rules.words import Code, TypeCode, Words, check_once

Points = Annotated[int, Field(ge=0, le=100)]


class When(BaseModel):
    """What must hold, all of it; nothing at all is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    case_types: tuple[TypeCode, ...] = ()
    kinds: tuple[TypeCode, ...] = ()
    answers: dict[Code, tuple[Code, ...]] = Field(default_factory=dict)
    above: dict[Code, Annotated[int, Field(ge=0)]] = Field(default_factory=dict)
    severity: Severity | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not (self.case_types or self.answers or self.above or self.severity):
            raise ValueError("it holds for everything; say when")
        if self.kinds and not self.case_types:
            raise ValueError("kinds need case_types")
        return self


class Rule(Words):
    """One reason to propose some works of one function; ``ja`` and ``en`` are the reason."""

    code: Code
    function: Function
    works: tuple[Code, ...] = Field(min_length=1)
    when: When
    unless: dict[Code, tuple[Code, ...]] = Field(default_factory=dict)
    first_result: Hours | None = None
    due_hours: Hours | None = None
    due_days: Days | None = None
    counted_from: Code | None = None

    @model_validator(mode="after")
    def _is_due_in_one_way(self) -> Self:
        if self.due_hours is not None and self.due_days is not None:
            raise ValueError(f"{self.code}: either due_hours or due_days, not both")
        return self

    @property
    def questions(self) -> dict[str, tuple[str, ...]]:
        """Every question it looks at for a ticked answer, with the answers it looks for."""
        asked = [*self.when.answers.items(), *self.unless.items()]
        return {
            key: tuple(code for name, codes in asked if name == key for code in codes)
            for key, _ in asked
        }


class Weights(BaseModel):
    """What counts when candidates are ranked: points at most, and where they begin to fall."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    region: Points
    language: Points
    hours: Points
    load: Points
    acceptance: Points
    reply: Points
    opens_soon_hours: Hours
    slow_reply_minutes: Minutes
    added_answers: Annotated[int, Field(gt=0, le=1000)]


class RoutingPolicy(Policy):
    """``config/routing.toml``: why work is proposed, and what counts among candidates."""

    FILE: ClassVar[str] = "routing.toml"

    at_once_hours: Hours
    rule: tuple[Rule, ...]
    ranking: Weights

    @model_validator(mode="after")
    def _codes_are_unique(self) -> Self:
        check_once("the rule", [one.code for one in self.rule])
        return self

    @property
    def by_code(self) -> dict[str, Rule]:
        """Code to rule, in order."""
        return {one.code: one for one in self.rule}

    def reasons(self, codes: Iterable[str]) -> list[Words]:
        """The reasons that a task remembers; a rule that is gone is named by its code."""
        known = self.by_code
        return [known.get(code) or Words(ja=code, en=code) for code in codes]


@dataclass(frozen=True)
class Situation:
    """What is known about an incident when work is proposed for it (aware UTC).

    ``moments`` are the answers to questions of date and time, by question.
    """

    case_types: Sequence[str]
    other_kind: str
    answers: Answers
    severity: str
    received_at: datetime
    now: datetime
    moments: Mapping[str, datetime] = field(default_factory=dict)


@dataclass(frozen=True)
class Going:
    """Work that the incident has already: nothing of it is proposed again."""

    function: str
    works: Sequence[str]
    because: Sequence[str]
    withdrawn: bool = False

    def settles(self, rule: Rule) -> bool:
        """Whether somebody has dealt with what ``rule`` asks for: it led to this work, even to
        work that was taken back, or this work holds all of it."""
        if rule.code in self.because:
            return True
        if self.withdrawn or self.function != rule.function:
            return False
        return not self.works or set(rule.works) <= set(self.works)


@dataclass(frozen=True)
class TaskProposal:
    """Work that may be needed: its works in the order of the task list, and the rules for it."""

    function: str
    works: tuple[str, ...]
    because: tuple[str, ...]
    waits_for: tuple[Waits, ...]
    first_result_by: datetime | None
    due_at: datetime | None


@dataclass(frozen=True)
class _Given:
    """What every proposal of one situation is made with; ``there``: functions that have work."""

    situation: Situation
    there: Collection[str]
    calendar: Calendar
    at_once: timedelta

    def not_past(self, moments: Iterable[datetime | None]) -> datetime | None:
        """The earliest, to the full minute; what is over by now, or nearly, is wanted at once."""
        earliest = min((one for one in moments if one is not None), default=None)
        return earliest and full_minute(max(earliest, self.situation.now + self.at_once))


def proposals(
    situation: Situation,
    going: Sequence[Going],
    *,
    policies: tuple[RoutingPolicy, FunctionsPolicy, HearingPolicy],
    calendar: Calendar,
) -> list[TaskProposal]:
    """What the rules ask for and nobody has dealt with yet, one for each function, in the order
    of functions. ``calendar`` counts the business days."""
    routing, functions, hearing = policies
    answers = on_sheet(situation, hearing)
    open_rules = [
        rule
        for rule in routing.rule
        if holds(rule, situation, answers) and not any(one.settles(rule) for one in going)
    ]
    there = {one.function for one in going if not one.withdrawn}
    there |= {rule.function for rule in open_rules}
    return [
        _proposal(
            functions, code, [one for one in open_rules if one.function == code],
            _Given(situation, there, calendar, timedelta(hours=routing.at_once_hours)),
        )
        for code in functions.by_code
        if any(one.function == code for one in open_rules)
    ]  # fmt: skip


def on_sheet(situation: Situation, hearing: HearingPolicy) -> Answers:
    """The answers to questions that are asked for these case types; the others do not count."""
    sheet = hearing.sheet(situation.case_types, situation.other_kind)
    return {one.key: situation.answers.get(one.key, ()) for one in sheet}


def holds(rule: Rule, situation: Situation, answers: Answers) -> bool:
    """Whether everything that ``rule`` asks for is so."""
    when = rule.when
    return (
        _is_of_type(when, situation)
        and (when.severity is None or situation.severity <= when.severity)
        and all(_ticked(answers, key, codes) for key, codes in when.answers.items())
        and all(_above(answers, key, number) for key, number in when.above.items())
        and not any(_ticked(answers, key, codes) for key, codes in rule.unless.items())
    )


def _is_of_type(when: When, situation: Situation) -> bool:
    if when.case_types and not set(when.case_types) & set(situation.case_types):
        return False
    return not when.kinds or situation.other_kind in when.kinds


def _ticked(answers: Answers, key: str, codes: Iterable[str]) -> bool:
    return bool(set(codes) & set(answers.get(key, ())))


def _above(answers: Answers, key: str, number: int) -> bool:
    return any(text.isdecimal() and int(text) > number for text in answers.get(key, ()))


def _proposal(
    functions: FunctionsPolicy,
    code: str,
    rules: Sequence[Rule],
    given: _Given,
) -> TaskProposal:
    function = functions.by_code[code]
    wanted = {work for rule in rules for work in rule.works}
    first = [_first_result(rule, given.situation) for rule in rules]
    due = [_due(rule, given.situation, given.calendar) for rule in rules]
    return TaskProposal(
        function=code,
        works=tuple(work for work in function.work_codes if work in wanted),
        because=tuple(rule.code for rule in rules),
        waits_for=tuple(one for one in function.waits_for if one.function in given.there),
        first_result_by=given.not_past(first),
        due_at=given.not_past(due),
    )


def _start(rule: Rule, situation: Situation) -> datetime:
    if rule.counted_from is None:
        return situation.now
    return situation.moments.get(rule.counted_from, situation.received_at)


def _first_result(rule: Rule, situation: Situation) -> datetime | None:
    if rule.first_result is None:
        return None
    return _start(rule, situation) + timedelta(hours=rule.first_result)


def _due(rule: Rule, situation: Situation, calendar: Calendar) -> datetime | None:
    if rule.due_hours is not None:
        return _start(rule, situation) + timedelta(hours=rule.due_hours)
    if rule.due_days is None:
        return None
    return end_of_day(_start(rule, situation), rule.due_days, calendar)


def unroutable(
    routing: RoutingPolicy,
    functions: FunctionsPolicy,
    kinds: CaseTypesPolicy,
    hearing: HearingPolicy,
) -> list[str]:
    """A sentence for everything that a rule names and that no other file has."""
    found = []
    for rule in routing.rule:
        problems = [*_unknown_types(rule, kinds), *_unknown_works(rule, functions)]
        problems += _unknown_answers(rule, hearing)
        found += [f"{RoutingPolicy.FILE}: {rule.code}: {problem}" for problem in problems]
    return found


def _unknown_types(rule: Rule, kinds: CaseTypesPolicy) -> list[str]:
    types = [code for code in rule.when.case_types if code not in kinds.by_code]
    others = [code for code in rule.when.kinds if code not in kinds.kinds]
    return [
        *(f"there is no case type {code} in {kinds.FILE}" for code in types),
        *(f"there is no kind {code} in {kinds.FILE}" for code in others),
    ]


def _unknown_works(rule: Rule, functions: FunctionsPolicy) -> list[str]:
    known = functions.by_code[rule.function].work_codes
    return [
        f"{rule.function} has no work {code} in {functions.FILE}"
        for code in rule.works
        if code not in known
    ]


def _unknown_answers(rule: Rule, hearing: HearingPolicy) -> list[str]:
    known = hearing.by_key
    inputs: dict[str, tuple[str, ...]] = {
        **dict.fromkeys(rule.questions, ("choice", "multi")),
        **dict.fromkeys(rule.when.above, ("number",)),
    }
    if rule.counted_from:
        inputs[rule.counted_from] = ("datetime",)
    found = []
    for key, allowed in inputs.items():
        found += _misused(hearing.FILE, key, known.get(key), allowed)
    for key, codes in rule.questions.items():
        found += _no_option(hearing.FILE, known.get(key), codes)
    return found


def _misused(file: str, key: str, question: Question | None, allowed: Sequence[str]) -> list[str]:
    if question is None:
        return [f"there is no question {key} in {file}"]
    if question.input not in allowed:
        return [f"the question {key} is of the kind {question.input}, not {' or '.join(allowed)}"]
    return []


def _no_option(file: str, question: Question | None, codes: Iterable[str]) -> list[str]:
    if question is None or not question.has_options:
        return []
    options = {one.code for one in question.options}
    return [
        f"the question {question.key} has no option {code} in {file}"
        for code in codes
        if code not in options
    ]

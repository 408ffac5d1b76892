"""What a caller is asked, and which answers can be, as ``config/hearing.toml`` describes it."""

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import ClassVar, Literal, Self

from pydantic import ConfigDict, Field, model_validator

from hotline.errors import N_, Invalid, Problem
from hotline.policy import Policy
from hotline.searchkeys import clean_name, clean_text
from hotline.tickets.rules.case_types import OTHER, Severity
from hotline.tickets.rules.words import Code, TypeCode, Words, check_once

ANSWER_LETTERS = 2000
PHONE_LETTERS = 60
LARGEST_NUMBER = 1_000_000_000
ONE_STEP = "+1"

Answers = Mapping[str, Sequence[str]]
"""Question key to codes of options, or to one text."""


class Option(Words):
    """One answer that can be ticked."""

    code: Code


class Signal(Words):
    """An answer that says how grave it is, or something the operator must know; ``ja`` and
    ``en`` are the reason.

    ``is``: the option ``value`` is ticked. ``above``: the number is larger than ``value``.
    ``raises_to``: a severity, ``+1`` for one step, or nothing for a remark alone.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", coerce_numbers_to_str=False)

    op: Literal["is", "above"] = "is"
    value: str | int
    raises_to: Severity | Literal["+1"] | None = None

    def is_given(self, answer: Sequence[str]) -> bool:
        """Whether this answer, as ``check_answers`` returns it, gives the signal."""
        if self.op == "is":
            return self.value in answer
        return any(text.isdecimal() and int(text) > int(self.value) for text in answer)


class Question(Words):
    """One question of the hearing sheet.

    ``case_types``: whom it is asked, everybody when empty; ``kinds``: only these kinds of the
    type ``other``. ``at_intake``: asked while the ticket is opened. ``field``: the answer stands
    in this field of the ticket and not among the answers. ``clock``: limits of this kind are
    counted from the moment that is answered.
    """

    key: Code
    case_types: tuple[TypeCode, ...] = ()
    kinds: tuple[TypeCode, ...] = ()
    input: Literal["choice", "multi", "number", "text", "datetime", "phone"]
    options: tuple[Option, ...] = ()
    signals: tuple[Signal, ...] = ()
    hint: Words | None = None
    at_intake: bool = False
    field: Code | None = None
    clock: Code | None = None

    @property
    def has_options(self) -> bool:
        """Whether it is answered by ticking."""
        return self.input in {"choice", "multi"}

    @model_validator(mode="after")
    def _can_be_answered(self) -> Self:
        if self.has_options and len(self.options) < 2:
            raise ValueError(f"{self.key}: a {self.input} question needs at least two options")
        if self.options and not self.has_options:
            raise ValueError(f"{self.key}: a {self.input} question has no options")
        check_once(f"{self.key}: the option", [option.code for option in self.options])
        return self

    @model_validator(mode="after")
    def _signals_can_be_given(self) -> Self:
        for signal in self.signals:
            self._check_signal(signal)
        check_once(f"{self.key}: the signal", [f"{one.op} {one.value}" for one in self.signals])
        return self

    def _check_signal(self, signal: Signal) -> None:
        if signal.op == "is" and signal.value not in {option.code for option in self.options}:
            raise ValueError(f"{self.key}: a signal waits for the option {signal.value}, not given")
        if signal.op == "above" and not (
            self.input == "number" and isinstance(signal.value, int) and signal.value >= 0
        ):
            raise ValueError(f'{self.key}: "above" compares numbers, and nothing else')

    @model_validator(mode="after")
    def _clocks_start_at_moments(self) -> Self:
        if self.clock is not None and self.input != "datetime":
            raise ValueError(f'{self.key}: a clock starts at a moment: input = "datetime"')
        return self

    @model_validator(mode="after")
    def _kinds_belong_to_other(self) -> Self:
        if self.kinds and self.case_types != (OTHER,):
            raise ValueError(f'{self.key}: kinds are for case_types = ["{OTHER}"] alone')
        return self

    def is_asked(self, case_type: str, other_kind: str) -> bool:
        """Whether callers with this case type are asked it, beside what everybody is asked."""
        return case_type in self.case_types and (not self.kinds or other_kind in self.kinds)


class HearingPolicy(Policy):
    """``config/hearing.toml``: every question, in the order of asking."""

    FILE: ClassVar[str] = "hearing.toml"

    question: tuple[Question, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _keys_are_unique(self) -> Self:
        check_once("the question", [one.key for one in self.question])
        check_once("the field", [one.field for one in self.question if one.field])
        check_once("the clock", [one.clock for one in self.question if one.clock])
        return self

    @property
    def by_key(self) -> dict[str, Question]:
        """Key to question, in order."""
        return {one.key: one for one in self.question}

    def sheet(self, case_types: Sequence[str], other_kind: str = "") -> tuple[Question, ...]:
        """What to ask: what everybody is asked, then each type in its order, nothing twice."""
        asked = {one.key: one for one in self.question if not one.case_types}
        for code in case_types:
            asked |= {one.key: one for one in self.question if one.is_asked(code, other_kind)}
        return tuple(asked.values())

    def at_intake(self, case_types: Sequence[str], other_kind: str = "") -> tuple[Question, ...]:
        """The part of the sheet that is asked while the ticket is opened, gravest types first."""
        return tuple(one for one in self.sheet(case_types, other_kind) if one.at_intake)


def with_fields(policy: HearingPolicy, answers: Answers, facts: Mapping[str, object]) -> Answers:
    """The answers together with what stands in the ticket: a ticked field is answered "yes"."""
    ticked = {
        one.key: ["yes"] for one in policy.question if one.field and facts.get(one.field) is True
    }
    return {**answers, **ticked}


def check_answers(policy: HearingPolicy, given: Answers) -> dict[str, list[str]]:
    """The answers as they are kept; a question that was left empty is not among them.

    Raises Invalid with a field ``answers.<key>`` for everything that cannot be used.
    """
    kept: dict[str, list[str]] = {}
    problems: dict[str, Problem] = {}
    for key, values in given.items():
        try:
            answer = _checked(policy, key, [one for one in values if one.strip()])
        except Problem as problem:
            problems[f"answers.{key}"] = problem
            continue
        if answer:
            kept[key] = answer
    if problems:
        raise Invalid(problems)
    return kept


def _checked(policy: HearingPolicy, key: str, values: list[str]) -> list[str]:
    if key not in policy.by_key:
        raise Problem(N_("There is no such question."))
    question = policy.by_key[key]
    if len(values) > 1 and question.input != "multi":
        raise Problem(N_("Only one answer, please."))
    if question.has_options:
        return _ticked(question, values)
    return [_READ[question.input](value) for value in values]


def _ticked(question: Question, values: list[str]) -> list[str]:
    codes = [option.code for option in question.options]
    if not set(values) <= set(codes):
        raise Problem(N_("There are only these answers: %(codes)s."), codes=", ".join(codes))
    return [code for code in codes if code in values]


def _number(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).replace(",", "").strip()
    if not (plain.isascii() and plain.isdecimal() and len(plain) <= 10):
        raise Problem(N_("A whole number in digits, please."))
    if int(plain) > LARGEST_NUMBER:
        raise Problem(N_("At most %(most)s, please."), most=f"{LARGEST_NUMBER:,}")
    return str(int(plain))


def _moment(text: str) -> str:
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise Problem(N_("A time with its zone, please, such as 2026-09-18T17:00+09:00."))
    return moment.isoformat()


_READ: dict[str, Callable[[str], str]] = {
    "text": lambda text: clean_text(text.strip(), ANSWER_LETTERS),
    "phone": lambda text: clean_name(text, PHONE_LETTERS),
    "number": _number,
    "datetime": _moment,
}
"""Input to how its answer is read. Raises Problem."""

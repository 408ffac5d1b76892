"""How grave an incident looks by what was answered, and why."""

from collections.abc import Sequence
from dataclasses import dataclass

from hotline.tickets.rules.case_types import CaseTypesPolicy, Severity
from hotline.tickets.rules.hearing import ONE_STEP, Answers, HearingPolicy, Question, Signal


@dataclass(frozen=True)
class Reason:
    """One thing that makes it as grave as ``severity``.

    ``question`` is "" when the case type alone does; then ``ja`` and ``en`` are its name.
    """

    question: str
    severity: Severity
    ja: str
    en: str


@dataclass(frozen=True)
class Note:
    """Something an answer means for the operator, whatever the severity."""

    question: str
    ja: str
    en: str


@dataclass(frozen=True)
class Proposal:
    """A severity with everything that speaks for it, the gravest first."""

    severity: Severity
    reasons: tuple[Reason, ...]
    notes: tuple[Note, ...] = ()


def propose(
    case_types: Sequence[str],
    answers: Answers,
    other_kind: str = "",
    *,
    kinds: CaseTypesPolicy,
    hearing: HearingPolicy,
) -> Proposal:
    """The gravest of what the case types start with and what the answers raise it to; every
    signal of one step then raises by one, up to P1.

    Answers to questions that are not on the sheet of these types do not count.
    """
    start = kinds.starting_severity(case_types, other_kind)
    given = _given(hearing.sheet(case_types, other_kind), answers)
    named = [Severity(one.raises_to) for _, one in given if one.raises_to in set(Severity)]
    steps = sum(one.raises_to == ONE_STEP for _, one in given)
    severity = raised(min([start, *named]), steps)
    reasons = _types_that_start_with(start, case_types, other_kind, kinds)
    reasons += [_reason(key, one, severity) for key, one in given if _counts(one, start)]
    return Proposal(
        severity,
        tuple(sorted(reasons, key=lambda reason: reason.severity)),
        tuple(Note(key, one.ja, one.en) for key, one in given if one.raises_to is None),
    )


def raised(severity: Severity, steps: int) -> Severity:
    """So many steps graver, P1 at most."""
    order = list(Severity)
    return order[max(0, order.index(severity) - steps)]


def _given(sheet: Sequence[Question], answers: Answers) -> list[tuple[str, Signal]]:
    return [
        (question.key, signal)
        for question in sheet
        for signal in question.signals
        if signal.is_given(answers.get(question.key, ()))
    ]


def _counts(signal: Signal, start: Severity) -> bool:
    if signal.raises_to is None:
        return False
    return signal.raises_to == ONE_STEP or signal.raises_to <= start


def _reason(key: str, signal: Signal, severity: Severity) -> Reason:
    """A step speaks for the severity it led to; the others for the one they name."""
    level = severity if signal.raises_to in (ONE_STEP, None) else Severity(signal.raises_to)
    return Reason(key, level, signal.ja, signal.en)


def _types_that_start_with(
    start: Severity, case_types: Sequence[str], other_kind: str, kinds: CaseTypesPolicy
) -> list[Reason]:
    return [
        Reason("", start, kinds.by_code[code].ja, kinds.by_code[code].en)
        for code in case_types
        if kinds.severity_of(code, other_kind) is start
    ]

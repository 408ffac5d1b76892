"""Whether the files about case types fit together."""

from collections.abc import Iterable

from hotline.deadlines.rules import (
    DeadlinesPolicy,
    ObligationsPolicy,
    Start,
    unknown_answers,
    unknown_duty_answers,
)
from hotline.tickets.rules.advice import AdviceLine, AdvicePolicy
from hotline.tickets.rules.case_types import OTHER, CaseTypesPolicy
from hotline.tickets.rules.hearing import HearingPolicy, Question


def mismatches(kinds: CaseTypesPolicy, hearing: HearingPolicy, advice: AdvicePolicy) -> list[str]:
    """A sentence for every case type or kind that is named and does not exist, and for every
    one that has no advice."""
    users: list[tuple[str, str, Question | AdviceLine]] = []
    users += [(HearingPolicy.FILE, one.key, one) for one in hearing.question]
    users += [(AdvicePolicy.FILE, one.code, one) for one in (*advice.do, *advice.dont)]
    found = []
    for file, name, one in users:
        found += _unknown(file, name, "case type", one.case_types, kinds.by_code)
        found += _unknown(file, name, "kind", one.kinds, kinds.kinds)
    return found + _without_advice(kinds, advice)


def unanswerable(
    deadlines: DeadlinesPolicy, kinds: CaseTypesPolicy, hearing: HearingPolicy
) -> list[str]:
    """A sentence for every answer that starts a legal clock and cannot be given."""
    sheet = {one.key: [option.code for option in one.options] for one in hearing.question}
    uncounted = [
        f"{HearingPolicy.FILE}: {one.key}: no limit is counted from {one.clock}"
        for one in hearing.question
        if one.clock is not None and one.clock not in set(Start)
    ]
    return uncounted + unknown_answers(deadlines, {**sheet, "case_types": list(kinds.by_code)})


def unowed(obligations: ObligationsPolicy, hearing: HearingPolicy) -> list[str]:
    """A sentence for every answer that a duty after an accident waits for and cannot be given."""
    sheet = {one.key: [option.code for option in one.options] for one in hearing.question}
    return unknown_duty_answers(obligations, sheet)


def _unknown(
    file: str, name: str, what: str, codes: Iterable[str], known: Iterable[str]
) -> list[str]:
    return [
        f"{file}: {name}: there is no {what} {code} in {CaseTypesPolicy.FILE}"
        for code in codes
        if code not in set(known)
    ]


def _without_advice(kinds: CaseTypesPolicy, advice: AdvicePolicy) -> list[str]:
    asked = [(code, "") for code in kinds.by_code if code != OTHER or not kinds.other_kind]
    asked += [(OTHER, kind) for kind in kinds.kinds]
    return [
        f"{AdvicePolicy.FILE}: {kind or code} has no line that says what to do"
        for code, kind in asked
        if not advice.lines([code], kind).do
    ]

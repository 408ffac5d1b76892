"""What the answers of a hearing mean: whose data, how many, and which law asks for a report."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from hotline.deadlines.rules.law import Answers, Causes, Edition, Law, Reason, Signs, Start

CASE_TYPES = "case_types"

CAUSES = (
    Reason.SENSITIVE,
    Reason.DAMAGE,
    Reason.IMPROPER,
    Reason.MANY,
    Reason.COUNT_UNKNOWN,
    Reason.EXPOSED,
    Reason.EU,
)
"""What alone makes a clock run; the other reasons say from when, or what to look at."""

ASSUMED = frozenset({Reason.KNOWN_BY_CALL, Reason.AWARE_WHEN_TOLD})
"""The moment was not said: the latest one that is certain is taken until somebody says it."""


@dataclass(frozen=True)
class Facts:
    """What is known of an incident: case types, answers, and the moments that were said.

    ``starts``: the moment from which is counted to when that was, and who knew. ``heard``:
    question to when its answer was written down; ``now`` where it is missing.
    """

    case_types: Sequence[str]
    answers: Mapping[str, Sequence[str]]
    starts: Mapping[Start, tuple[datetime, str]]
    received_at: datetime
    heard: Mapping[str, datetime] = field(default_factory=dict)


def means(facts: Facts, sign: Answers) -> bool:
    """Whether one of the answers that make this sign was given."""
    return any(set(codes) & set(given(facts, question)) for question, codes in sign.items())


def given(facts: Facts, question: str) -> Sequence[str]:
    """The answers to one question; the case types for ``case_types``."""
    return facts.case_types if question == CASE_TYPES else facts.answers.get(question, ())


def is_concerned(facts: Facts, signs: Signs) -> bool:
    """Whether personal data are concerned, or may well be."""
    return means(facts, signs.concerned) or is_suspected(facts, signs)


def is_suspected(facts: Facts, signs: Signs) -> bool:
    """Whether nobody said so, and a grounded notice or a threat makes it likely."""
    said = means(facts, signs.concerned) or means(facts, signs.not_concerned)
    return not said and means(facts, signs.suspected)


def possible_people(facts: Facts, signs: Signs) -> int | None:
    """How many people there can be at most; None while nobody can say."""
    numbers = [int(one) for one in given(facts, signs.counted_by)]
    for statements in (signs.at_most, signs.at_least):
        for question, by_code in statements.items():
            numbers += [by_code[one] for one in given(facts, question) if one in by_code]
    return max(numbers, default=None)


def causes(facts: Facts, law: Law, edition: Edition, signs: Signs) -> tuple[Reason, ...]:
    """Why this law asks for a report; empty when it does not."""
    if not _applies(facts, law, signs):
        return ()
    wanted = edition.causes[law]
    found = [one for one in wanted.any_of if _is_given(one, facts, signs)]
    return tuple(found + _by_number(facts, wanted, signs))


def reasons(facts: Facts, law: Law, edition: Edition, signs: Signs) -> tuple[Reason, ...]:
    """The causes, and beside them what to look at; empty when nothing has to be reported."""
    found = causes(facts, law, edition, signs)
    beside = (
        (Reason.SUSPECTED, is_suspected(facts, signs)),
        (Reason.ENCRYPTED, means(facts, signs.encrypted)),
        (Reason.PROCESSOR, means(facts, signs.processor)),
    )
    return found + tuple(one for one, is_so in beside if is_so) if found else ()


def _applies(facts: Facts, law: Law, signs: Signs) -> bool:
    if law is Law.APPI:
        return is_concerned(facts, signs)
    return means(facts, signs.my_number if law is Law.MY_NUMBER else signs.eu)


def _is_given(reason: Reason, facts: Facts, signs: Signs) -> bool:
    sign: Answers = getattr(signs, reason)
    return means(facts, sign)


def _by_number(facts: Facts, wanted: Causes, signs: Signs) -> list[Reason]:
    """As long as nobody knows the number, the largest possible one counts."""
    if wanted.more_than is None:
        return []
    most = possible_people(facts, signs)
    if most is None:
        return [Reason.COUNT_UNKNOWN]
    return [Reason.MANY] if most > wanted.more_than else []

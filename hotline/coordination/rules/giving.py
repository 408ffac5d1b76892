"""What the desk says about a task, checked and cleaned."""

from collections.abc import Collection
from dataclasses import replace
from itertools import pairwise

from hotline.coordination.rules.functions import FunctionRule, FunctionsPolicy
from hotline.coordination.rules.tasks import SCOPE_LETTERS, WORD_LETTERS, TaskGiven
from hotline.errors import N_, Invalid, Problem
from hotline.searchkeys import clean_name, clean_text

JAPANESE = "ja"


def checked_given(given: TaskGiven, rule: FunctionRule, policy: FunctionsPolicy) -> TaskGiven:
    """``given`` as it is kept: texts cleaned, the works in the order of the list.

    Raises Invalid with a sentence for each field that cannot be used.
    """
    problems = _choices(given, rule, policy) | _times(given)
    checked = replace(
        given,
        scope=_cleaned("scope", given.scope, SCOPE_LETTERS, problems),
        scale=_cleaned("scale", given.scale, WORD_LETTERS, problems),
        place=_cleaned("place", given.place, WORD_LETTERS, problems),
        works=tuple(code for code in rule.work_codes if code in given.works),
        language="" if given.language == JAPANESE else given.language,
    )
    if problems:
        raise Invalid(problems)
    return checked


def _cleaned(field: str, text: str, letters: int, problems: dict[str, Problem]) -> str:
    clean = clean_text if field == "scope" else clean_name
    try:
        return clean(text, letters).strip()
    except Problem as problem:
        problems[field] = problem
        return ""


def _choices(given: TaskGiven, rule: FunctionRule, policy: FunctionsPolicy) -> dict[str, Problem]:
    known: dict[str, tuple[Collection[str], Collection[str]]] = {
        "works": (given.works, rule.work_codes),
        "region": ([given.region] if given.region else (), policy.regions),
        "language": ([given.language] if given.language else (), policy.languages),
    }
    return {
        field: Problem(N_("There is no such choice."))
        for field, (chosen, choices) in known.items()
        if set(chosen) - set(choices)
    }


def _times(given: TaskGiven) -> dict[str, Problem]:
    """The start, the first result and the end follow each other."""
    order = {
        "starts_at": given.starts_at,
        "first_result_by": given.first_result_by,
        "due_at": given.due_at,
    }
    told = [(name, at) for name, at in order.items() if at is not None]
    return {
        name: Problem(N_("This is earlier than what comes before it."))
        for (_, before), (name, at) in pairwise(told)
        if at < before
    }

"""When a rule of routing holds, in words."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from hotline import policy
from hotline.coordination.rules import Rule
from hotline.edge.language import current, gettext
from hotline.tickets.rules import CaseTypesPolicy, HearingPolicy
from hotline.web import formats

END = re.compile(r"[。?？]")


def conditions(rule: Rule) -> list[str]:
    """What must hold for it, one sentence for each part; all of them count."""
    return [*_types(rule), *_answers(rule), *_exceptions(rule)]


def _types(rule: Rule) -> Iterator[str]:
    when, kinds = rule.when, policy.get(CaseTypesPolicy).kinds
    if when.case_types:
        yield formats.listed(formats.case_type(one) for one in when.case_types)
    if when.kinds:
        yield formats.listed(str(getattr(kinds[one], current())) for one in when.kinds)
    if when.severity:
        yield gettext("%(severity)s or graver", severity=formats.severity(when.severity))


def _answers(rule: Rule) -> Iterator[str]:
    for key, codes in rule.when.answers.items():
        yield gettext("%(question)s is: %(options)s", **_said(key, codes))
    for key, number in rule.when.above.items():
        said = question(key)
        yield gettext("%(question)s is above %(number)s", question=said, number=f"{number:,}")


def _exceptions(rule: Rule) -> Iterator[str]:
    for key, codes in rule.unless.items():
        yield gettext("not when %(question)s is: %(options)s", **_said(key, codes))


def _said(key: str, codes: Sequence[str]) -> Mapping[str, str]:
    options = {one.code: one for one in policy.get(HearingPolicy).by_key[key].options}
    return {"question": question(key), "options": _either(options[one] for one in codes)}


def question(key: str) -> str:
    """The first sentence of a question: what follows helps those who ask it."""
    asked = str(getattr(policy.get(HearingPolicy).by_key[key], current()))
    return END.split(asked, maxsplit=1)[0]


def _either(options: Iterable[object]) -> str:
    return str(gettext(" / ")).join(str(getattr(one, current())) for one in options)

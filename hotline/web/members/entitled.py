"""What a company may ask for, in the reader's language; never whether it will be paid."""

from datetime import date, datetime
from typing import Any

from hotline.edge.language import gettext
from hotline.errors import N_
from hotline.members.rules import Entitlement, Sentence
from hotline.web import formats

FLAGS = {
    "jnx": N_("JNX member"),
    "insured": N_("Policy of the insurer"),
    "cyber": N_("Cyber cover"),
    "domestic": N_("In Japan"),
}
ANSWERS = {
    "yes": N_("yes"),
    "no": N_("no"),
    "unknown": N_("not confirmed"),
}
SHORT = {
    ("jnx", "yes"): N_("JNX member"),
    ("jnx", "no"): N_("no JNX member"),
    ("jnx", "unknown"): N_("JNX member?"),
    ("insured", "yes"): N_("insured"),
    ("insured", "no"): N_("not insured"),
    ("insured", "unknown"): N_("insured?"),
    ("cyber", "yes"): N_("cyber cover"),
    ("cyber", "no"): N_("no cyber cover"),
    ("cyber", "unknown"): N_("cyber cover?"),
    ("domestic", "yes"): N_("in Japan"),
    ("domestic", "no"): N_("abroad"),
    ("domestic", "unknown"): N_("in Japan?"),
}
"""A flag and its answer in a word or two."""


def in_words(found: Entitlement) -> dict[str, Any]:
    """Flags as (answer, short, name, reason, unsure), the line, and the sentences about money."""
    return {
        "flags": [
            {
                "answer": flag.answer.value,
                "short": gettext(SHORT[flag.code, flag.answer.value]),
                "name": gettext(FLAGS[flag.code]),
                "reason": sentence(flag.reason),
                "unsure": flag.answer != "unknown" and not flag.confirmed,
            }
            for flag in found.flags
        ],
        "line": sentence(found.line),
        "sentences": [sentence(one) for one in (found.free, found.beyond, *found.to_check)],
    }


def sentence(one: Sentence) -> str:
    """A sentence of the rules in the reader's language, its moments and amounts written out."""
    return gettext(one.message, **{name: _written(fact) for name, fact in one.facts.items()})


def _written(fact: object) -> object:
    if isinstance(fact, datetime):
        return change_of_cover(fact)
    return yen(fact) if isinstance(fact, int) else fact


def change_of_cover(at: datetime) -> str:
    """``2027年4月1日（木）16:00``: always with its year, because policies go by years."""
    return gettext("%(day)s %(time)s", day=formats.day(at, date.min), time=formats.clock_time(at))


def yen(amount: int | None) -> str:
    """``300,000,000円``; a sentence when nobody knows."""
    if amount is None:
        return gettext("not on file")
    return gettext("%(amount)s yen", amount=f"{amount:,}")

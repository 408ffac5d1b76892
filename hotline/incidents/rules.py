"""What an incident of many tickets may say, and that no member learns of another by it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from hotline.errors import N_, Invalid, Problem, Refused
from hotline.searchkeys import clean_name, clean_text, company_key

TITLE_LETTERS = 200
CAUSE_LETTERS = 2000
ADVICE_LETTERS = 1000
REASON_LETTERS = 500

MOST_TICKETS = 300
"""So many are changed at once at most: the worst day of a year."""

SHORTEST_KEY = 3
"""A shorter name is a part of common words, and would be found where nobody is named."""


class Named(Protocol):
    """A ticket, as far as it can give somebody away."""

    number: str
    company: str
    member_number: str | None


@dataclass(frozen=True)
class Advice:
    """What is said to every caller of an incident, in both languages."""

    ja: str
    en: str


def code_of(broadcast_id: int) -> str:
    """Under which code the advice is kept as said on each ticket."""
    return f"broadcast:{broadcast_id}"


def check_words(title: str, cause: str) -> tuple[str, str]:
    """Title and cause, cleaned. Raises Invalid naming ``title`` and ``cause``."""
    problems: dict[str, Problem] = {}
    title = _cleaned(clean_name, title, TITLE_LETTERS, ("title", problems))
    cause = _cleaned(clean_text, cause, CAUSE_LETTERS, ("cause", problems))
    if not title and "title" not in problems:
        problems["title"] = Problem(N_("Say in a few words what they have in common."))
    if problems:
        raise Invalid(problems)
    return title, cause


def check_advice(ja: str, en: str, tickets: Iterable[Named]) -> Advice:
    """The advice, cleaned. Raises Invalid naming ``ja`` and ``en``: both are needed, and neither
    may name a company or a ticket of the incident.
    """
    problems: dict[str, Problem] = {}
    texts = {
        name: _cleaned(clean_text, text, ADVICE_LETTERS, (name, problems))
        for name, text in (("ja", ja), ("en", en))
    }
    among = list(tickets)
    for name, text in texts.items():
        if name in problems:
            continue
        if not text:
            problems[name] = Problem(N_("Write it in both languages: callers read either."))
        elif found := named_in(text, among):
            problems[name] = _names(found)
    if problems:
        raise Invalid(problems)
    return Advice(**texts)


def check_reason(reason: str, tickets: Iterable[Named]) -> str:
    """The reason that every member of the incident reads. Raises Invalid naming ``reason``."""
    problems: dict[str, Problem] = {}
    reason = _cleaned(clean_text, reason, REASON_LETTERS, ("reason", problems))
    if not problems and (found := named_in(reason, tickets)):
        problems["reason"] = _names(found)
    if problems:
        raise Invalid(problems)
    return reason


def named_in(text: str, tickets: Iterable[Named]) -> list[str]:
    """What of these tickets ``text`` would give away to the others: companies and numbers.

    [] where all are of one company: nobody else reads it.
    """
    among = list(tickets)
    if len({_whose(one) for one in among}) < 2:
        return []
    key, digits = company_key(text), "".join(letter for letter in text if letter.isalnum())
    found = {one.company: None for one in among if _is_named(one.company, text, key)}
    found |= {
        given: None
        for one in among
        for given in (one.number, one.member_number)
        if given and given.replace("-", "") in digits
    }
    return list(found)


def check_going_on(closed_at: datetime | None) -> None:
    """Refuse to change an incident that was closed."""
    if closed_at is not None:
        raise Refused(N_("This joint incident is closed. Open it again first."))


def check_count(tickets: int) -> None:
    """Refuse more tickets at once than one request can change."""
    if tickets > MOST_TICKETS:
        raise Refused(N_("At most %(most)s tickets at once, please."), most=MOST_TICKETS)


def counted(channels: Iterable[Iterable[str]]) -> Mapping[str, int]:
    """Channel to how many tickets it reaches, "" for those that none reaches."""
    found: dict[str, int] = {}
    for ways in channels:
        for way in tuple(ways) or ("",):
            found[way] = found.get(way, 0) + 1
    return found


def _whose(one: Named) -> str:
    return one.member_number or company_key(one.company) or one.number


def _is_named(company: str, text: str, key: str) -> bool:
    if not company:
        return False
    short = company_key(company)
    return company in text or (len(short) >= SHORTEST_KEY and short in key)


def _names(found: list[str]) -> Problem:
    sentence = N_("This names somebody, and every other caller would read it: %(who)s")
    return Problem(sentence, who=", ".join(found))


def _cleaned(
    clean: Callable[[str, int], str], text: str, limit: int, into: tuple[str, dict[str, Problem]]
) -> str:
    name, problems = into
    try:
        return clean(text, limit).strip()
    except Problem as problem:
        problems[name] = problem
        return ""

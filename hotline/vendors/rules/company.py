"""A partner as somebody types it into a form."""

import re
import unicodedata
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any, TypeVar
from zoneinfo import available_timezones

import phonenumbers

from hotline.calendars.rules import Spans, parse_spans
from hotline.errors import N_, Invalid, Problem
from hotline.members.rules import clean_corporate_number, clean_day
from hotline.people.rules import clean_party_code
from hotline.searchkeys import clean_name, clean_text
from hotline.vendors.rules.hours import WEEK_DAYS, Holidays, Hours

T = TypeVar("T")

NAME_LETTERS = 200
NOTE_LETTERS = 2000
MOST_AT_ONCE = 100
MOST_MINUTES = 7 * 24 * 60
"""Nobody agrees to answer within more than a week of hours."""

WEEKLY = tuple(f"weekly-{day}" for day in range(WEEK_DAYS))
"""The fields of the hours, Monday first."""


@dataclass(frozen=True)
class Known:
    """What there is to choose from: functions with the usual minutes to answer, and codes."""

    functions: Mapping[str, int]
    regions: Collection[str]
    languages: Collection[str]


@dataclass(frozen=True)
class Details:
    """One partner as a form describes it; ``functions`` are minutes to answer by code.

    No ``regions`` means everywhere in its country; a contract without ``contract_to`` goes on.
    """

    code: str
    name: str
    kana: str
    corporate_number: str
    country: str
    regions: tuple[str, ...]
    languages: tuple[str, ...]
    hours: Hours
    capacity: int
    contract_from: date
    contract_to: date | None
    note: str
    functions: Mapping[str, int]


@dataclass
class _Form:
    """Reads one field after the other, and collects what is wrong with them."""

    texts: Mapping[str, str]
    chosen: Mapping[str, Sequence[str]]
    problems: dict[str, Problem] = field(default_factory=dict)

    def read(self, name: str, check: Callable[[str], T], otherwise: T) -> T:
        """The value of a field; ``otherwise`` for an empty one, and for one that is refused."""
        text = self.texts.get(name, "").strip()
        try:
            return check(text) if text else otherwise
        except Problem as problem:
            self.problems[name] = problem
            return otherwise

    def codes(self, name: str, known: Collection[str]) -> tuple[str, ...]:
        """The codes that were ticked, in the order in which they are known."""
        ticked = set(self.chosen.get(name, ()))
        if ticked - set(known):
            self.problems[name] = Problem(N_("Please choose from the list."))
        return tuple(one for one in known if one in ticked)


def company(texts: Mapping[str, str], chosen: Mapping[str, Sequence[str]], known: Known) -> Details:
    """What the form describes. Raises Invalid naming the fields."""
    form = _Form(texts, chosen)
    plain = {name: form.read(name, check, "") for name, check in PLAIN.items()}
    contract_from = form.read("contract_from", clean_day, date.min)
    details = Details(
        **plain,
        regions=form.codes("regions", known.regions),
        languages=form.codes("languages", known.languages),
        hours=_hours(form),
        capacity=form.read("capacity", _counted(MOST_AT_ONCE), 0),
        contract_from=contract_from,
        contract_to=form.read("contract_to", clean_day, None),
        functions=_functions(form, known),
    )
    problems = {**_missing(details), **form.problems}
    if problems:
        raise Invalid(problems)
    return details


def clean_code(text: str) -> str:
    """The code by which accounts name a partner, in plain letters. Raises Problem."""
    return clean_party_code(unicodedata.normalize("NFKC", text))


def clean_country(text: str) -> str:
    """A country in two letters (ISO 3166). Raises Problem."""
    country = unicodedata.normalize("NFKC", text).upper()
    if country not in phonenumbers.SUPPORTED_REGIONS:
        raise Problem(N_("Please choose from the list."))
    return country


def clean_zone(text: str) -> str:
    """A time zone by its IANA name. Raises Problem."""
    if text not in _zones():
        raise Problem(N_("Please write a time zone such as Asia/Tokyo or Europe/Berlin."))
    return text


@lru_cache(maxsize=1)
def _zones() -> Collection[str]:
    return frozenset(available_timezones())


def clean_spans(text: str) -> Spans:
    """``9:00-12:00, 13:00〜18:00`` in any width; "" is closed. Raises Problem."""
    plain = unicodedata.normalize("NFKC", text).translate(_DASHES).strip()
    try:
        return parse_spans(part for part in _BETWEEN.split(_TIGHT.sub("-", plain)) if part)
    except ValueError:
        raise Problem(N_("Write the hours in order, such as 10:00-12:00 13:00-15:00.")) from None


_DASHES = str.maketrans("~〜–‐−ー", "------")
_TIGHT = re.compile(r"\s*-\s*")
_BETWEEN = re.compile(r"[,、\s]+")


def written_spans(spans: Spans) -> str:
    """Hours as the form writes them: ``09:00-12:00, 13:00-18:00``."""
    faces = ((_face(one.start), _face(one.end)) for one in spans)
    return ", ".join(f"{start}-{end}" for start, end in faces)


def _face(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def _line(text: str) -> str:
    return clean_name(text, NAME_LETTERS)


def _note(text: str) -> str:
    return clean_text(text, NOTE_LETTERS)


PLAIN: dict[str, Callable[[str], Any]] = {
    "code": clean_code,
    "name": _line,
    "kana": _line,
    "corporate_number": clean_corporate_number,
    "country": clean_country,
    "note": _note,
}


def _counted(most: int) -> Callable[[str], int]:
    """Checks a whole number from 1 to ``most``."""

    def check(text: str) -> int:
        plain = unicodedata.normalize("NFKC", text)
        counted = int(plain) if re.fullmatch(r"[0-9]{1,6}", plain) else 0
        if not 1 <= counted <= most:
            raise Problem(N_("Please write a whole number from 1 to %(most)s."), most=most)
        return counted

    return check


def _hours(form: _Form) -> Hours:
    holidays = form.texts.get("holidays", "")
    if holidays not in set(Holidays):
        form.problems["holidays"] = Problem(N_("Please choose from the list."))
        holidays = Holidays.NONE
    hours = Hours(
        round_the_clock=bool(form.texts.get("round_the_clock")),
        zone=form.read("zone", clean_zone, ""),
        weekly=tuple(form.read(name, clean_spans, ()) for name in WEEKLY),
        holidays=Holidays(holidays),
    )
    if not hours.round_the_clock and not any(hours.weekly):
        problem = Problem(N_("Give the hours of at least one day, or say that it is always open."))
        form.problems.setdefault("weekly-0", problem)
    return hours


def _functions(form: _Form, known: Known) -> dict[str, int]:
    """Each function that is ticked, with the minutes agreed for it or else the usual ones."""
    ticked = form.codes("functions", known.functions)
    check = _counted(MOST_MINUTES)
    return {one: form.read(f"reply-{one}", check, known.functions[one]) for one in ticked}


def _missing(details: Details) -> dict[str, Problem]:
    """What must not be empty."""
    empty = {
        name: Problem(sentence) for name, sentence in NEEDED.items() if not getattr(details, name)
    }
    if not details.hours.zone:
        empty["zone"] = Problem(N_("Please write a time zone such as Asia/Tokyo or Europe/Berlin."))
    if details.contract_from == date.min:
        empty["contract_from"] = Problem(N_("Please write from when on the contract runs."))
    elif details.contract_to is not None and details.contract_to < details.contract_from:
        empty["contract_to"] = Problem(N_("The contract ends before it begins."))
    return empty


NEEDED = {
    "code": N_("Please write a code, such as V-1001."),
    "name": N_("Please write the name of the company."),
    "country": N_("Please choose from the list."),
    "languages": N_("Please choose at least one language."),
    "functions": N_("Please choose at least one function."),
    "capacity": N_("Please write how many engagements are possible at once."),
}

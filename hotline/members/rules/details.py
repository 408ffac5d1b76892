"""A company as a form or a file describes it, and what each value must be."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from hotline.errors import N_, Problem
from hotline.members.rules.entitlement import Sentence
from hotline.people.rules import clean_email, clean_party_code
from hotline.searchkeys import clean_name, phone_e164, phone_key

NAME_LETTERS = 200
ADDRESS_LETTERS = 300
POLICY_LETTERS = 40
PHONE_LETTERS = 60
CORPORATE_DIGITS = 13
MOST_YEN = 10**15
YEARS = range(2000, 2100)
RESERVED = frozenset({"new", "import"})
"""Numbers that are addresses of our own pages."""


@dataclass(frozen=True)
class SiteDetails:
    """A place; ``id`` is None for a new one, phones are as they are written."""

    name: str = ""
    address: str = ""
    phones: tuple[str, ...] = ()
    id: int | None = None


@dataclass(frozen=True)
class ContactDetails:
    """Somebody to speak with; ``site`` is the name of one of the company's sites, or None."""

    name: str
    kana: str = ""
    email: str = ""
    site: str | None = None
    phones: tuple[str, ...] = ()
    id: int | None = None


@dataclass(frozen=True)
class PolicyDetails:
    """An insurance policy by its days; limits in whole yen."""

    number: str
    day_from: date
    day_to: date
    liability_limit_yen: int | None = None
    cost_limit_yen: int | None = None
    id: int | None = None


@dataclass(frozen=True)
class Details:
    """One whole company."""

    number: str
    name: str = ""
    kana: str = ""
    corporate_number: str = ""
    jnx_number: str = ""
    phones: tuple[str, ...] = ()
    sites: tuple[SiteDetails, ...] = ()
    contacts: tuple[ContactDetails, ...] = ()
    policies: tuple[PolicyDetails, ...] = ()


def clean_number(text: str) -> str:
    """The company's number with us, in plain letters. Raises Problem."""
    number = clean_party_code(unicodedata.normalize("NFKC", text))
    if number.casefold() in RESERVED:
        raise Problem(N_("This number cannot be used. Please take another one."))
    return number


def clean_corporate_number(text: str) -> str:
    """The 13 digits of the National Tax Agency. Raises Problem."""
    digits = re.sub(r"[\s‐‑–—―−-]", "", unicodedata.normalize("NFKC", text))
    if len(digits) != CORPORATE_DIGITS or not (digits.isascii() and digits.isdigit()):
        raise Problem(N_("A corporate number has 13 digits."))
    return digits


def corporate_check_digit(twelve: str) -> str:
    """The digit in front of the other twelve, as the National Tax Agency computes it."""
    weighed = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(twelve)))
    return str(9 - sum(weighed) % 9)


def clean_phone(text: str) -> str:
    """A phone as it is written; a 0 in front that a spreadsheet dropped is put back.

    Raises Problem when there is no digit in it.
    """
    text = clean_name(text, PHONE_LETTERS)
    if not phone_key(text):
        raise Problem(N_("Please write a phone number, such as 0566-00-1234."))
    plain = unicodedata.normalize("NFKC", text)
    if re.fullmatch(r"[1-9]\d{8,9}", plain, re.ASCII) and phone_e164(f"0{plain}"):
        return f"0{plain}"
    return text


def clean_yen(text: str) -> int:
    """Whole yen: ``300,000,000``, ``3億円``, ``1億5000万``. Raises Problem."""
    plain = re.sub(r"[\s,¥]|円$", "", unicodedata.normalize("NFKC", text).replace("\\", "¥"))
    found = _YEN.fullmatch(plain)
    if found is None or not plain:
        raise Problem(WHOLE_YEN)
    parts = zip(found.groups(), UNITS, strict=True)
    amount = sum(Decimal(part) * unit for part, unit in parts if part)
    if amount != int(amount) or amount > MOST_YEN:
        raise Problem(WHOLE_YEN)
    return int(amount)


WHOLE_YEN = N_("Please write whole yen, such as 300,000,000.")
UNITS = (10**8, 10**4, 1)
_PART = r"(\d{1,16}(?:\.\d{1,8})?)"
_YEN = re.compile(rf"(?:{_PART}億)?(?:{_PART}万)?{_PART}?", re.ASCII)


def clean_day(text: str) -> date:
    """``2026/4/1``, ``2026-04-01``, ``20260401``, ``2026年4月1日``, ``令和8年4月1日``, ``R8.4.1``.

    A time may follow when it is 16:00, or midnight as spreadsheets write a date. Raises Problem.
    """
    found = _DAY.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if found is None:
        raise Problem(N_("Please write the date as 2026/4/1."))
    if found["clock"] and _CLOCK.fullmatch(found["clock"]) is None:
        raise Problem(N_("Periods begin and end at 16:00."))
    year = 1 if found["year"] == "元" else int(found["year"])
    try:
        day = date(ERAS.get(found["era"], 1) - 1 + year, int(found["month"]), int(found["day"]))
    except ValueError:
        raise Problem(N_("There is no such date. Write it as 2026/4/1.")) from None
    if day.year not in YEARS:
        raise Problem(N_("There is no such date. Write it as 2026/4/1."))
    return day


ERAS = {"令和": 2019, "R": 2019, "平成": 1989, "H": 1989}
_DAY = re.compile(
    r"(?:(?P<era>令和|平成|R|H)\s?)?(?P<year>\d{1,4}|元)(?P<mark>[-/.年]?)"
    r"(?P<month>(?<=[-/.年])\d{1,2}|(?<=\d{4})\d{2})(?:[-/.月])?(?P<day>\d{1,2})日?"
    r"(?:[T\s]*(?P<clock>\d{1,2}[:時].*))?",
    re.ASCII,
)
_CLOCK = re.compile(r"16(?::00(?::00(?:\.0+)?)?|時(?:0{1,2}分)?)|0?0:00(?::00(?:\.0+)?)?", re.ASCII)


def clean_line(limit: int) -> Callable[[str], str]:
    """Checks one line of at most ``limit`` letters."""
    return lambda text: clean_name(text, limit)


FIELDS: dict[str, Callable[[str], Any]] = {
    "number": clean_number,
    "name": clean_line(NAME_LETTERS),
    "kana": clean_line(NAME_LETTERS),
    "corporate_number": clean_corporate_number,
    "jnx_number": clean_line(POLICY_LETTERS),
    "site": clean_line(NAME_LETTERS),
    "address": clean_line(ADDRESS_LETTERS),
    "phone": clean_phone,
    "contact_name": clean_line(NAME_LETTERS),
    "contact_kana": clean_line(NAME_LETTERS),
    "contact_email": clean_email,
    "contact_phone": clean_phone,
    "policy_number": clean_line(POLICY_LETTERS),
    "policy_from": clean_day,
    "policy_to": clean_day,
    "liability_limit_yen": clean_yen,
    "cost_limit_yen": clean_yen,
}
"""Every field of a company, and what makes its value out of a text."""

_ERROR_OF_A_SHEET = re.compile(r"#(?:N/A|REF!|VALUE!|DIV/0!|NAME\?|NULL!|NUM!|SPILL!|CALC!)")
_SHORTENED = re.compile(r"\d(?:\.\d+)?E\+\d+", re.IGNORECASE | re.ASCII)
_AS_TEXT = re.compile(r'="(.*)"', re.DOTALL)
WRITTEN_OUT = frozenset(FIELDS) - {"name", "kana", "site", "address", "contact_name"}
"""Fields in which a number of a spreadsheet may have lost digits."""


def plain(text: str) -> str:
    """A cell as one line: without the line ends of a narrow cell and the blanks around."""
    found = _AS_TEXT.fullmatch(text)
    return " ".join((found[1] if found else text).split())


def check(values: Mapping[str, str], problems: dict[str, Problem]) -> dict[str, Any]:
    """The values of the fields that are not empty; what cannot be used goes to ``problems``."""
    found: dict[str, Any] = {}
    for name, text in values.items():
        if not text:
            continue
        try:
            _check_cell(name, text)
            found[name] = FIELDS[name](text)
        except Problem as problem:
            problems[name] = problem
    return found


def _check_cell(name: str, text: str) -> None:
    if _ERROR_OF_A_SHEET.fullmatch(text):
        raise Problem(N_("The spreadsheet shows an error here. Please write the value."))
    if name in WRITTEN_OUT and _SHORTENED.fullmatch(text):
        raise Problem(N_("The spreadsheet has shortened this number. Please write all its digits."))


def remarks(given: Mapping[str, str], found: Mapping[str, Any]) -> dict[str, Sentence]:
    """What somebody should look at, though the value is taken: by field."""
    noted: dict[str, Sentence] = {}
    for name in ("phone", "contact_phone"):
        if name in found:
            _note(noted, name, _phone_remark(given[name], found[name]))
    number = found.get("corporate_number", "")
    if number and corporate_check_digit(number[1:]) != number[0]:
        _note(noted, "corporate_number", N_("The check digit of this number does not fit."))
    return noted


def _phone_remark(given: str, phone: str) -> str:
    if phone_key(given) != phone_key(phone):
        return N_("The 0 in front was missing and is put back.")
    usual = len(phone_key(phone)) in USUAL_DIGITS or phone_e164(phone)
    return "" if usual else N_("A digit may be missing or too much; the number is kept as written.")


USUAL_DIGITS = (10, 11)


def _note(noted: dict[str, Sentence], name: str, message: str) -> None:
    if message:
        noted[name] = Sentence(message)


def contact_problems(values: Mapping[str, Any]) -> dict[str, Problem]:
    """What is missing beside the facts of a contact."""
    return _lacking(values, "contact_name", CONTACT, N_("Please write the name of the contact."))


def policy_problems(values: Mapping[str, Any]) -> dict[str, Problem]:
    """What is missing or out of order in the facts of a policy; a Problem counts as given."""
    problems = _lacking(values, "policy_number", POLICY, N_("Please write the policy number."))
    if not POLICY.isdisjoint(values):
        for name in ("policy_from", "policy_to"):
            problems.update(_lacking(values, name, POLICY, N_("Please write this date.")))
    first, last = values.get("policy_from"), values.get("policy_to")
    if isinstance(first, date) and isinstance(last, date) and first >= last:
        problems["policy_to"] = Problem(N_("The period must end after it begins."))
    return problems


CONTACT = frozenset({"contact_kana", "contact_email", "contact_phone"})
POLICY = frozenset(
    {"policy_number", "policy_from", "policy_to", "liability_limit_yen", "cost_limit_yen"}
)


def _lacking(
    values: Mapping[str, Any], name: str, others: Iterable[str], sentence: str
) -> dict[str, Problem]:
    needed = name not in values and any(other in values for other in others)
    return {name: Problem(sentence)} if needed else {}


def written_day(day: date) -> str:
    """The day as a form and a file write it: ``2026/4/1``."""
    return f"{day.year}/{day.month}/{day.day}"

"""Dates, times and counts as people type them, and numbers that a page of ours sends back."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time
from functools import partial
from typing import TypeVar

from hotline.clock import TOKYO
from hotline.edge.limits import LARGEST_ID
from hotline.errors import N_, Invalid, Missing, Problem

Part = TypeVar("Part", date, time)

YEARS = range(2000, 2100)
LONGEST = 40
COUNT_DIGITS = 9
ID_DIGITS = len(str(LARGEST_ID))

_DAY = re.compile(r"(\d{4})(?:[-/.]|年)(\d{1,2})(?:[-/.]|月)(\d{1,2})日?", re.ASCII)
_SHORT_DAY = re.compile(r"(\d{1,2})(?:[-/.]|月)(\d{1,2})日?", re.ASCII)
_TIME = re.compile(r"(\d{1,2})(?::|時)(\d{1,2})?(?::(\d{1,2})|分)?", re.ASCII)
_DIGITS_ALONE = re.compile(r"(\d{1,2})(\d{2})()", re.ASCII)


def parse_day(text: str, *, today: date | None = None, to_come: bool = False) -> date:
    """``2026/12/30``, ``2026-12-30``, ``2026年12月30日``. Raises Problem for anything else.

    With ``today`` the year may be left out: ``9/19`` is the last one that is not still to come, or
    with ``to_come`` the next one that has not passed.
    """
    plain = _plain(text)
    short = _SHORT_DAY.fullmatch(plain) if today else None
    if today and short:
        year = (_year_to_come if to_come else _year_of)(int(short[1]), int(short[2]), today)
        plain = f"{year}/{short[1]}/{short[2]}"
    found = _DAY.fullmatch(plain)
    try:
        year, month, on = (int(part) for part in found.groups()) if found else (0, 1, 1)
        if year in YEARS:
            return date(year, month, on)
    except ValueError:
        raise Problem(N_("There is no such date. Write it as 2026/12/30.")) from None
    raise Problem(N_("Write the date as 2026/12/30."))


def _year_of(month: int, on: int, today: date) -> int:
    return today.year if (month, on) <= (today.month, today.day) else today.year - 1


def _year_to_come(month: int, on: int, today: date) -> int:
    return today.year if (month, on) >= (today.month, today.day) else today.year + 1


def parse_time(text: str) -> time:
    """``9:00``, ``18:10:00``, ``9時30分``, ``2330``. Raises Problem for anything else."""
    plain = _plain(text)
    found = _TIME.fullmatch(plain) or _DIGITS_ALONE.fullmatch(plain)
    try:
        if found:
            hour, minute, second = (int(part or 0) for part in found.groups())
            return time(hour, minute, second)
    except ValueError:
        pass
    raise Problem(N_("Write the time as 18:10."))


def parse_moment(form: Mapping[str, str], *, after: date | None = None) -> datetime:
    """The instant of the fields ``day`` and ``time``, in Japan. Raises Invalid naming them.

    ``after``: a day without a year is the next such day from this one on.
    """
    problems: dict[str, Problem] = {}
    day = _tried(partial(parse_day, today=after, to_come=True), form, "day", problems)
    at = _tried(parse_time, form, "time", problems)
    if day is None or at is None:
        raise Invalid(problems)
    return datetime.combine(day, at, TOKYO).astimezone(UTC)


def parse_count(text: str) -> int:
    """A whole number in any width of digits; nothing is 0. Raises Problem for anything else."""
    plain = _plain(text)
    if not plain:
        return 0
    if not plain.isascii() or not plain.isdecimal() or len(plain) > COUNT_DIGITS:
        raise Problem(N_("Give a whole number from 0 on."))
    return int(plain)


def parse_id(text: str, *, least: int = 1) -> int:
    """The id that a form or a link carries. Raises Missing for what no page of ours has sent."""
    number = id_or_none(text, least=least)
    if number is None:
        raise Missing()
    return number


def id_or_none(text: str, *, least: int = 1) -> int | None:
    """The id in a text, from ``least`` to the largest a row can have; None for anything else."""
    # The length first: an endless row of digits is no number to reckon with.
    if len(text) > ID_DIGITS or not text.isascii() or not text.isdecimal():
        return None
    return int(text) if least <= int(text) <= LARGEST_ID else None


def _tried(
    parse: Callable[[str], Part], form: Mapping[str, str], name: str, problems: dict[str, Problem]
) -> Part | None:
    try:
        return parse(form.get(name, ""))
    except Problem as problem:
        problems[name] = problem
        return None


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text[:LONGEST]).strip()

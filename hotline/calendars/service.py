"""The calendars of this process, the dates that depart from them, and the official list."""

import csv
import io
import os
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from hotline import policy
from hotline.calendars import queries, rules
from hotline.calendars.models import CalendarException
from hotline.calendars.rules import Calendar, Label, OwnHours
from hotline.db import db
from hotline.errors import N_, Invalid, Missing, Problem, Refused

HOLIDAYS_FILE = "holidays.csv"
OWN_HEADER = ["date", "name"]
OFFICIAL_HEADER = ["国民の祝日・休日月日", "国民の祝日・休日名称"]

ROWS_A_YEAR = 14
"""No year of the official list since 2000 has fewer rows; fewer mean a torn file."""

NAME_LENGTH = 50

_DAY = re.compile(r"(?P<year>\d{4})([/-])(?P<month>\d{1,2})\2(?P<day>\d{1,2})", re.ASCII)

_built: dict[str, Calendar] = {}


def load(directory: Path) -> None:
    """Build both calendars once from the loaded policy and ``directory``/holidays.csv.

    Raises policy.PolicyError naming the file; then the former calendars stay.
    """
    path = directory / HOLIDAYS_FILE
    try:
        names = read_list(path.read_bytes())
        fresh = rules.build(policy.get(rules.CalendarPolicy), names)
    except OSError as error:
        raise policy.PolicyError(f"{path}: cannot be read ({error.strerror})") from error
    except Problem as error:
        raise policy.PolicyError(f"{path}: {error}") from error
    _built.update(fresh)


def from_config(name: str) -> Calendar:
    """The calendar without its single dates: needs no database.

    Raises Missing for any name but "hotline" and "government".
    """
    if name not in _built:
        raise Missing(N_("There is no calendar named %(name)s."), name=name)
    return _built[name]


def current(name: str) -> Calendar:
    """The calendar as it stands now, with its single dates. Raises Missing as ``from_config``."""
    return from_config(name).with_own_hours(queries.own_hours(name))


def close(calendar: str, day: date, reason: Label, *, now: datetime) -> CalendarException:
    """Close ``calendar`` on one date. Promises already made stay: list them, a person decides."""
    return _depart(calendar, day, OwnHours((), reason), now=now)


def open_(
    calendar: str, day: date, spans: rules.Spans, reason: Label, *, now: datetime
) -> CalendarException:
    """Give one date hours of its own, whatever the rule says about it."""
    if not spans:
        raise Invalid({"hours": Problem(N_("Give at least one span such as 10:00-12:00."))})
    return _depart(calendar, day, OwnHours(spans, reason), now=now)


def remove(calendar: str, day: date, *, now: datetime) -> CalendarException:
    """Let the rule hold again on ``day``; the row that is gone is returned. Raises Missing."""
    found = queries.exception(from_config(calendar).name, day)
    _check_not_over(calendar, day, now)
    if found is None:
        raise Missing(N_("%(day)s follows the rule already."), day=day.isoformat())
    db.session.delete(found)
    db.session.flush()
    return found


def _depart(calendar: str, day: date, own: OwnHours, *, now: datetime) -> CalendarException:
    _check_day(day)
    _check_not_over(calendar, day, now)
    standing = current(calendar)
    if day in standing.own_hours:
        raise Refused(
            N_("%(day)s has hours of its own already. Remove them first."), day=day.isoformat()
        )
    rules.check_opens(standing.with_own_hours({**standing.own_hours, day: own}), day)
    row = CalendarException(
        calendar=calendar,
        day=day,
        spans=rules.write_spans(own.spans),
        reason_ja=own.reason.ja,
        reason_en=own.reason.en,
        made_at=now,
    )
    db.session.add(row)
    db.session.flush()
    return row


def _check_not_over(calendar: str, day: date, now: datetime) -> None:
    """What was reckoned on a day that is over must stay explainable."""
    if day < from_config(calendar).local(now).date():
        raise Invalid({"day": Problem(N_("This day is over; nothing about it is changed."))})


def _check_day(day: date) -> None:
    if day.year not in rules.YEARS:
        raise rules.Uncovered("day")


@dataclass(frozen=True)
class Change:
    """One row of the official list that an import adds or takes away."""

    day: date
    name: str
    added: bool


def read_list(data: bytes) -> dict[date, str]:
    """Names by date, in order, from the Cabinet Office's file (CP932) or from our own (UTF-8).

    Rows outside rules.YEARS are left out. Raises Invalid with one sentence for each bad line.
    """
    rows = _rows(data)
    problems: dict[str, Problem] = {}
    found: list[tuple[date, str]] = []
    for number, row in enumerate(rows, start=2):
        try:
            found.append(_holiday(row))
        except Problem as problem:
            problems[f"line {number}"] = problem
    problems.update(_doubled(found))
    if problems:
        raise Invalid(problems)
    names = dict(sorted(one for one in found if one[0].year in rules.YEARS))
    _check_years(names)
    return names


def compare(data: bytes, directory: Path) -> list[Change]:
    """What ``import_list`` would change, by date; nothing is written. Raises Invalid."""
    known, fresh = read_list((directory / HOLIDAYS_FILE).read_bytes()), read_list(data)
    _check_nothing_lost(known, fresh)
    return _changes(known, fresh)


def import_list(data: bytes, directory: Path) -> list[Change]:
    """Replace ``directory``/holidays.csv by the list in ``data``, whole or not at all.

    Returns what changed, by date; an unchanged list is not written. Raises Invalid, and OSError
    when the file cannot be replaced.
    """
    changes = compare(data, directory)
    if changes:
        _write(directory / HOLIDAYS_FILE, read_list(data))
    return changes


def _rows(data: bytes) -> list[list[str]]:
    text = _decoded(data)
    try:
        rows = [row for row in csv.reader(io.StringIO(text, newline=""), strict=True) if row]
    except csv.Error as error:
        raise _unusable(N_("This is not a CSV file.")) from error
    if not rows or rows[0] not in (OWN_HEADER, OFFICIAL_HEADER):
        raise _unusable(N_("The first row must be the header of the Cabinet Office's list."))
    return rows[1:]


def _decoded(data: bytes) -> str:
    for encoding in ("utf-8-sig", "cp932"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise _unusable(N_("The file is neither UTF-8 nor CP932 (Shift_JIS)."))


def _holiday(row: Sequence[str]) -> tuple[date, str]:
    if len(row) != len(OWN_HEADER):
        raise Problem(N_("A row holds a date and a name."))
    day, name = row
    if not name.strip() or len(name) > NAME_LENGTH or _has_control(name):
        raise Problem(N_("The name of the holiday is missing or cannot be used."))
    return _day(day), name.strip()


def _day(text: str) -> date:
    found = _DAY.fullmatch(text)
    try:
        year, month, day = found.group("year", "month", "day") if found else ("", "", "")
        return date(int(year), int(month), int(day))
    except ValueError:
        raise Problem(N_("%(text)s is not a date."), text=repr(text[:20])) from None


def _has_control(text: str) -> bool:
    return any(unicodedata.category(letter) == "Cc" for letter in text)


def _doubled(found: Iterable[tuple[date, str]]) -> dict[str, Problem]:
    counted = Counter(day for day, _ in found)
    sentence = N_("This date stands in the list %(number)s times.")
    return {
        day.isoformat(): Problem(sentence, number=number)
        for day, number in counted.items()
        if number > 1
    }


def _check_years(names: Mapping[date, str]) -> None:
    """A year counts only whole: its first and last holiday, and enough between them."""
    years = Counter(day.year for day in names)
    if not years:
        raise _unusable(N_("The list holds no holidays."))
    problems = {
        str(year): Problem(N_("The list of this year is missing or not complete."))
        for year in range(min(years), max(years) + 1)
        if not _is_whole(year, years[year], names)
    }
    if problems:
        raise Invalid(problems)


def _is_whole(year: int, rows: int, names: Mapping[date, str]) -> bool:
    ends = (date(year, 1, 1), date(year, 11, 23))
    return rows >= ROWS_A_YEAR and all(day in names for day in ends)


def _check_nothing_lost(known: Mapping[date, str], fresh: Mapping[date, str]) -> None:
    lost = {day.year for day in known} - {day.year for day in fresh}
    if lost:
        sentence = N_("This year is in use and the new list does not have it.")
        raise Invalid({str(year): Problem(sentence) for year in sorted(lost)})


def _changes(known: Mapping[date, str], fresh: Mapping[date, str]) -> list[Change]:
    gone = [Change(*row, added=False) for row in known.items() - fresh.items()]
    new = [Change(*row, added=True) for row in fresh.items() - known.items()]
    return sorted([*gone, *new], key=lambda change: (change.day, change.added))


def _write(path: Path, names: Mapping[date, str]) -> None:
    beside = path.with_suffix(".new")
    with beside.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(OWN_HEADER)
        writer.writerows((day.isoformat(), name) for day, name in names.items())
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def _unusable(sentence: str) -> Invalid:
    return Invalid({"file": Problem(sentence)})

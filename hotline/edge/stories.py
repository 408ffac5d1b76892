"""A line of a ticket's story as a sentence, in the language of the answer."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask_babel import gettext

from hotline import policy
from hotline.calendars import rules as calendars
from hotline.clock import TOKYO
from hotline.duty.rules import LinesPolicy
from hotline.edge import language
from hotline.tickets.rules import CaseTypesPolicy
from hotline.timeline.models import Line
from hotline.timeline.rules import SENTENCES, Event


def sentence(line: Line) -> str:
    """What happened; times, lines and case types are said as people say them."""
    said = {name: _say(name, value, line.at) for name, value in line.facts.items()}
    return str(gettext(SENTENCES[Event(line.event)], **said))


def case_type(code: str, tongue: str) -> str:
    """The name of a case type; the code itself when the configuration knows it no more."""
    found = policy.get(CaseTypesPolicy).by_code.get(code)
    return str(getattr(found, tongue, code))


def line_name(code: str, tongue: str) -> str:
    """The short name of a line; the code itself when the configuration knows it no more."""
    lines = policy.get(LinesPolicy)
    return str(getattr(lines.line(code).short, tongue)) if code in lines.codes else code


def _case_types(codes: list[str], _told_at: datetime) -> str:
    return str(gettext(" / ")).join(case_type(code, language.current()) for code in codes)


def _line(code: str, _told_at: datetime) -> str:
    return line_name(code, language.current())


def _moment(iso: str, told_at: datetime) -> str:
    """The time, with its year when that is not the year in which it was told."""
    at = datetime.fromisoformat(iso).astimezone(TOKYO)
    with_year = at.year != told_at.astimezone(TOKYO).year
    return calendars.when(at, language.current(), with_year=with_year)


SAID: dict[str, Callable[[Any, datetime], str]] = {
    "due_at": _moment,
    "from_at": _moment,
    "case_types": _case_types,
    "line": _line,
}
"""Name of a fact to how it is said; the others stand as they are."""


def _say(name: str, value: Any, told_at: datetime) -> str:
    return SAID[name](value, told_at) if name in SAID else str(value)

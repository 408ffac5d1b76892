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
    tongue = language.current()
    facts = {name: _say(name, value, tongue) for name, value in line.facts.items()}
    return str(gettext(SENTENCES[Event(line.event)], **facts))


def case_type(code: str, tongue: str) -> str:
    """The name of a case type; the code itself when the configuration knows it no more."""
    found = policy.get(CaseTypesPolicy).by_code.get(code)
    return str(getattr(found, tongue, code))


def line_name(code: str, tongue: str) -> str:
    """The name of a line; the code itself when the configuration knows it no more."""
    lines = policy.get(LinesPolicy)
    return str(getattr(lines.line(code).label, tongue)) if code in lines.codes else code


def _moment(iso: str, tongue: str) -> str:
    at = datetime.fromisoformat(iso).astimezone(TOKYO)
    return calendars.when(at, tongue, with_year=True)


def _names(codes: list[str], tongue: str) -> str:
    comma = ", " if tongue == "en" else "、"
    return comma.join(case_type(code, tongue) for code in codes)


SAID: dict[str, Callable[[Any, str], str]] = {
    "due_at": _moment,
    "from_at": _moment,
    "case_types": _names,
    "line": line_name,
}
"""Name of a fact to how it is said; the others stand as they are."""


def _say(name: str, value: Any, tongue: str) -> str:
    return SAID[name](value, tongue) if name in SAID else str(value)

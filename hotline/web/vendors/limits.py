"""Single days of a partner, and the companies it cannot act against."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import TypeVar

from flask import g
from flask.typing import ResponseReturnValue

from hotline import clock
from hotline.calendars.rules import Spans
from hotline.edge.access import allow
from hotline.edge.language import gettext
from hotline.errors import N_, Invalid, Missing, Problem
from hotline.vendors import rules
from hotline.vendors import service as vendors
from hotline.web import typed
from hotline.web.browsers import one as field
from hotline.web.vendors.found import CHANGERS, act, bp, vendor
from hotline.web.vendors.page import page

T = TypeVar("T")

LONGEST = timedelta(days=366)


@bp.post("/vendors/<int:vendor_id>/days")
@allow(CHANGERS)
def set_days(vendor_id: int) -> ResponseReturnValue:
    """Close days, or give them hours of their own."""

    def verb() -> str:
        days, spans = _days_and_hours()
        by = {"by_id": g.person_id, "now": clock.now()}
        vendors.set_days(vendor(vendor_id), days, spans, field("reason"), **by)
        return gettext("The days are saved.")

    return act(vendor_id, "days", verb, page)


@bp.post("/vendors/<int:vendor_id>/days/drop")
@allow(CHANGERS)
def drop_day(vendor_id: int) -> ResponseReturnValue:
    """Let the week hold again on one day."""

    def verb() -> str:
        day = _read({}, "day", typed.parse_day)
        if day is None:
            raise Missing()
        vendors.drop_day(vendor(vendor_id), day, by_id=g.person_id, now=clock.now())
        return gettext("The week holds again on that day.")

    return act(vendor_id, "days", verb, page)


def _days_and_hours() -> tuple[list[date], Spans]:
    """The days from ``day`` until ``until``, and the hours on them; none means closed.

    Raises Invalid naming the fields.
    """
    problems: dict[str, Problem] = {}
    first = _read(problems, "day", typed.parse_day)
    last = _read(problems, "until", typed.parse_day) if field("until") else first
    spans = _read(problems, "hours", rules.clean_spans)
    if first and last and not timedelta(0) <= last - first <= LONGEST:
        problems["until"] = Problem(N_("The last day comes before the first one, or a year later."))
    if problems or first is None or last is None:
        raise Invalid(problems)
    return [first + timedelta(days=one) for one in range((last - first).days + 1)], spans or ()


def _read(problems: dict[str, Problem], name: str, parse: Callable[[str], T]) -> T | None:
    try:
        return parse(field(name))
    except Problem as problem:
        problems[name] = problem
        return None


@bp.post("/vendors/<int:vendor_id>/conflicts")
@allow(CHANGERS)
def note_conflict(vendor_id: int) -> ResponseReturnValue:
    """Never ask this partner about a company."""

    def verb() -> str:
        company, reason = field("company"), field("reason")
        by = {"by_id": g.person_id, "now": clock.now()}
        vendors.note_conflict(vendor(vendor_id), company, reason, **by)
        return gettext("This partner is not asked about that company any more.")

    return act(vendor_id, "conflict", verb, page)


@bp.post("/vendors/<int:vendor_id>/conflicts/<int:conflict_id>/drop")
@allow(CHANGERS)
def drop_conflict(vendor_id: int, conflict_id: int) -> ResponseReturnValue:
    """Let the partner be asked about that company again."""

    def verb() -> str:
        by = {"by_id": g.person_id, "now": clock.now()}
        vendors.drop_conflict(vendor(vendor_id), conflict_id, **by)
        return gettext("This partner can be asked about that company again.")

    return act(vendor_id, "conflict", verb, page)

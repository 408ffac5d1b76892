"""All partners: what they do, who is there now, and how much they have to do."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import request
from flask.typing import ResponseReturnValue

from hotline import clock
from hotline.calendars.rules import Calendar
from hotline.coordination import queries as coordination
from hotline.coordination.rules import FUNCTIONS
from hotline.edge import requests
from hotline.edge.access import allow
from hotline.errors import N_, Invalid, Problem
from hotline.searchkeys import clean_name
from hotline.vendors import queries, rules
from hotline.vendors.models import Vendor, VendorFunction
from hotline.web.vendors.found import VIEWERS, bp, render

SEARCH_LETTERS = 200


@dataclass(frozen=True)
class Filters:
    """What the address asks for."""

    q: str
    function: str
    open_now: bool


@dataclass(frozen=True)
class Row:
    """One partner as the list shows it; ``standing`` is a key of STANDINGS."""

    vendor: Vendor
    functions: list[VendorFunction]
    standing: str
    is_open: bool
    opens_at: datetime | None
    local: datetime
    engaged: int


STANDINGS = {
    "partner": "",
    "not_begun": N_("contract not begun"),
    "over": N_("contract over"),
    "withdrawn": N_("withdrawn partner"),
}
"""Why somebody cannot be asked; "" for who can."""


@bp.get("/vendors")
@allow(VIEWERS)
def index() -> ResponseReturnValue:
    """Partners by code; those that cannot be asked stand last."""
    asked, now = _asked(), clock.now()
    requests.note_read("list:vendors", **({"q": asked.q} if asked.q else {}))
    found = queries.search(asked.q, function=asked.function)
    shown = [one for one in rows(found, now=now) if one.is_open or not asked.open_now]
    shown.sort(key=lambda one: bool(STANDINGS[one.standing]))
    return render("index", rows=shown, asked=asked, standings=STANDINGS)


def rows(found: list[Vendor], *, now: datetime) -> Iterator[Row]:
    """Partners with what is so of them now."""
    calendars = queries.calendars_of(found)
    engaged = coordination.engagements([one.id for one in found])
    for one in found:
        yield row(one, calendars[one.id], engaged[one.id], now=now)


def row(one: Vendor, calendar: Calendar, engaged: int, *, now: datetime) -> Row:
    """One partner with what is so of it now."""
    standing = standing_of(one, now=now)
    is_open = standing == "partner" and calendar.is_open(now)
    opens_at = None if is_open else rules.next_opening(calendar, now)
    local = now.astimezone(ZoneInfo(one.zone))
    return Row(one, in_order(one), standing, is_open, opens_at, local, engaged)


def in_order(one: Vendor) -> list[VendorFunction]:
    """What it can be asked for, in the order in which functions are always shown."""
    return sorted(one.functions, key=lambda each: FUNCTIONS.index(each.function))


def standing_of(one: Vendor, *, now: datetime) -> str:
    """Whether it can be asked today, or why not: a key of STANDINGS."""
    today = rules.contract_day(now)
    if one.withdrawn_at is not None:
        return "withdrawn"
    if rules.is_running(one.contract_from, one.contract_to, today):
        return "partner"
    return "not_begun" if today < one.contract_from else "over"


def _asked() -> Filters:
    """Raises Invalid for what is no filter of ours."""
    function = request.args.get("function", "")
    problems: dict[str, Problem] = {}
    if function and function not in FUNCTIONS:
        problems["function"] = Problem(N_("Please choose from the list."))
    try:
        q = clean_name(request.args.get("q", ""), SEARCH_LETTERS)
    except Problem as problem:
        problems["q"] = problem
    if problems:
        raise Invalid(problems)
    return Filters(q, function, bool(request.args.get("open")))

"""The list of tickets: what the address asks for, one page of rows, and their lanes."""

from datetime import UTC, datetime
from typing import Any

from flask import request, url_for

from hotline import policy
from hotline.clock import TOKYO
from hotline.duty.rules import LinesPolicy
from hotline.edge.language import gettext
from hotline.edge.limits import LARGEST_ID
from hotline.errors import N_, Invalid, Problem
from hotline.followups.models import Followup
from hotline.followups.rules import is_late
from hotline.people.models import Person
from hotline.searchkeys import clean_name
from hotline.tickets import queries, rules
from hotline.tickets.queries import Owed, Wanted
from hotline.tickets.rules import CaseTypesPolicy
from hotline.web import formats

PAGE = 50
SEARCH_LETTERS = 200

EARLIEST = datetime.min.replace(tzinfo=UTC)

LANES = {
    "late": N_("Late"),
    "now": N_("Now"),
    "today": N_("Today"),
    "later": N_("Later"),
    "nothing": N_("Nothing owed"),
}
"""The groups of the list, the most urgent first."""


def asked() -> tuple[Wanted, str]:
    """What the address asks for. Raises Invalid for codes that do not exist."""
    problems: dict[str, Problem] = {}
    for name, codes in _codes().items():
        if request.args.get(name, "") not in {"", *codes}:
            problems[name] = Problem(N_("There is no such choice."))
    q = request.args.get("q", "").strip()
    try:
        q = clean_name(q, SEARCH_LETTERS)
    except Problem as problem:
        problems["q"] = problem
    if problems:
        raise Invalid(problems)
    wanted = Wanted(
        status=request.args.get("status") or None,
        case_type=request.args.get("case_type") or None,
        line=request.args.get("line") or None,
        q=q or None,
    )
    return wanted, request.args.get("after", "")


def _codes() -> dict[str, tuple[str, ...]]:
    return {
        "status": tuple(rules.Status),
        "case_type": tuple(policy.get(CaseTypesPolicy).by_code),
        "line": policy.get(LinesPolicy).codes,
    }


def choices() -> dict[str, object]:
    codes = _codes()
    return {
        "statuses": codes["status"],
        "case_types": codes["case_type"],
        "lines": codes["line"],
    }


def link(wanted: Wanted, **changes: str) -> str:
    """The list with other choices; "" takes one away. The page starts anew unless ``after``."""
    asked: dict[str, Any] = {**noted(wanted), **changes}
    return url_for("tickets.index", **asked)


def noted(wanted: Wanted) -> dict[str, str]:
    asked = {name: getattr(wanted, name) for name in ("status", "case_type", "line", "q")}
    return {name: value for name, value in asked.items() if value}


def rows(wanted: Wanted, after: str, viewer: Person) -> tuple[list[Owed], str]:
    """One page of rows, and the key under which the following page is asked for ("": none)."""
    owed, key = _parse_after(after)
    rows: list[Owed] = []
    if owed:
        rows = queries.by_urgency(wanted, viewer, PAGE + 1, after=key)
        key = None
    if len(rows) <= PAGE:
        left = PAGE + 1 - len(rows)
        rows += queries.with_nothing_owed(wanted, viewer, left, after=key)
    return rows[:PAGE], _key_of(rows[PAGE - 1]) if len(rows) > PAGE else ""


def _key_of(row: Owed) -> str:
    if row.followup is not None:
        return f"owed,{row.followup.take_up_by.isoformat()},{row.followup.id}"
    return f"rest,{row.ticket.received_at.isoformat()},{row.ticket.id}"


def _parse_after(after: str) -> tuple[bool, tuple[datetime, int] | None]:
    """Whether the page begins among the owed ones, and after which row."""
    if not after:
        return True, None
    part, _, key = after.partition(",")
    at, _, row_id = key.partition(",")
    try:
        moment, number = datetime.fromisoformat(at), int(row_id)
    except ValueError:
        moment, number = None, 0
    if part not in ("owed", "rest") or moment is None or moment.tzinfo is None:
        raise Invalid({"after": Problem(N_("This link to a further page is broken."))})
    if not 0 < number <= LARGEST_ID or not 2000 <= moment.year < 2100:
        raise Invalid({"after": Problem(N_("This link to a further page is broken."))})
    return part == "owed", (moment, number)


def lanes(rows: list[Owed], *, now: datetime) -> list[tuple[str, str, list[Owed]]]:
    """The rows in their groups: code, title, rows; empty groups are left out."""
    groups: dict[str, list[Owed]] = {code: [] for code in LANES}
    for row in rows:
        groups[_lane(row.followup, now=now)].append(row)
    for found in groups.values():
        # The page was cut by who turns late first; people read it by what was promised first.
        found.sort(key=lambda row: row.followup.due_at if row.followup else EARLIEST)
    return [(code, gettext(LANES[code]), found) for code, found in groups.items() if found]


def _lane(followup: Followup | None, *, now: datetime) -> str:
    if followup is None:
        return "nothing"
    if is_late(followup.status, followup.take_up_by, now=now):
        return "late"
    if followup.due_at - now <= formats.SOON:
        return "now"
    same_day = followup.due_at.astimezone(TOKYO).date() == now.astimezone(TOKYO).date()
    return "today" if same_day else "later"

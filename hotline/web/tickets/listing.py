"""The list of tickets: what the address asks for, one page of rows, their lanes and counts."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from flask import request, url_for

from hotline import policy
from hotline.clock import TOKYO
from hotline.duty.rules import LinesPolicy
from hotline.edge.language import gettext
from hotline.edge.limits import LARGEST_ID
from hotline.errors import N_, Invalid, Problem
from hotline.followups.rules import is_late
from hotline.people import queries as people
from hotline.people.models import Person
from hotline.searchkeys import clean_name
from hotline.tickets import queries, rules
from hotline.tickets.queries import NOBODY, Counted, Owed, Wanted
from hotline.tickets.rules import CaseTypesPolicy, Severity, Status
from hotline.web import formats, typed

PAGE = 25
SEARCH_LETTERS = 200

EARLIEST = datetime.min.replace(tzinfo=UTC)
ONE_DAY = timedelta(days=1)

LANES = {
    "late": N_("Late"),
    "now": N_("Now"),
    "today": N_("Today"),
    "later": N_("Later"),
    "nothing": N_("Nothing owed"),
}
"""The groups of the list, the most urgent first."""

DRILLS = {"no": N_("Without drills"), "only": N_("Drills only")}


@dataclass(frozen=True)
class Asked:
    """What the address asks for: the question, its words as they stand there, and the page."""

    wanted: Wanted
    given: dict[str, str] = field(default_factory=dict)
    after: str = ""


def asked(viewer: Person) -> Asked:
    """What the address asks for. Raises Invalid for what cannot be asked."""
    problems: dict[str, Problem] = {}
    given = {name: request.args.get(name, "").strip() for name in (*READ, "q")}
    facts: dict[str, Any] = {}
    for name, read in READ.items():
        try:
            facts |= read(given[name], viewer) if given[name] else {}
        except Problem as problem:
            problems[name] = problem
    try:
        given["q"] = clean_name(given["q"], SEARCH_LETTERS)
    except Problem as problem:
        problems["q"] = problem
    if problems:
        raise Invalid(problems)
    given = {name: value for name, value in given.items() if value}
    wanted = queries.looked_up(Wanted(**facts, q=given.get("q")), viewer)
    return Asked(wanted, given, request.args.get("after", ""))


Facts = dict[str, Any]


def _code(name: str, codes: Callable[[], tuple[str, ...]]) -> Callable[[str, Person], Facts]:
    def read(text: str, _viewer: Person) -> Facts:
        if text not in codes():
            raise Problem(N_("There is no such choice."))
        return {name: text}

    return read


def _whose(text: str, viewer: Person) -> Facts:
    known = {"me": viewer.id, "nobody": NOBODY}
    if text in known:
        return {"coordinator_id": known[text]}
    coordinator_id = typed.id_or_none(text)
    if coordinator_id is None:
        raise Problem(N_("There is no such choice."))
    return {"coordinator_id": coordinator_id}


def _drills(text: str, _viewer: Person) -> Facts:
    if text not in DRILLS:
        raise Problem(N_("There is no such choice."))
    return {"drill": text == "only"}


def _from(text: str, _viewer: Person) -> Facts:
    return {"received_from": _midnight(typed.parse_day(text))}


def _until(text: str, _viewer: Person) -> Facts:
    """The day belongs to what is wanted."""
    return {"received_before": _midnight(typed.parse_day(text)) + ONE_DAY}


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), TOKYO).astimezone(UTC)


READ: dict[str, Callable[[str, Person], Facts]] = {
    "status": _code("status", lambda: tuple(Status)),
    "severity": _code("severity", lambda: tuple(Severity)),
    "case_type": _code("case_type", lambda: tuple(policy.get(CaseTypesPolicy).by_code)),
    "line": _code("line", lambda: policy.get(LinesPolicy).codes),
    "responsible": _whose,
    "drill": _drills,
    "from": _from,
    "to": _until,
}
"""Name of a filter to how its word becomes part of the question. Raises Problem."""


def choices() -> dict[str, object]:
    """The codes by which the list can be narrowed."""
    return {
        "statuses": tuple(Status),
        "severities": tuple(Severity),
        "case_types": tuple(policy.get(CaseTypesPolicy).by_code),
        "lines": policy.get(LinesPolicy).codes,
        "drills": DRILLS,
    }


def link(asked: Asked, **changes: str) -> str:
    """The list with other choices; "" takes one away. The page starts anew unless ``after``."""
    merged: dict[str, Any] = {**asked.given, **changes}
    given = {name: value for name, value in merged.items() if value}
    return url_for("tickets.index", **given)


@dataclass(frozen=True)
class Counts:
    """Filter to its codes ("" for all) and how many tickets they find on which something is owed.

    ``at_least``: there are more than were looked at.
    """

    of: dict[str, Counter[str]]
    at_least: bool

    def words(self, name: str, code: str) -> str:
        """The count of one code as it is shown; "" for a filter that is not counted."""
        if name not in self.of:
            return ""
        return f"{self.of[name][code]}{'+' if self.at_least else ''}"


def counted(asked: Asked, viewer: Person) -> Counts:
    """What every filter would find; everything else that was asked for holds.

    One question counts them all.
    """
    wanted = replace(asked.wanted, **dict.fromkeys(GROUPED))
    owed, at_least = queries.owed_by(wanted, viewer)
    rows = [(_codes_of(row, viewer), row.tickets) for row in owed]
    return Counts({name: _count(name, rows, asked.given) for name in FACETS}, at_least)


GROUPED = ("status", "severity", "line", "drill", "coordinator_id")
"""Of the question, what ``queries.owed_by`` groups by."""

FACETS = ("status", "severity", "line", "drill", "responsible")

Codes = dict[str, frozenset[str]]


def _codes_of(row: Counted, viewer: Person) -> Codes:
    """Filter to the codes that find these tickets."""
    whose = {str(row.coordinator_id)} if row.coordinator_id else {"nobody"}
    return {
        "status": frozenset({row.status}),
        "severity": frozenset({row.severity}),
        "line": frozenset({row.line}),
        "drill": frozenset({"only" if row.drill else "no"}),
        "responsible": frozenset(whose | ({"me"} if row.coordinator_id == viewer.id else set())),
    }


def _count(name: str, rows: list[tuple[Codes, int]], given: dict[str, str]) -> Counter[str]:
    others = {one: given[one] for one in FACETS if one != name and one in given}
    found: Counter[str] = Counter()
    for codes, tickets in rows:
        if all(code in codes[other] for other, code in others.items()):
            found.update(dict.fromkeys({"", *codes[name]}, tickets))
    return found


def rows(asked: Asked, viewer: Person) -> tuple[list[Owed], str]:
    """One page of rows, and the key under which the following page is asked for ("": none)."""
    owed, key = _parse_after(asked.after)
    rows: list[Owed] = []
    if owed:
        rows = queries.by_urgency(asked.wanted, viewer, PAGE + 1, after=key)
        key = None
    if len(rows) <= PAGE:
        left = PAGE + 1 - len(rows)
        rows += queries.with_nothing_owed(asked.wanted, viewer, left, after=key)
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
    return part == "owed", parse_key(key, known=part in ("owed", "rest"))


def parse_key(text: str, *, known: bool = True) -> tuple[datetime, int]:
    """The moment and the row that a further page begins after. Raises Invalid for anything else."""
    at, _, row_id = text.partition(",")
    try:
        moment, number = datetime.fromisoformat(at), int(row_id)
    except ValueError:
        moment, number = None, 0
    if not known or moment is None or moment.tzinfo is None:
        raise Invalid({"after": Problem(N_("This link to a further page is broken."))})
    if not 0 < number <= LARGEST_ID or not 2000 <= moment.year < 2100:
        raise Invalid({"after": Problem(N_("This link to a further page is broken."))})
    return moment, number


def names(rows: Sequence[Owed]) -> dict[int | None, str]:
    """Who is responsible for these tickets, and who took up their promises."""
    ids = [row.followup.taken_by_id for row in rows if row.followup]
    return people.names([*ids, *(row.ticket.coordinator_id for row in rows)])


def lanes(rows: list[Owed], *, now: datetime) -> list[tuple[str, str, list[Owed]]]:
    """The rows in their groups: code, title, rows; empty groups are left out."""
    groups: dict[str, list[Owed]] = {code: [] for code in LANES}
    for row in rows:
        groups[_lane(row, now=now)].append(row)
    for found in groups.values():
        # The page was cut by who turns late first; people read it by what was promised first.
        found.sort(key=lambda row: row.followup.due_at if row.followup else EARLIEST)
    return [(code, gettext(LANES[code]), found) for code, found in groups.items() if found]


def _lane(row: Owed, *, now: datetime) -> str:
    followup = row.followup
    if followup is None:
        return "nothing"
    if is_late(followup.status, followup.take_up_by, now=now):
        return "now" if row.ticket.drill else "late"
    if followup.due_at - now <= formats.SOON:
        return "now"
    same_day = followup.due_at.astimezone(TOKYO).date() == now.astimezone(TOKYO).date()
    return "today" if same_day else "later"


def callable_ones(rows: Sequence[Owed]) -> frozenset[int]:
    """The ids of the tickets whose caller can be rung by one click; drills ring nobody."""
    reaching = policy.get(rules.ReachingPolicy)
    return frozenset(
        row.ticket.id for row in rows if not row.ticket.drill and rules.phones(row.ticket, reaching)
    )

"""The frame of every page: language, theme, navigation and its counts."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from flask import Flask, g, request
from sqlalchemy import Select, select
from werkzeug.urls import iri_to_uri

from hotline import clock, policy, together
from hotline.asking import COUNTED_TO, Counting, counted
from hotline.calls import queries as calls
from hotline.coordination.queries import board, own
from hotline.db import db
from hotline.deadlines import queries as deadlines
from hotline.duty import queries as duty
from hotline.duty.queries import ANSWERING
from hotline.duty.rules import LineRule, LinesPolicy
from hotline.edge import identity, language
from hotline.errors import N_
from hotline.notices import queries as notices
from hotline.people.models import Person
from hotline.people.rules import DESK, READERS, STAFF, Role
from hotline.reports.rules import VIEWERS
from hotline.tickets import queries as tickets

FIRST_PAGE = "/"


@dataclass(frozen=True)
class Entry:
    """One page of the navigation: for whom, what is counted beside it, and whether it may fold.

    ``managers``: of a member only for those who look after the accounts.
    """

    path: str
    label: str
    roles: Collection[str]
    counted: str = ""
    rare: bool = False
    managers: bool = False

    def is_for(self, person: Person) -> bool:
        """Whether this person may open it."""
        return bool(set(self.roles) & person.roles) and (person.manager or not self.managers)


@dataclass(frozen=True)
class Shown:
    """An entry as it stands on this page."""

    path: str
    label: str
    current: bool
    count: int = 0
    late: bool = False
    folded: bool = False

    @property
    def counted(self) -> str:
        """The number as it is shown: nobody counts further than that for a badge."""
        return str(self.count) if self.count < COUNTED_TO else f"{COUNTED_TO - 1}+"


ENTRIES = (
    Entry("/board", N_("Board"), READERS, counted="board"),
    Entry("/console", N_("Console"), frozenset(ANSWERING)),
    Entry("/calls", N_("Call log"), READERS),
    Entry("/tickets", N_("Tickets"), READERS, counted="late"),
    Entry("/calls/missed", N_("Missed calls"), READERS, counted="missed"),
    Entry("/handover", N_("Hand-over"), READERS),
    Entry("/attention", N_("Attention"), STAFF, counted="attention"),
    Entry("/members", N_("Companies"), READERS, rare=True),
    # Administrators read no companies, but they are who brings the file.
    Entry("/members/import", N_("Import companies"), frozenset({Role.ADMINISTRATOR})),
    Entry("/portal", N_("Requests"), frozenset({Role.MEMBER})),
    Entry("/portal/new", N_("New request"), frozenset({Role.MEMBER})),
    Entry("/company", N_("Your company"), frozenset({Role.MEMBER}), managers=True),
    Entry("/me", N_("Account"), frozenset({Role.MEMBER})),
    Entry("/partner", N_("Your tasks"), frozenset({Role.VENDOR}), counted="asked"),
    Entry("/vendors", N_("Partners"), STAFF, rare=True),
    Entry("/duty", N_("Duty"), STAFF, rare=True),
    Entry("/reports", N_("Figures"), VIEWERS, rare=True),
    Entry("/calendar", N_("Calendar"), frozenset(Role) - {Role.MEMBER}, rare=True),
    Entry("/people", N_("People"), frozenset({Role.ADMINISTRATOR})),
    Entry(
        "/configuration",
        N_("Configuration"),
        frozenset({Role.ADMINISTRATOR, Role.AUDITOR}),
        rare=True,
    ),
)

ROOM = 8
"""So many entries stand side by side; where there are more, the rare ones fold behind one word."""

Question = Callable[[Person, datetime], Counting]


def _late(person: Person, now: datetime) -> Counting:
    return tickets.counting_late(person, now=now)


def _open_pages(_person: Person, _now: datetime) -> Counting:
    return duty.counting_open_pages()


COUNTED: dict[str, tuple[Question, ...]] = {
    "asked": (lambda person, now: own.counting_asked(person, now=now),),
    "late": (_late,),
    "board": (
        _late,
        lambda _person, now: board.counting_late(now),
        lambda _person, now: deadlines.counting_late(now),
        lambda _person, now: tickets.counting_overdue_needs(now),
        _open_pages,
    ),
    "missed": (lambda _person, now: calls.counting_missed(now),),
    "attention": (lambda _person, _now: notices.counting_undelivered(), _open_pages),
}
"""What is counted for an entry: the sum of these, all of them in one statement.

Each is counted as far as a badge shows.
"""

RED = frozenset({"board", "late", "attention"})
"""These counts are of what is late or broken."""


def install(app: Flask) -> None:
    """Give every template what the frame needs."""
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.context_processor(_known_everywhere)
    app.jinja_env.globals["navigation"] = navigation
    app.jinja_env.globals["lines_to_open"] = lines_to_open
    app.jinja_env.globals["line_to_call"] = line_to_call


PART_OF = {"/tasks/": ("/tickets/",), "/approvals/": ("/tickets/", "/portal/")}
"""Pages that belong to an entry, of which a person has one, although they do not lie below it."""


def navigation(person: Person, *, counted: bool) -> list[Shown]:
    """The pages this person may open; ``counted`` asks the database how much waits on them."""
    entries = [one for one in ENTRIES if one.is_for(person)]
    ready: Mapping[str, int] | None = g.pop("counts", None)
    counts = (_found(_counting(entries, person)) if ready is None else ready) if counted else {}
    current = _current(entries)
    return [
        Shown(
            one.path,
            one.label,
            one is current,
            counts.get(one.counted, 0),
            one.counted in RED,
            # The page one is on is never hidden.
            folded=one.rare and one is not current and len(entries) > ROOM,
        )
        for one in entries
    ]


def line_to_call(person: Person | None) -> LineRule | None:
    """The hotline's own number, for whoever is no staff: it stands on all of their pages."""
    if person is None or not STAFF.isdisjoint(person.roles):
        return None
    return policy.get(LinesPolicy).lines[0]


def reading_ahead() -> together.Question:
    """Counts what the frame of this page will show, so that it is asked together with the page.

    The statement is made here, once, however often the question is begun anew.
    """
    viewer = identity.person()
    counting = _counting([one for one in ENTRIES if one.is_for(viewer)], viewer)

    def read() -> None:
        g.counts = _found(counting)

    return read


def lines_to_open(person: Person) -> tuple[str, ...]:
    """The lines for which this person may write down a new call."""
    return policy.get(LinesPolicy).codes if person.roles & DESK else ()


def here() -> str:
    """The address of this page, for coming back to it; the first page after a form was sent."""
    return iri_to_uri(request.full_path.rstrip("?")) if request.method == "GET" else FIRST_PAGE


def _current(entries: list[Entry]) -> Entry | None:
    """The entry this page belongs to: of those it lies below, the nearest."""
    path = f"{request.path}/"
    paths = next((of for below, of in PART_OF.items() if path.startswith(below)), (path,))
    above = [one for one in entries if any(each.startswith(f"{one.path}/") for each in paths)]
    return max(above, key=lambda one: len(one.path), default=None)


@dataclass(frozen=True)
class _Counting:
    """What is counted for whom: the codes of COUNTED, the questions, and what each of them asks."""

    names: Collection[str]
    asked: Sequence[Question]
    counts: Sequence[Counting]


def _counting(entries: Sequence[Entry], person: Person) -> _Counting:
    now = clock.now()
    names = dict.fromkeys(one.counted for one in entries if one.counted)
    asked = list(dict.fromkeys(question for name in names for question in COUNTED[name]))
    return _Counting(names, asked, [question(person, now) for question in asked])


def _found(of: _Counting) -> Mapping[str, int]:
    """How much waits on each counted entry, asked in one statement."""
    if not of.asked:
        return {}
    statement = _in_one(tuple(one.statement for one in of.counts))
    values = {name: value for one in of.counts for name, value in one.values.items()}
    found = dict(zip(of.asked, db.session.execute(statement, values).one(), strict=True))
    return {name: sum(found[question] for question in COUNTED[name]) for name in of.names}


@lru_cache(maxsize=100)
def _in_one(statements: tuple[Select[int], ...]) -> Select[Any]:
    """All these counts as one statement, made once for everybody of whom the same is counted."""
    return select(*(counted(one).scalar_subquery() for one in statements))


def _known_everywhere() -> dict[str, Any]:
    return {
        "person": g.get("person"),
        "theme": g.get("theme") or "auto",
        "language": language.current(),
        "languages": language.LANGUAGES,
        "other_language": {
            "code": language.other(),
            "name": language.LANGUAGES[language.other()],
        },
        "here": here(),
        "request_id": g.get("request_id", ""),
    }

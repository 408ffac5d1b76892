"""The frame of every page: language, theme, navigation and its counts."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from flask import Flask, g, request
from werkzeug.urls import iri_to_uri

from hotline import clock
from hotline.calls import queries as calls
from hotline.edge import language
from hotline.errors import N_
from hotline.people.models import Person
from hotline.people.rules import READERS, STAFF, Role
from hotline.tickets import queries as tickets

FIRST_PAGE = "/"


@dataclass(frozen=True)
class Entry:
    """One page of the navigation, and for whom it stands there."""

    path: str
    label: str
    roles: Collection[str]
    counted: str = ""


@dataclass(frozen=True)
class Shown:
    """An entry as it stands on this page."""

    path: str
    label: str
    current: bool
    count: int = 0
    late: bool = False


ENTRIES = (
    Entry("/calls", N_("Calls"), READERS),
    Entry("/tickets", N_("Tickets"), READERS, counted="late"),
    Entry("/calls#missed", N_("Missed calls"), READERS, counted="missed"),
    Entry("/duty", N_("Duty"), STAFF),
    Entry("/calendar", N_("Calendar"), frozenset(Role)),
    Entry("/people", N_("People"), frozenset({Role.ADMINISTRATOR})),
)


def install(app: Flask) -> None:
    """Give every template what the frame needs."""
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.context_processor(_known_everywhere)
    app.jinja_env.globals["navigation"] = navigation


def navigation(person: Person, *, counted: bool) -> list[Shown]:
    """The pages this person may open; ``counted`` asks the database how much waits on them."""
    return [
        _shown(one, person, counted=counted) for one in ENTRIES if set(one.roles) & person.roles
    ]


def here() -> str:
    """The address of this page, for coming back to it; the first page after a form was sent."""
    return iri_to_uri(request.full_path.rstrip("?")) if request.method == "GET" else FIRST_PAGE


def _shown(entry: Entry, person: Person, *, counted: bool) -> Shown:
    count = COUNTS[entry.counted](person) if counted and entry.counted else 0
    current = request.path == entry.path or request.path.startswith(f"{entry.path}/")
    return Shown(entry.path, entry.label, current, count, late=entry.counted == "late")


def _known_everywhere() -> dict[str, Any]:
    return {
        "person": g.get("person"),
        "theme": g.get("theme") or "light",
        "language": language.current(),
        "languages": language.LANGUAGES,
        "other_language": {
            "code": language.other(),
            "name": language.LANGUAGES[language.other()],
        },
        "here": here(),
        "request_id": g.get("request_id", ""),
    }


def _late(person: Person) -> int:
    return tickets.late_count(person, now=clock.now())


def _missed(_person: Person) -> int:
    return calls.missed_count(clock.now())


COUNTS: dict[str, Callable[[Person], int]] = {"late": _late, "missed": _missed}

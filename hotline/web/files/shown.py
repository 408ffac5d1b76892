"""How files stand on pages: their state in words, their size, and whose hands they went through."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from flask import Flask

from hotline.edge.language import gettext
from hotline.errors import N_
from hotline.evidence.models import Custody
from hotline.evidence.rules import Scan, Source, Touch
from hotline.people import queries as people
from hotline.vendors import queries as vendors


@dataclass(frozen=True)
class State:
    """A scan in words: the class and the icon of its mark, and the words."""

    kind: str
    icon: str
    label: str


STATES: dict[Scan, State] = {
    Scan.EXEMPT: State("is-done", "check-lg", N_("may be handed out as it is")),
    Scan.CLEAN: State("is-done", "check-lg", N_("scanned, nothing found")),
    Scan.WAITING: State("is-wait", "hourglass-split", N_("waits for the scanner")),
    Scan.INFECTED: State("is-stop", "shield-exclamation", N_("something was found")),
    Scan.UNSCANNED: State("is-stop", "lock", N_("in quarantine, not scanned")),
}

SOURCES: dict[Source, str] = {
    Source.VOICEMAIL: N_("left by the caller as a message"),
    Source.CONVERSATION: N_("recorded on the telephone"),
    Source.DELIVERABLE: N_("handed in for a task"),
    Source.PORTAL: N_("sent by the member, signed in"),
    Source.LINK: N_("sent by an upload link"),
    Source.DESK: N_("put on record by the desk"),
}

TOUCHES: dict[Touch, str] = {
    Touch.RECEIVED: N_("came in"),
    Touch.SENT: N_("handed out"),
    Touch.MOVED: N_("went to another ticket"),
    Touch.SCANNED: N_("scanned"),
    Touch.SHARED: N_("shared with the member"),
    Touch.UNSHARED: N_("not shared any more"),
    Touch.RELEASED: N_("released to a partner"),
    Touch.WITHHELD: N_("not released any more"),
}

UNITS = ("kB", "MB", "GB")
STEP = 1000


@dataclass(frozen=True)
class Hand:
    """One line of the custody: when, what, whose hand, and what else is known."""

    at: datetime
    what: str
    who: str
    detail: str


def install(app: Flask) -> None:
    """Give every template the words of files."""
    app.jinja_env.filters["file_size"] = size
    app.jinja_env.filters["scan_state"] = state
    app.jinja_env.filters["file_source"] = source


def size(bytes_: int) -> str:
    """``26.0 MB``, in thousands as phones count them."""
    if bytes_ < STEP:
        return f"{bytes_} B"
    figure, units = bytes_ / STEP, list(UNITS)
    while figure >= STEP and len(units) > 1:
        figure, _ = figure / STEP, units.pop(0)
    return f"{figure:.1f} {units[0]}"


def state(scan: str) -> State:
    """Where a file stands, in the language of the answer."""
    found = STATES[Scan(scan)]
    return State(found.kind, found.icon, str(gettext(found.label)))


def source(code: str) -> str:
    """How a file came."""
    return str(gettext(SOURCES[Source(code)]))


def custody(lines: Iterable[Custody]) -> list[Hand]:
    """Every hand that touched a file, in words."""
    lines = list(lines)
    names = people.names([line.by_id for line in lines])
    partners = vendors.names([one for one in (line.facts.get("vendor") for line in lines) if one])
    return [
        Hand(
            line.at,
            str(gettext(TOUCHES[Touch(line.touch)])),
            names.get(line.by_id, "") if line.by_id else _without_a_person(line),
            _detail(line, partners),
        )
        for line in lines
    ]


def _without_a_person(line: Custody) -> str:
    by_link = line.facts.get("source") == Source.LINK
    return str(gettext("an upload link") if by_link else gettext("the system"))


def _detail(line: Custody, partners: dict[int, str]) -> str:
    facts = line.facts
    if facts.get("asked"):
        return str(gettext("asked for once more"))
    if "scan" in facts:
        said = state(str(facts["scan"])).label
        return f"{said} {facts.get('finding', '')}".strip()
    if facts.get("sample"):
        return str(gettext("locked in a zip, as a sample"))
    if "vendor" in facts:
        return partners.get(facts["vendor"], "")
    return source(str(facts["source"])) if "source" in facts else ""


__all__ = ["Hand", "State", "custody", "install", "size", "source", "state"]

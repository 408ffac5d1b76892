"""One box for everything: tickets, companies, people at companies, calls."""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hotline import clock
from hotline.calls import queries as calls
from hotline.edge import requests
from hotline.edge.access import allow
from hotline.edge.identity import person
from hotline.errors import N_, Invalid, Missing, Problem
from hotline.followups import queries as promises
from hotline.members import queries as members
from hotline.people.models import Person
from hotline.people.rules import READERS, Role
from hotline.searchkeys import phrases
from hotline.tickets import queries as tickets
from hotline.tickets.queries import Rank
from hotline.tickets.rules import parse_number
from hotline.web import typed
from hotline.web.tickets import listing as ticket_list
from hotline.web.tickets import page as ticket_page

bp = Blueprint("search", __name__)

AT_FIRST = 10
PAGE = 50
"""Rows of one group: beside the others, and on a page of its own."""

LETTERS = 200
WHO_MAY = READERS | {Role.MEMBER}


@dataclass(frozen=True)
class Question:
    """What is looked for, by whom, how many rows are wanted, and after which one."""

    q: str
    viewer: Person
    now: datetime
    limit: int
    after: str = ""


@dataclass(frozen=True)
class Group:
    """The rows of one kind, what stands beside them, and the key of the following page."""

    rows: list[Any]
    following: str
    beside: dict[str, Any]


@bp.get("/search")
@allow(READERS, Role.MEMBER)
def show() -> ResponseReturnValue:
    """What matches, kind by kind; a whole ticket number leads to the ticket at once."""
    q, viewer = _typed(request.args.get("q", "")), person()
    number = _number_in(q, viewer)
    if number is not None:
        return redirect(url_for("tickets.show", number=number))
    part = request.args.get("part", "")
    groups = _found(q, viewer, part) if phrases(q) else {}
    if q:
        requests.note_read("search", q=q, **({"part": part} if part else {}))
    hidden = not viewer.roles & READERS
    return render_template(
        "search/show.html", q=q, part=part, groups=groups, own_only=hidden, now=clock.now()
    )


@bp.app_template_global()
def may_search(viewer: Person | None) -> bool:
    """Whether the box stands on the pages of this person."""
    return viewer is not None and bool(viewer.roles & WHO_MAY)


def _typed(text: str) -> str:
    """The words as they were typed, on one line, without what cannot be seen or stored."""
    seen = (" " if unicodedata.category(one) in ("Cc", "Cs") else one for one in text)
    return " ".join("".join(seen).split())[:LETTERS]


def _number_in(q: str, viewer: Person) -> str | None:
    """The ticket number that ``q`` is (``No. 4821 7093 3``), where ``viewer`` may open it."""
    first = next((place for place, letter in enumerate(q) if letter.isdecimal()), 0)
    if parse_number(q[first:]) is None:
        return None
    try:
        return tickets.by_number(q[first:], viewer).number
    except Missing:
        return None


def _found(q: str, viewer: Person, part: str) -> dict[str, Group]:
    """Kind to its rows; only the one that the address names, or all that the person may see."""
    known = GROUPS if viewer.roles & READERS else {"tickets": _tickets}
    if part and part not in known:
        raise Missing()
    if part:
        after = request.args.get("after", "")
        return {part: known[part](Question(q, viewer, clock.now(), PAGE, after))}
    return {kind: find(Question(q, viewer, clock.now(), AT_FIRST)) for kind, find in known.items()}


def _tickets(asked: Question) -> Group:
    after = _ticket_key(asked.after) if asked.after else None
    hits = tickets.search(asked.q, asked.viewer, asked.limit + 1, now=asked.now, after=after)
    rows, last = hits[: asked.limit], hits[asked.limit :]
    owed = promises.of_tickets([hit.ticket.id for hit in rows])
    next_of = {ticket_id: ticket_page.open_one(listed) for ticket_id, listed in owed.items()}
    return Group(rows, _key_of_ticket(rows[-1]) if last else "", {"next_of": next_of})


def _key_of_ticket(hit: tickets.Hit) -> str:
    return f"{hit.rank.value},{hit.ticket.received_at.isoformat()},{hit.ticket.id}"


def _ticket_key(after: str) -> tuple[int, datetime, int]:
    rank, _, key = after.partition(",")
    at, ticket_id = ticket_list.parse_key(key, known=rank in {str(one.value) for one in Rank})
    return int(rank), at, ticket_id


def _companies(asked: Question) -> Group:
    found = members.search(asked.q, limit=asked.limit + 1, after=_typed(asked.after) or None)
    rows, last = found[: asked.limit], found[asked.limit :]
    return Group(rows, rows[-1].number if last else "", {})


def _contacts(asked: Question) -> Group:
    after = _row_key(asked.after) if asked.after else 0
    found = members.contacts(asked.q, limit=asked.limit, after=after)
    return Group(found.rows, str(found.following or ""), {"looked_at": found.looked_at})


def _row_key(text: str) -> int:
    key = typed.id_or_none(text)
    if key is None:
        raise Invalid({"after": Problem(N_("This link to a further page is broken."))})
    return key


def _calls(asked: Question) -> Group:
    before = ticket_list.parse_key(asked.after) if asked.after else None
    found = calls.by_phone(asked.q, limit=asked.limit + 1, before=before)
    rows, last = found[: asked.limit], found[asked.limit :]
    key = f"{rows[-1].received_at.isoformat()},{rows[-1].id}" if last else ""
    return Group(rows, key, {"numbers": tickets.numbers([call.ticket_id for call in rows])})


GROUPS: dict[str, Callable[[Question], Group]] = {
    "tickets": _tickets,
    "companies": _companies,
    "contacts": _contacts,
    "calls": _calls,
}
"""Kind to how it is looked for, in the order of the page."""

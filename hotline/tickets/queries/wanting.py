"""Which tickets are wanted: what is asked of each, made once for all who ask for the same kind."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import BindParameter, Select, and_, bindparam, literal_column, or_, select
from sqlalchemy.orm import aliased
from sqlalchemy.sql.elements import ColumnElement

from hotline import fulltext
from hotline.asking import among
from hotline.db import db
from hotline.followups.models import Followup
from hotline.followups.rules import OPEN as OWED
from hotline.followups.rules import UNTAKEN
from hotline.people.models import Person
from hotline.people.rules import READERS
from hotline.searchkeys import holds, phrases
from hotline.tickets import rules
from hotline.tickets.models import Ticket, TicketCaseType
from hotline.tickets.queries.seeing import SEES_ALL, seen_by
from hotline.tickets.rules import ENDED, parse_number

NOBODY = 0
"""As ``Wanted.coordinator_id``: tickets for which nobody is responsible."""


@dataclass(frozen=True)
class Wanted:
    """Which tickets: by what they are, whose they are, when they came, after the last one seen.

    ``received_from`` belongs to the wanted time, ``received_before`` does not. ``going_on`` counts
    what was joined into a ticket that goes on.
    """

    status: str | None = None
    case_type: str | None = None
    line: str | None = None
    q: str | None = None
    due_before: datetime | None = None
    after: tuple[datetime, int] | None = None
    severity: str | None = None
    drill: bool | None = None
    coordinator_id: int | None = None
    received_from: datetime | None = None
    received_before: datetime | None = None
    going_on: bool | None = None
    text: ColumnElement[bool] | None = field(default=None, compare=False)
    """What ``q`` asks of a ticket, once it was looked up: see ``looked_up``."""


def looked_up(wanted: Wanted, viewer: Person) -> Wanted:
    """The same, with its text looked up: for whoever asks for it several times."""
    return replace(wanted, text=found_by(wanted.q, viewer)[0]) if wanted.q else wanted


Given = frozenset[str]
"""What is asked of a ticket: names of ``ASKS``."""


def given(wanted: Wanted) -> Given:
    """What is asked, by the names of ``ASKS``."""
    names = {name for name in ASKS if getattr(wanted, name, None) is not None}
    if wanted.coordinator_id == NOBODY:
        names = names - {"coordinator_id"} | {"nobody"}
    return frozenset(names)


def values(wanted: Wanted) -> dict[str, Any]:
    """What it is asked with, under the same names."""
    return {name: getattr(wanted, name) for name in given(wanted) - {"nobody"}}


def narrowed(query: Select[Any], wanted: Wanted, viewer: Person) -> Select[Any]:
    """The same, for what was looked up and what ``viewer`` may see; itself where that is all."""
    seen = seen_by(viewer)
    if wanted.q:
        text = found_by(wanted.q, viewer)[0] if wanted.text is None else wanted.text
        query = query.where(text)
    return query if seen is SEES_ALL else query.where(seen)


@lru_cache(maxsize=200)
def matching(names: Given) -> Select[Ticket]:
    """The tickets of which these are asked, each with its name as a place."""
    return select(Ticket).where(*(ASKS[name]() for name in sorted(names)))


def is_owed() -> ColumnElement[bool]:
    """Of a promise: it is of the ticket at hand, and open, as the index says it."""
    return and_(Followup.ticket_id == Ticket.id, among(Followup.status, OWED))


def _is_due() -> ColumnElement[bool]:
    before = Followup.due_at < bindparam("due_before")
    return select(1).where(is_owed(), before).exists()


def goes_on() -> ColumnElement[bool]:
    """By itself, or in the ticket it was joined into."""
    into = aliased(Ticket)
    living = select(1).where(into.id == Ticket.duplicate_of_id, into.status.not_in(ENDED))
    return or_(is_open(), living.exists())


def is_open() -> ColumnElement[bool]:
    """Whether a ticket goes on, as the index over these tickets says it."""
    return Ticket.status.not_in([literal_column(f"'{one}'") for one in sorted(ENDED)])


ASKS: Mapping[str, Callable[[], ColumnElement[bool]]] = {
    "status": lambda: Ticket.status == bindparam("status"),
    "line": lambda: Ticket.line == bindparam("line"),
    "severity": lambda: Ticket.severity == bindparam("severity"),
    "drill": lambda: Ticket.drill == bindparam("drill"),
    "case_type": lambda: Ticket.types.any(TicketCaseType.case_type == bindparam("case_type")),
    "due_before": _is_due,
    "coordinator_id": lambda: Ticket.coordinator_id == bindparam("coordinator_id"),
    "nobody": lambda: Ticket.coordinator_id.is_(None),
    "received_from": lambda: Ticket.received_at >= bindparam("received_from"),
    "received_before": lambda: Ticket.received_at < bindparam("received_before"),
    "going_on": lambda: goes_on() == bindparam("going_on"),
}
"""Field of ``Wanted`` to what it asks of a ticket; what is looked up for ``q`` stands apart."""


def _text(q: str) -> tuple[ColumnElement[bool], bool]:
    """A number, or words that all stand in what a ticket is found by; and whether in many."""
    number = parse_number(q)
    if number:
        return Ticket.number == number, False
    return fulltext.found(Ticket.search_text, phrases(q))


def found_by(q: str, viewer: Person) -> tuple[ColumnElement[bool], bool]:
    """What ``viewer`` may find by ``q``, and whether it is common: see ``fulltext.found``.

    Nobody finds by words that the same person may not read. Otherwise a stolen member account
    could try out safe phones and addresses one by one.
    """
    text, is_common = _text(q)
    if viewer.roles & READERS:
        return text, is_common
    columns = (Ticket.id, *(getattr(Ticket, name) for name in rules.READ_BY_MEMBERS))
    hits = db.session.execute(select(*columns).where(seen_by(viewer), text))
    wanted = [] if parse_number(q) else phrases(q)
    shown = {hit.id: rules.search_text_for_members(hit) for hit in hits}
    found = [key for key, text in shown.items() if all(holds(text, group) for group in wanted)]
    return Ticket.id.in_(found), False


def is_late(now: datetime | BindParameter[datetime]) -> tuple[ColumnElement[bool], ...]:
    """Of a promise and its ticket: nobody took it up in time, and it is no drill."""
    waiting = among(Followup.status, UNTAKEN)
    return (waiting, Followup.take_up_by < now, ~Ticket.drill)

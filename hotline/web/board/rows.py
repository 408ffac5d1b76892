"""One thing to do on the board: its lane, its time, its words, and the one act it needs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from hotline.clock import TOKYO
from hotline.coordination.models import Offer, Task
from hotline.deadlines.models import Clock
from hotline.duty.models import Page
from hotline.edge.language import gettext
from hotline.errors import N_
from hotline.followups.models import Followup
from hotline.followups.queries import Tried
from hotline.messages.models import Need
from hotline.tickets.models import ContactChange, Ticket
from hotline.web import formats
from hotline.web.formats import When

LANES = {
    "late": N_("Late"),
    "now": N_("Now"),
    "today": N_("Today"),
    "later": N_("Later"),
    "drill": N_("Drills"),
}
"""The groups of the list, the most urgent first; drills stand apart and are never late."""


@dataclass(frozen=True)
class Act:
    """A button (``posts``) or a link, and what it says."""

    path: str
    words: str
    posts: bool = False
    icon: str = ""


@dataclass(frozen=True)
class Row:
    """One thing to do: in which group, by when, what, on which ticket, by whom, and how."""

    lane: str
    at: datetime
    when: When
    what: str
    ticket: Ticket
    act: Act | None = None
    hint: str = ""
    who: int | None = None


@dataclass(frozen=True)
class Work:
    """Everything the rows are made of, read once.

    ``offers``: task to its offers. ``quoted``: tasks whose price the member can be asked about.
    ``asked``: task to when its member was asked. ``vendors``: names of partners. ``callable``: ids
    of the tickets whose caller can be rung by one click. ``wrote``: tickets whose member waits for
    an answer, for how many messages and since when. ``given``: contacts that have to be checked.
    ``needs``: what members were asked for with a time.
    """

    promises: Sequence[tuple[Ticket, Followup]]
    tried: Mapping[int, Tried]
    tasks: Sequence[tuple[Task, Ticket]]
    offers: Mapping[int, Sequence[Offer]]
    quoted: frozenset[int]
    asked: Mapping[int, datetime]
    clocks: Sequence[tuple[Clock, Ticket]]
    pages: Sequence[tuple[Page, Ticket]]
    vendors: Mapping[int, str]
    callable: frozenset[int]
    wrote: Sequence[tuple[Ticket, int, datetime]] = ()
    given: Sequence[tuple[ContactChange, Ticket]] = ()
    needs: Sequence[tuple[Need, Ticket]] = ()


def lane(ticket: Ticket, at: datetime, now: datetime, *, late: bool) -> str:
    """In which group something stands that is due at a moment."""
    if ticket.drill:
        return "drill"
    if late:
        return "late"
    if at - now <= formats.SOON:
        return "now"
    return "today" if _same_day(at, now) else "later"


def _same_day(one: datetime, other: datetime) -> bool:
    return one.astimezone(TOKYO).date() == other.astimezone(TOKYO).date()


def calm(ticket: Ticket, when: When) -> When:
    """That of a drill is never late."""
    return when.calmed() if ticket.drill else when


def since_when(ticket: Ticket, since: datetime, now: datetime, kind: str = "") -> When:
    """What waits without an end: for how long."""
    words_ = gettext("for %(span)s", span=formats.span(now - since))
    return calm(ticket, When(kind, words_, since))


def open_(path: str) -> Act:
    """A link that opens what the row is about."""
    return Act(path, gettext("Open"))

"""What stands on the hand-over board: late first, and so much that it fits on one sheet."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import accumulate
from typing import Generic, TypeVar

from hotline import policy
from hotline.calls import queries as calls
from hotline.calls.models import Call
from hotline.coordination import queries as coordination
from hotline.coordination.queries import Waiting
from hotline.duty import queries as duty
from hotline.duty.models import HandoverNote, Page
from hotline.duty.queries import Duty
from hotline.duty.rules import DUTIES, LinesPolicy
from hotline.followups import queries as promises
from hotline.followups.models import Followup
from hotline.followups.queries import Tried
from hotline.followups.rules import is_late
from hotline.people import queries as people
from hotline.people.models import Person
from hotline.people.rules import Role
from hotline.tickets import queries as tickets
from hotline.tickets.models import Ticket
from hotline.tickets.queries import Wanted
from hotline.vendors import queries as vendors

SHOWN = {"due": 14, "tries": 6, "offers": 5, "missed": 6, "pages": 3, "alone": 6}
"""So many rows of each part: the board fits on one sheet, and links to the rest."""

NOTES_SHOWN = 50

LETTERS_OF_A_LINE = 40
"""What stands below a note takes room too."""

LETTERS_ON_THE_SHEET = 600
"""So much of the notes is printed; a note begun is printed whole."""

MOST_OWED = 300

WITHOUT_A_SHIFT = timedelta(hours=24)
"""So far ahead the board looks when the roster holds no next shift."""

DONE_SINCE = timedelta(hours=12)

DONE_SHOWN = 5

Row = TypeVar("Row")


@dataclass(frozen=True)
class Part(Generic[Row]):
    """The first rows of a part of the board, and how many more there are."""

    rows: list[Row]
    more: int = 0


@dataclass(frozen=True)
class Promised:
    """A ticket and the promise that is owed on it."""

    ticket: Ticket
    followup: Followup


@dataclass(frozen=True)
class Tries:
    """A promise for which somebody tried to call back in vain."""

    owed: Promised
    tried: Tried


@dataclass(frozen=True)
class OnDuty:
    """One duty of a line: who has it now, and whose shift begins next."""

    line: str
    role: Role
    now: list[Duty]
    next: Duty | None


@dataclass(frozen=True)
class Board:
    """What whoever comes next must know, of one line or of all."""

    until: datetime
    from_roster: bool
    on_duty: list[OnDuty]
    due: Part[Promised]
    tries: Part[Tries]
    offers: Part[Waiting]
    missed: Part[Call]
    pages: Part[Page]
    alone: Part[Ticket]
    notes: Part[HandoverNote]
    printed: int
    done: list[HandoverNote]
    later: int
    names: dict[int | None, str] = field(default_factory=dict)
    vendors: dict[int, str] = field(default_factory=dict)
    numbers: dict[int | None, str] = field(default_factory=dict)


def read(line: str | None, viewer: Person, now: datetime) -> Board:
    """The board of a line, None for all of them, as it stands now."""
    codes = policy.get(LinesPolicy).codes if line is None else (line,)
    known = [at for code in codes if (at := duty.next_shift_until(code, now))]
    until = max(known, default=now + WITHOUT_A_SHIFT)
    owed = tickets.by_urgency(Wanted(line=line, drill=False), viewer, MOST_OWED)
    tickets.with_types([one.ticket for one in owed])
    promised = [Promised(one.ticket, one.followup) for one in owed if one.followup]
    tried = promises.tried([one.followup.id for one in promised])
    waiting = [one for one in promised if one.followup.id not in tried]
    due = [one for one in waiting if one.followup.due_at <= until]
    missed = [one for one in calls.missed(now) if line in (None, one.line)]
    offers = _offers(line)
    notes = duty.open_notes(line, limit=MOST_OWED)
    finished = duty.done_notes(line, since=now - DONE_SINCE, limit=DONE_SHOWN)
    return Board(
        until=until,
        from_roster=bool(known),
        on_duty=_on_duty(codes, now),
        due=_part("due", sorted(due, key=lambda one: _urgency(one.followup, now))),
        tries=_part("tries", _tries(promised, tried)),
        offers=_part("offers", offers),
        missed=_part("missed", missed),
        pages=_part("pages", [one for one in duty.open_pages() if line in (None, one.line)]),
        alone=_part("alone", _alone(line, viewer, promised)),
        notes=Part(notes[:NOTES_SHOWN], max(len(notes) - NOTES_SHOWN, 0)),
        printed=_printed(notes),
        done=finished,
        later=len(waiting) - len(due),
        names=_names(promised, [*notes, *finished]),
        vendors=vendors.names([one.offer.vendor_id for one in offers]) if offers else {},
        numbers=tickets.numbers(
            [one.ticket_id for one in missed] + [one.ticket_id for one in (*notes, *finished)]
        ),
    )


def _tries(promised: list[Promised], tried: dict[int, Tried]) -> list[Tries]:
    """What nobody was reached for, the next try first."""
    found = [Tries(one, tried[one.followup.id]) for one in promised if one.followup.id in tried]
    return sorted(found, key=lambda one: one.tried.last.next_try_at or one.tried.last.at)


def _offers(line: str | None) -> list[Waiting]:
    """Who was asked and has not answered, the next to end first; drills aside."""
    found = coordination.waiting_offers()
    return [one for one in found if not one.ticket.drill and line in (None, one.ticket.line)]


def _alone(line: str | None, viewer: Person, promised: list[Promised]) -> list[Ticket]:
    """Tickets nobody is responsible for; of those with a promise the row of it says so."""
    shown = {one.ticket.id for one in promised}
    found = tickets.without_anybody(line, viewer, MOST_OWED)
    return [one for one in found if one.id not in shown]


def _urgency(followup: Followup, now: datetime) -> tuple[bool, datetime]:
    """Late ones first, then what was promised first."""
    return not is_late(followup.status, followup.take_up_by, now=now), followup.due_at


def _part(name: str, rows: list[Row]) -> Part[Row]:
    most = SHOWN[name]
    return Part(rows[:most], max(len(rows) - most, 0))


def _printed(notes: list[HandoverNote]) -> int:
    """How many notes fit on the sheet."""
    begins_at = [0, *accumulate(len(one.body) + LETTERS_OF_A_LINE for one in notes)]
    return sum(begin < LETTERS_ON_THE_SHEET for begin in begins_at[: len(notes)])


def _on_duty(codes: Sequence[str], now: datetime) -> list[OnDuty]:
    running = duty.current(now)
    return [
        OnDuty(
            code,
            role,
            [one for one in running if (one.shift.line, one.shift.role) == (code, role)],
            duty.next_on_duty(code, role, now),
        )
        for code in codes
        for role in DUTIES
    ]


def _names(promised: list[Promised], notes: list[HandoverNote]) -> dict[int | None, str]:
    ids = [id_ for one in promised for id_ in (one.ticket.coordinator_id, one.followup.taken_by_id)]
    return people.names(
        [*ids, *(id_ for one in notes for id_ in (one.written_by_id, one.done_by_id))]
    )

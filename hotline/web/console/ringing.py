"""What rings on the screen of somebody on duty, and the call of the ticket that is open there."""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from hotline.calls import queries as calls
from hotline.calls import rules
from hotline.calls.models import Call
from hotline.calls.queries import OnScreen, Ringing
from hotline.calls.rules import Standing, Status
from hotline.duty import queries as duty
from hotline.edge import language
from hotline.people import queries as people
from hotline.people.models import Person
from hotline.tickets.models import Ticket
from hotline.web.console import caller
from hotline.web.console.caller import Caller
from hotline.web.console.moments import Moments

ORDER = (
    Standing.UNWRITTEN,
    Standing.LOST,
    Standing.SPOKEN,
    Standing.MINE,
    Standing.FREE,
    Standing.THEIRS,
)
"""What concerns this person most stands first; what somebody else speaks about stands nowhere."""

UNWRAPPED = timedelta(hours=12)
"""For so long the page of a ticket shows a call whose end nobody has written down."""


@dataclass(frozen=True)
class Screen:
    """The lines somebody answers, and the calls there with what each is to this person."""

    lines: frozenset[str]
    calls: tuple[tuple[Ringing, Standing], ...]


@dataclass(frozen=True)
class Row:
    """One call as it stands on the screen; ``place`` is that in the queue, from 1 on."""

    call: Ringing
    standing: Standing
    caller: Caller
    taker: str
    place: int | None
    free: tuple[str, ...]


@dataclass(frozen=True)
class OnTheLine:
    """The call of a ticket, until somebody has written down how it ended.

    ``state`` is ringing, spoken, entered (by hand), ended or hung_up; ``since`` is from when on.
    """

    call: Call
    state: str
    since: datetime
    by: str
    mine: bool

    @property
    def key(self) -> tuple[object, ...]:
        """What tells one state of it from another."""
        paused_at = self.call.recording_paused_at
        return (self.call.id, self.state, self.since, self.by, self.mine, paused_at)


def screen(viewer: Person, *, now: datetime) -> Screen | None:
    """What rings for ``viewer``; None off duty. Two statements."""
    found = calls.on_screen(viewer, now=now)
    return _to(viewer, found, now=now) if found is not None else None


_snapshot: Moments[list[Ringing]] = Moments(seconds=0.15)
"""The calls of this moment: screens that ask within it are told the same, and share its words."""


def glance(viewer: Person, *, now: datetime) -> Screen | None:
    """What ``screen`` says, for a screen that asks again and again: a moment old at most."""
    lines = duty.lines_answered(viewer, now)
    if not lines:
        return None
    listed = _snapshot.get("calls", lambda: calls.going_on(now=now))
    found = OnScreen(lines, [one for one in listed if one.line in lines])
    return _to(viewer, found, now=now)


def forget() -> None:
    """Look at the calls anew."""
    _snapshot.forget()


def _to(viewer: Person, found: OnScreen, *, now: datetime) -> Screen:
    standing = [(call, rules.standing(call, viewer.id, now=now)) for call in found.calls]
    shown = [one for one in standing if one[1] in ORDER]
    return Screen(found.lines, tuple(sorted(shown, key=lambda one: ORDER.index(one[1]))))


def digest(found: Screen, *parts: object) -> str:
    """What tells one state of the screen from another, without looking anything up."""
    said = repr((language.current(), sorted(found.lines), found.calls, parts))
    return hashlib.sha256(said.encode()).hexdigest()[:32]


def rows(found: Screen, *, now: datetime) -> list[Row]:
    """The calls with all that is known of them; ten statements at most, however many ring.

    They are the same for everybody to whom the calls are the same.
    """
    listed = [call for call, _ in found.calls]
    if not listed:
        return []
    behind = caller.behind(listed, now=now)
    names = people.names([rules.taker(call) for call in listed])
    free = free_to_answer(found.lines, now=now)
    queue = _queue(listed)
    return [
        Row(
            call=call,
            standing=standing,
            caller=behind[call.id],
            taker=names.get(rules.taker(call), ""),
            place=queue.get(call.id),
            free=tuple(free.get(call.line, ())),
        )
        for call, standing in found.calls
    ]


def free_to_answer(lines: Collection[str], *, now: datetime) -> dict[str, list[str]]:
    """By line: the names of who is on duty to answer it and has no caller."""
    busy = calls.busy(now=now)
    found: dict[str, list[str]] = {}
    for line, person_id, name in duty.answering(lines, now):
        if person_id not in busy:
            found.setdefault(line, []).append(name)
    return found


def colleagues(lines: Collection[str], *, now: datetime) -> list[tuple[str, list[str], bool]]:
    """Who is on duty for these lines: name, lines, and whether a caller is on the phone."""
    busy = calls.busy(now=now)
    found: dict[int, tuple[str, list[str], bool]] = {}
    for line, person_id, name in duty.answering(lines, now):
        found.setdefault(person_id, (name, [], person_id in busy))[1].append(line)
    return list(found.values())


def _queue(listed: Sequence[Ringing]) -> dict[int, int]:
    """Id of the call to its place among those that wait on the same line."""
    places: dict[int, int] = {}
    waiting: dict[str, int] = {}
    for call in sorted(listed, key=lambda one: (one.queued_at or one.received_at, one.id)):
        if call.queued_at is not None and call.status == Status.RINGING:
            places[call.id] = waiting[call.line] = waiting.get(call.line, 0) + 1
    return places


def without_own(found: Screen, ticket: Ticket | None) -> Screen:
    """The screen on the page of ``ticket``: its own call stands in a strip of its own there."""
    if ticket is None:
        return found
    own = (Standing.MINE, Standing.SPOKEN)
    rest = (
        (call, standing)
        for call, standing in found.calls
        if call.ticket_id != ticket.id or standing not in own
    )
    return Screen(found.lines, tuple(rest))


def on_the_line(ticket: Ticket, viewer: Person, *, now: datetime) -> OnTheLine | None:
    """The call of the ticket whose end somebody has to write down; None without one.

    The call that ``viewer`` is in comes first, then the last one. Nobody writes down how a
    machine answered.
    """
    open_ = [
        call
        for call in calls.of_ticket(ticket.id)
        if call.wrapped_at is None and not call.is_told and now - call.received_at < UNWRAPPED
    ]
    if not open_:
        return None
    own = [call for call in open_ if rules.taker(call) == viewer.id and _goes_on(call)]
    call = (own or open_)[-1]
    state, since = _state(call)
    taker = rules.taker(call)
    return OnTheLine(
        call=call,
        state=state,
        since=since,
        by=people.names([taker]).get(taker, ""),
        mine=taker == viewer.id,
    )


def _goes_on(call: Call) -> bool:
    """Whether somebody may still speak: the end of a call entered by hand is not known."""
    return call.ended_at is None or call.call_sid is None


def _state(call: Call) -> tuple[str, datetime]:
    if call.ended_at is None:
        spoken = call.answered_at is not None
        return ("spoken", call.answered_at) if spoken else ("ringing", call.received_at)  # type: ignore[return-value]  # spoken says that it is one
    if call.call_sid is None:
        return "entered", call.received_at
    return ("ended" if call.answered_at is not None else "hung_up"), call.ended_at

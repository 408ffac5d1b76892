"""Where a call stands, what is told of it, and what may be entered by hand."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from hotline.calls.rules.direction import Direction
from hotline.errors import N_, Invalid, Problem
from hotline.tickets.rules import AHEAD_OF_CLOCK

NUMBER_LETTERS = 60

FORGOTTEN_AFTER = timedelta(hours=1)
"""A call that still rings after this was lost on the way: nobody told us how it ended."""

PRESSED_TWICE = timedelta(seconds=10)
"""Within so short a time nobody takes a second call: the button was pressed twice."""

WAITS_TOO_LONG = timedelta(minutes=15)
"""A missed call that nobody dealt with for so long needs attention."""


class Status(StrEnum):
    """Where a call stands; in the order in which it can only go forward."""

    RINGING = "ringing"
    """It came; nobody took it yet."""
    ANSWERED = "answered"
    """A person pressed a key to take it."""
    MISSED = "missed"
    """It ended before a person took it."""
    VOICEMAIL = "voicemail"
    """Nobody took it, and the caller left a message."""
    DONE = "done"
    """A person took it, and it ended. Nothing changes this any more."""


UNREACHED = frozenset({Status.MISSED, Status.VOICEMAIL})
"""Nobody was reached: somebody must deal with it."""


class Event(StrEnum):
    """What the telephone company tells us about a call, in our words."""

    RINGING = "ringing"
    CONNECTED = "connected"
    ENDED = "ended"


class Kind(StrEnum):
    """What happened on the telephone and has to be on record."""

    CAME = "came"
    CHOSE = "chose"
    ACCEPTED = "accepted"
    TOLD = "told"
    RECORDED = "recorded"
    TALKED = "talked"
    """A conversation was recorded."""
    UNRECORDED = "unrecorded"
    """What was to be recorded was not."""
    TEXTED = "texted"


@dataclass(frozen=True)
class Happening:
    """One thing that happened on the telephone at ``at``; which facts it has depends on ``kind``.

    It is all that is needed to put it on record, now or from a file when the database is back.
    """

    kind: Kind
    at: datetime
    call_sid: str = ""
    from_number: str = ""
    """E.164, or "" when the caller withheld it."""
    to_number: str = ""
    key: str = ""
    person_id: int | None = None
    event: Event | None = None
    sequence: int = 0
    recording_sid: str = ""
    seconds: int = 0
    message_sid: str = ""
    body: str = ""


def status_of(*, answered: bool, ended: bool, recorded: bool) -> Status:
    """The status that follows from all that is known of a call, in whatever order it was learnt."""
    if answered:
        return Status.DONE if ended or recorded else Status.ANSWERED
    if recorded:
        return Status.VOICEMAIL
    return Status.MISSED if ended else Status.RINGING


def check_entered(
    *, line: str, lines: tuple[str, ...], received_at: datetime, now: datetime
) -> None:
    """Refuse a call entered by hand with an unknown line or a time that is still to come."""
    wrong: dict[str, Problem] = {}
    if line not in lines:
        wrong["line"] = Problem(
            N_("There are only these lines: %(codes)s."), codes=", ".join(lines)
        )
    if received_at > now + AHEAD_OF_CLOCK:
        wrong["received_at"] = Problem(N_("This time is still ahead of us."))
    if wrong:
        raise Invalid(wrong)


def is_owed(
    status: str, *, received_at: datetime, now: datetime, direction: str = Direction.IN
) -> bool:
    """Whether somebody must still deal with a call: nobody was reached, or its end was lost.

    To a call that we made ourselves nothing is owed, nor to what was written: it has its ticket.
    """
    if direction != Direction.IN:
        return False
    if status == Status.RINGING:
        return received_at <= now - FORGOTTEN_AFTER
    return status in UNREACHED

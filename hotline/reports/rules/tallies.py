"""What is counted: so many things of the same part of the span and of the same facts."""

from enum import StrEnum
from typing import NamedTuple


class Answer(StrEnum):
    """What became of a call that came in."""

    ANSWERED = "answered"
    MISSED = "missed"
    VOICEMAIL = "voicemail"
    HEARD = "heard"
    """The caller only asked where a ticket stands, and heard it."""
    RINGING = "ringing"


class Kept(StrEnum):
    """What became of a promise, drills aside."""

    IN_TIME = "in_time"
    """Kept, and taken up before it was late."""
    LATE = "late"
    """Kept, but taken up after it was late."""
    OPEN_LATE = "open_late"
    """Nobody has taken it up, and it is late."""
    OPEN = "open"
    """Taken up and not yet kept, or not late."""
    MOVED = "moved"
    CALLED_OFF = "called_off"


class Said(StrEnum):
    """What a partner said to an offer."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    SILENT = "silent"
    OTHER = "other"
    """It still may answer, was taken back, or somebody else was quicker."""


class Met(StrEnum):
    """What became of a legal clock."""

    IN_TIME = "in_time"
    LATE = "late"
    OPEN_LATE = "open_late"
    OPEN = "open"
    CALLED_OFF = "called_off"


class CallTally(NamedTuple):
    """Calls that came in; ``waited`` seconds until somebody answered, ``back`` minutes until we
    reached the caller of a missed one."""

    part: int
    drill: bool
    in_hours: bool
    answer: str
    waited: int | None
    back: int | None
    times: int


class TicketTally(NamedTuple):
    """Tickets by their call; ``lasted`` whole hours from the call until the ticket was closed,
    from three days on whole days."""

    part: int
    drill: bool
    in_hours: bool
    line: str
    severity: str
    status: str
    case_type: str
    lasted: int | None
    times: int


class PromiseTally(NamedTuple):
    """Promises by when they were due; ``late`` whole minutes after that moment, of late ones."""

    part: int
    drill: bool
    at_once: bool
    severity: str
    kept: str
    late: int | None
    times: int


class OfferTally(NamedTuple):
    """Offers by when partners were asked; ``took`` minutes until the answer."""

    part: int
    drill: bool
    vendor_id: int
    function: str
    said: str
    took: int | None
    times: int


class ChainTally(NamedTuple):
    """Offers that were accepted; ``asked``: which one of those who were asked it was."""

    part: int
    drill: bool
    function: str
    asked: int
    times: int


class ClockTally(NamedTuple):
    """Legal clocks by their end."""

    part: int
    drill: bool
    kind: str
    met: str
    times: int


class CostTally(NamedTuple):
    """Prices that members agreed to by when they did; whole yen with tax."""

    part: int
    drill: bool
    function: str
    yen: int
    times: int


class FileTally(NamedTuple):
    """Files that were sent in, but for what the telephone recorded."""

    part: int
    drill: bool
    times: int

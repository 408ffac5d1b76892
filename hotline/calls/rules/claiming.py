"""Who has a call, and what of it stands on the screen of somebody on duty."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from hotline.calls.rules.standing import Status

RINGS_AT_MOST = timedelta(minutes=15)
"""A call that rings for longer than this, or waits for longer, has lost its end on the way."""

SPOKEN_AT_MOST = timedelta(hours=4)
"""A call that somebody has for longer than this has lost its end on the way."""

SAID_FOR = timedelta(seconds=60)
"""For so long whoever took a call on the screen is told that somebody else has it by the phone."""


class Takeable(Protocol):
    """What is known of who has a call."""

    @property
    def claimed_by_id(self) -> int | None:
        """Who took it on the screen."""

    @property
    def answered_at(self) -> datetime | None:
        """When a key was pressed on the phone."""

    @property
    def answered_by_id(self) -> int | None:
        """Who pressed it; None where the duty phone was answered."""


class Shown(Takeable, Protocol):
    """What is known of a call that may stand on a screen."""

    @property
    def status(self) -> str:
        """A code of Status."""


class Standing(StrEnum):
    """What a call is to the person who looks at the screen."""

    FREE = "free"
    """It rings, and nobody has taken it."""
    MINE = "mine"
    """This person took it on the screen, and has to press the key of the phone."""
    THEIRS = "theirs"
    """Somebody else took it on the screen."""
    UNWRITTEN = "unwritten"
    """This person pressed the key of the phone, and has not opened the sheet."""
    SPOKEN = "spoken"
    """This person speaks with the caller, and the sheet was opened."""
    LOST = "lost"
    """This person took it on the screen, and somebody else pressed the key of the phone."""
    ELSEWHERE = "elsewhere"
    """Somebody else speaks with the caller."""


def taker(call: Takeable) -> int | None:
    """Who has a call: a key pressed on the phone weighs more than the screen."""
    return call.answered_by_id if call.answered_by_id is not None else call.claimed_by_id


def standing(call: Shown, person_id: int, *, now: datetime) -> Standing:
    """What a call that rings, or that somebody has, is to this person."""
    claimed = call.claimed_by_id == person_id
    if call.status == Status.RINGING:
        if call.claimed_by_id is None:
            return Standing.FREE
        return Standing.MINE if claimed else Standing.THEIRS
    if call.answered_by_id == person_id:
        return Standing.SPOKEN if claimed else Standing.UNWRITTEN
    if not claimed or call.answered_at is None or now - call.answered_at > SAID_FOR:
        return Standing.ELSEWHERE
    return Standing.LOST

"""Who writes in a thread, and what a message must be."""

from enum import StrEnum

from hotline.errors import N_, Invalid, Problem
from hotline.searchkeys import clean_text

BODY_LETTERS = 4000


class Side(StrEnum):
    """For which side somebody writes."""

    DESK = "desk"
    VENDOR = "vendor"
    MEMBER = "member"


class Wanted(StrEnum):
    """What the desk needs from the member."""

    FILE = "file"
    ANSWER = "answer"
    CALL = "call"


class NeedStatus(StrEnum):
    """Where a need stands."""

    OPEN = "open"
    MET = "met"
    """It came."""
    DROPPED = "dropped"
    """It is needed no more."""


def checked_body(body: str) -> str:
    """The message as it is kept. Raises Invalid naming ``body``."""
    try:
        clean = clean_text(body.replace("\r\n", "\n").strip(), BODY_LETTERS)
        if not clean:
            raise Problem(N_("Write the message first."))
    except Problem as problem:
        raise Invalid({"body": problem}) from None
    return clean

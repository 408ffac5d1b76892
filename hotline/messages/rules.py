"""Who writes in a thread, and what a message must be."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from hotline.errors import N_, Invalid, Problem
from hotline.searchkeys import clean_text

BODY_LETTERS = 4000
NEED_LETTERS = 500

MEMBER_WRITES = 60
"""So many messages somebody of the member may write in a thread within an hour: the desk reads
them all, on one page."""

MEMBER_WRITES_WITHIN = timedelta(hours=1)


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


@dataclass(frozen=True)
class Asked:
    """What the desk asks for: a code of Wanted, in its words, and by when (None: no hurry)."""

    wanted: str
    text: str
    due_at: datetime | None = None


class Due(Protocol):
    """What is known of a need."""

    status: str
    due_at: datetime | None


def checked_need(asked: Asked, *, now: datetime) -> Asked:
    """The need as it is kept. Raises Invalid naming ``wanted``, ``text`` or ``due_at``."""
    problems: dict[str, Problem] = {}
    if asked.wanted not in set(Wanted):
        problems["wanted"] = Problem(N_("Choose what is needed."))
    text = _text(asked.text, problems)
    if asked.due_at is not None and asked.due_at <= now:
        problems["due_at"] = Problem(N_("This time is over already."))
    if problems:
        raise Invalid(problems)
    return Asked(asked.wanted, text, asked.due_at)


def _text(text: str, problems: dict[str, Problem]) -> str:
    try:
        clean = clean_text(text.replace("\r\n", "\n").strip(), NEED_LETTERS)
        if not clean:
            raise Problem(N_("Write what is needed, in the words of the member."))
    except Problem as problem:
        problems["text"] = problem
        return ""
    return clean


def is_overdue(need: Due, *, now: datetime) -> bool:
    """Whether its time is over and it did not come."""
    return need.status == NeedStatus.OPEN and need.due_at is not None and need.due_at < now


def subject_of(need_id: int) -> str:
    """How audit entries, notices and lines of the story name a need."""
    return f"need:{need_id}"

"""How a clock ends, and what must be said for it."""

from datetime import UTC, datetime, timedelta
from enum import StrEnum

from hotline.errors import N_, Invalid, Problem, Refused
from hotline.searchkeys import clean_name

NOTE_LETTERS = 500
WHO_LETTERS = 200
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
AHEAD_OF_CLOCK = timedelta(minutes=5)
"""A moment of knowing may be this much later than our clock, no more."""


class Status(StrEnum):
    """A clock runs until the report was made, or until nothing has to be reported."""

    RUNNING = "running"
    MET = "met"
    CALLED_OFF = "called_off"


def check_runs(status: str) -> None:
    """Refuse what can only be done to a clock that runs."""
    if status != Status.RUNNING:
        raise Refused(N_("This clock does not run any more. Please look at the ticket again."))


def check_note(note: str, missing: str) -> str:
    """The note with which a clock ends, cleaned. Raises Invalid naming ``note``; ``missing`` is
    what to say when it is empty."""
    cleaned, problems = _cleaned("note", note, NOTE_LETTERS, missing)
    if problems:
        raise Invalid(problems)
    return cleaned


def check_start(at: datetime, known_by: str, reason: str, *, now: datetime) -> tuple[str, str]:
    """Who knew and why the moment is corrected, cleaned. Raises Invalid naming ``day``,
    ``known_by`` and ``reason``."""
    problems: dict[str, Problem] = {}
    if at > now + AHEAD_OF_CLOCK:
        problems["day"] = Problem(N_("This time is still ahead of us."))
    elif at < EARLIEST:
        problems["day"] = Problem(N_("This time is too long ago."))
    who, wrong = _cleaned("known_by", known_by, WHO_LETTERS)
    why, unsaid = _cleaned("reason", reason, NOTE_LETTERS, N_("Say why, in a few words."))
    problems |= wrong | unsaid
    if problems:
        raise Invalid(problems)
    return who, why


def _cleaned(
    name: str, text: str, letters: int, missing: str = ""
) -> tuple[str, dict[str, Problem]]:
    """The text without what cannot be kept; ``missing`` is what to say when it is empty."""
    try:
        cleaned = clean_name(text, letters)
    except Problem as problem:
        return "", {name: problem}
    if missing and not cleaned:
        return "", {name: Problem(missing)}
    return cleaned, {}

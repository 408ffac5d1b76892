"""How a file came, who touched it, and under which name it is handed out."""

import unicodedata
from dataclasses import dataclass
from enum import StrEnum

NAME_LETTERS = 200


class Source(StrEnum):
    """How a file came to us."""

    VOICEMAIL = "voicemail"
    """A caller left it when nobody could answer."""
    CONVERSATION = "conversation"
    """The telephone company recorded it while two people spoke, which was announced."""
    DELIVERABLE = "deliverable"
    """A partner made it for a task, or it was handed in for one."""
    PORTAL = "portal"
    """Somebody of the member sent it, signed in."""
    LINK = "link"
    """It came by an upload link, from somebody without an account."""
    DESK = "desk"
    """The desk put it on record, for example what came by hand or by mail."""


class Scan(StrEnum):
    """What a virus scanner says of a file; all but EXEMPT and CLEAN keep it in quarantine."""

    EXEMPT = "exempt"
    """It never came from outside hands: a recording of the telephone company."""
    WAITING = "waiting"
    """A worker will have it scanned."""
    CLEAN = "clean"
    INFECTED = "infected"
    UNSCANNED = "unscanned"
    """No scanner is set up, or it refused this file for good."""


class Touch(StrEnum):
    """What was done with a file; the first line of its custody is RECEIVED."""

    RECEIVED = "received"
    SENT = "sent"
    """Handed to somebody, who may have kept a copy."""
    MOVED = "moved"
    """It belongs to another ticket now."""
    SCANNED = "scanned"
    SHARED = "shared"
    """The member may see it from now on."""
    UNSHARED = "unshared"


@dataclass(frozen=True)
class Kept:
    """A file as it lies in the store: SHA-256 of its bytes in hex, and how many they are."""

    sha256: str
    size: int


def subject(file_id: int) -> str:
    """How the audit trail names a file."""
    return f"file:{file_id}"


def safe_name(name: str) -> str:
    """A name that no system takes for a path or a command; what it may not hold becomes "_"."""
    plain = "".join(_safe(letter) for letter in unicodedata.normalize("NFC", name))
    return plain.strip(" .")[:NAME_LETTERS] or "file"


def _safe(letter: str) -> str:
    hidden = unicodedata.category(letter)[0] == "C"
    return "_" if hidden or letter in '/\\:*?"<>|' else letter

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


class Touch(StrEnum):
    """What was done with a file; the first line of its custody is RECEIVED."""

    RECEIVED = "received"
    SENT = "sent"
    """Handed to somebody, who may have kept a copy."""
    MOVED = "moved"
    """It belongs to another ticket now."""


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

"""How a file came, what a virus scanner says of it, and who touched it."""

from dataclasses import dataclass
from enum import StrEnum


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


RECORDED = frozenset({Source.VOICEMAIL, Source.CONVERSATION})
"""The telephone company made them: there is nothing in them to find."""

OF_THE_MEMBER = frozenset({Source.PORTAL, Source.LINK})
"""The member's side sent them, and sees them without anybody sharing them."""

COUNTED = frozenset({Source.PORTAL, Source.LINK, Source.DESK})
"""They were sent for a ticket, and count towards how much it may hold."""


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


FREE = frozenset({Scan.EXEMPT, Scan.CLEAN})
"""Only these go out as they are."""


class Touch(StrEnum):
    """What was done with a file; the first line of its custody is RECEIVED."""

    RECEIVED = "received"
    """Once more when the same bytes came once more."""
    SENT = "sent"
    """Handed to somebody, who may have kept a copy."""
    MOVED = "moved"
    """It belongs to another ticket now."""
    SCANNED = "scanned"
    SHARED = "shared"
    """The member may see it from now on."""
    UNSHARED = "unshared"
    RELEASED = "released"
    """A partner may fetch it from now on."""
    WITHHELD = "withheld"
    """That partner may not any more."""


@dataclass(frozen=True)
class Kept:
    """A file as it lies in the store: SHA-256 of its bytes in hex, and how many they are."""

    sha256: str
    size: int


@dataclass(frozen=True)
class Verdict:
    """What the scanner said: CLEAN, INFECTED with a name, or UNSCANNED with the reason."""

    scan: Scan
    finding: str = ""


def first_scan(source: Source, *, has_scanner: bool) -> Scan:
    """Where a file stands when it arrives.

    Without a scanner what a contracted partner hands in goes on as it is; nothing else does.
    """
    if source in RECORDED:
        return Scan.EXEMPT
    if has_scanner:
        return Scan.WAITING
    return Scan.EXEMPT if source is Source.DELIVERABLE else Scan.UNSCANNED


def is_free(scan: str) -> bool:
    """Whether a file may be handed out as it is; otherwise only locked up, as a sample."""
    return scan in FREE


def subject(file_id: int) -> str:
    """How the audit trail names a file."""
    return f"file:{file_id}"


def link_subject(link_id: int) -> str:
    """How the audit trail names an upload link; what came by it belongs to it."""
    return f"upload_link:{link_id}"

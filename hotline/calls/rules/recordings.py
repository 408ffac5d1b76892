"""What was recorded of a call, and how it is fetched from the telephone company."""

from datetime import timedelta
from enum import StrEnum

LEASE = timedelta(minutes=5)
"""A fetch that was not finished after this is begun again by another worker."""


class RecordingKind(StrEnum):
    """What was recorded."""

    VOICEMAIL = "voicemail"
    CONVERSATION = "conversation"


class RecordingStatus(StrEnum):
    """Where a recording is on its way to us."""

    WAITING = "waiting"
    FETCHING = "fetching"
    """Claimed by a worker; when the claim has run out, another one begins again."""
    KEPT = "kept"
    """It lies in our own store, under its hash."""
    ABSENT = "absent"
    """The telephone company made none: it was too short, or failed there."""
    GIVEN_UP = "given_up"
    """Not fetched, and not tried any more; people were alarmed."""


UNFETCHED = frozenset({RecordingStatus.WAITING, RecordingStatus.FETCHING})
"""A worker will look at it again."""


def length(seconds: int) -> str:
    """How long it is, in minutes and seconds: ``0:42``."""
    return f"{seconds // 60}:{seconds % 60:02}"

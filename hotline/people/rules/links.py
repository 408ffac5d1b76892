"""One-time links: what they are for, and how long they live."""

from datetime import datetime, timedelta
from enum import StrEnum


class LinkKind(StrEnum):
    """What a one-time link is for."""

    INVITE = "invite"
    RESET = "reset"


LINK_LIVES = {LinkKind.INVITE: timedelta(hours=72), LinkKind.RESET: timedelta(minutes=30)}

LINK_MAILS = 3
LINK_MAILS_WITHIN = timedelta(hours=1)
"""At most so many mails with a link an account, whoever asks for them."""


def link_expires_at(kind: LinkKind, *, now: datetime) -> datetime:
    """When a link made at ``now`` is dead."""
    return now + LINK_LIVES[kind]

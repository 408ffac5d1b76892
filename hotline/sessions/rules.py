"""How long a session lives, and how many tries somebody has."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from math import ceil

IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=12)
NOTED_EVERY = timedelta(minutes=1)

WINDOW = timedelta(minutes=15)
PER_NAME = 10
PER_ADDRESS = 50
CODES_PER_SESSION = 5

KEPT = timedelta(days=1)
"""After so long a failed try or a dead session is forgotten."""


class Kind(StrEnum):
    """What is counted: tries at a password or a code, and mails asked for and sent."""

    PASSWORD = "password"  # noqa: S105 - the kind of try, not a secret
    CODE = "code"
    RESET = "reset"
    MAIL = "mail"


@dataclass(frozen=True)
class Source:
    """Where a try comes from.

    ``browser`` names a browser in which this very person signed in before; "" for strangers.
    """

    address: str = ""
    browser: str = ""


def is_alive(started_at: datetime, seen_at: datetime, *, now: datetime) -> bool:
    """Whether a session may still be used: seen within 30 minutes, begun within 12 hours."""
    return now - seen_at < IDLE and now - started_at < ABSOLUTE


def seconds_to_wait(failed_at: Sequence[datetime], allowed: int, *, now: datetime) -> int:
    """Seconds until the next try is looked at; 0 when it is now.

    ``failed_at`` holds the failures, newest first. The last ``allowed`` of them must not all lie
    in the window, so nobody waits longer than the window.
    """
    if len(failed_at) < allowed:
        return 0
    return max(0, ceil((failed_at[allowed - 1] + WINDOW - now).total_seconds()))

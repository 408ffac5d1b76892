"""How long a session lives, and how many tries somebody has."""

from collections.abc import Mapping, Sequence
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

BROWSER_LETTERS = 200

RECENT = timedelta(minutes=10)
"""For so long a proof counts for what changes how one signs in."""

NAME_LETTERS = 16
"""So much of its hash names a session in a list of its owner's; nobody gets in with it."""

KEPT = timedelta(days=1)
"""After so long a failed try or a dead session is forgotten."""


class Kind(StrEnum):
    """What is counted: tries at a password or a code, and mails asked for and sent."""

    PASSWORD = "password"  # noqa: S105 - the kind of try, not a secret
    CODE = "code"
    RESET = "reset"
    MAIL = "mail"
    PASSKEY = "passkey"
    """An answer with a passkey, by the passkey's id."""
    CALLER = "caller"
    """A ticket's number and its caller's six digits."""
    INVITED = "invited"
    """Invitations that one member company sends."""
    STATUS_ASK = "status_ask"
    """A code that is to be sent to the phone of a ticket, by the number of the ticket."""
    STATUS = "status"
    """A ticket's number and the code that was sent."""


@dataclass(frozen=True)
class Limit:
    """So many failures are allowed within so long a time."""

    failures: int
    within: timedelta = WINDOW


LIMITS: Mapping[Kind, tuple[Limit, ...]] = {
    # Six digits are few, and the number may stand in mail that the attacker reads. Whoever is
    # made to wait is helped by a person on the telephone at any hour.
    Kind.CALLER: (Limit(5), Limit(20, timedelta(days=1))),
    Kind.STATUS: (Limit(5), Limit(20, timedelta(days=1))),
    # Each one rings or writes to somebody who may not have asked for it.
    Kind.STATUS_ASK: (Limit(3, timedelta(hours=1)), Limit(8, timedelta(days=1))),
}
"""For each name; without an entry PER_NAME within WINDOW."""

ADDRESS_LIMITS: Mapping[Kind, tuple[Limit, ...]] = {
    Kind.STATUS_ASK: (Limit(10), Limit(40, timedelta(days=1))),
}
"""For each address; without an entry PER_ADDRESS within WINDOW."""


@dataclass(frozen=True)
class Source:
    """Where a try comes from.

    ``browser`` names a browser in which this very person signed in before; "" for strangers.
    """

    address: str = ""
    browser: str = ""


def is_recent(proved_at: datetime | None, *, now: datetime) -> bool:
    """Whether the owner of a session proved a moment ago to be there."""
    return proved_at is not None and now - proved_at < RECENT


BROWSERS = {
    "Edg": "Edge",
    "OPR/": "Opera",
    "SamsungBrowser/": "Samsung Internet",
    "Firefox/": "Firefox",
    "FxiOS/": "Firefox",
    "CriOS/": "Chrome",
    "Chrome/": "Chrome",
    "Safari/": "Safari",
}
"""What stands in a browser's own words, and whose it is; what others copy comes last."""

SYSTEMS = {
    "Windows": "Windows",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "CrOS": "ChromeOS",
    "Mac OS X": "macOS",
    "Linux": "Linux",
}


def called(browser: str) -> tuple[str, str]:
    """The names of a browser and its system, as people know them; "" for what nobody knows."""
    return _first(BROWSERS, browser), _first(SYSTEMS, browser)


def _first(known: Mapping[str, str], text: str) -> str:
    return next((name for mark, name in known.items() if mark in text), "")


def short_browser(text: str) -> str:
    """What a browser calls itself, fit to be kept: plain characters, at most 200."""
    return "".join(letter for letter in text if " " <= letter <= "~")[:BROWSER_LETTERS]


def is_alive(started_at: datetime, seen_at: datetime, *, now: datetime) -> bool:
    """Whether a session may still be used: seen within 30 minutes, begun within 12 hours."""
    return now - seen_at < IDLE and now - started_at < ABSOLUTE


def seconds_to_wait(failed_at: Sequence[datetime], limit: Limit, *, now: datetime) -> int:
    """Seconds until the next try is looked at; 0 when it is now.

    ``failed_at`` holds the failures, newest first. The last of them that the limit allows must not
    all lie in its time, so nobody waits longer than that.
    """
    if len(failed_at) < limit.failures:
        return 0
    return max(0, ceil((failed_at[limit.failures - 1] + limit.within - now).total_seconds()))

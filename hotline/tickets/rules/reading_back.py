"""What is said back to the caller before the call ends, so that both mean the same."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

READ_BACK = (
    "number",
    "code",
    "company",
    "caller",
    "callback",
    "safe",
    "unsafe",
    "noticed",
    "promise",
)
"""Every item in the order of reading; what is not known yet is left out."""

DIGEST = re.compile(r"[0-9a-f]{64}", re.ASCII)


class Facts(Protocol):
    """What a ticket knows that can be read back."""

    number: str
    caller_code: str
    company: str
    site: str
    caller_name: str
    caller_kana: str
    caller_title: str
    callback_phone: str
    callback_hours: str
    safe_phone: str
    safe_email: str
    company_channels_unsafe: bool
    discovered_at: datetime | None
    discovered_by: str


class Promised(Protocol):
    """When the caller is called back."""

    due_at: datetime
    in_hours: bool


@dataclass(frozen=True)
class ToReadBack:
    """One thing to read back, in its parts; the empty ones are left out by whoever shows it."""

    item: str
    values: tuple[str, ...]

    @property
    def digest(self) -> str:
        """SHA-256 (hex) of what is read: it changes when any part does."""
        return hashlib.sha256("\n".join((self.item, *self.values)).encode()).hexdigest()


def to_read_back(facts: Facts, promised: Promised | None) -> tuple[ToReadBack, ...]:
    """What is known and can be read back, in the order of READ_BACK.

    Moments are ISO 8601 in UTC; of ``unsafe`` the value is "1"; of ``promise`` the moment, and
    "at_once" when nobody has to wait for it.
    """
    known = {item: tuple(values) for item, values in _values(facts, promised)}
    return tuple(ToReadBack(item, known[item]) for item in READ_BACK if any(known[item]))


def _values(facts: Facts, promised: Promised | None) -> Iterator[tuple[str, tuple[str, ...]]]:
    yield "number", (facts.number,)
    yield "code", (facts.caller_code,)
    yield "company", (facts.company, facts.site)
    yield "caller", (facts.caller_name, facts.caller_kana, facts.caller_title)
    yield "callback", (facts.callback_phone, facts.callback_hours)
    yield "safe", (facts.safe_phone, facts.safe_email)
    yield "unsafe", ("1" if facts.company_channels_unsafe else "",)
    yield "noticed", (_iso(facts.discovered_at), facts.discovered_by)
    at_once = "at_once" if promised is not None and promised.in_hours else ""
    yield "promise", (_iso(promised.due_at if promised else None), at_once)


def _iso(at: datetime | None) -> str:
    return at.isoformat() if at is not None else ""

"""How the trail is chained: each entry's digest covers the digest before it."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Self

GENESIS = "0" * 64
"""What stands before the first entry."""

SEALED_WITHIN = timedelta(minutes=5)
"""The worker seals within seconds; what waits longer than this was unsealed or never sealed."""


@dataclass(frozen=True)
class Sealed:
    """One entry of the chain, as it is stored."""

    id: int
    seq: int
    content: Mapping[str, object]
    previous: str | None
    digest: str | None


@dataclass(frozen=True)
class Anchor:
    """One place of the chain: its number, and the digest that covers everything up to it."""

    seq: int
    digest: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``SEQ:DIGEST``. Raises ValueError for any other shape."""
        found = re.fullmatch(r"([0-9]{1,10}):([0-9a-f]{64})", text)
        if found is None:
            raise ValueError("not a number, a colon and 64 hexadecimal digits")
        return cls(int(found[1]), found[2])

    def __str__(self) -> str:
        return f"{self.seq}:{self.digest}"


START = Anchor(0, GENESIS)
"""Where every chain begins."""


@dataclass(frozen=True)
class Broken:
    """The first place where the chain does not hold."""

    seq: int
    entry_id: int | None
    why: str


def canonical(content: Mapping[str, object]) -> bytes:
    """One spelling of ``content`` for every database: sorted keys, times in UTC, UTF-8."""
    return json.dumps(
        content,
        sort_keys=True,
        ensure_ascii=False,
        separators=(",", ":"),
        allow_nan=False,
        default=_plain,
    ).encode()


def digest(seq: int, previous: str, content: Mapping[str, object]) -> str:
    """SHA-256 (hex) of the place in the chain, the digest before it, and the content."""
    return hashlib.sha256(f"{seq}\n{previous}\n".encode() + canonical(content)).hexdigest()


def check(entry: Sealed, *, seq: int, previous: str) -> Broken | None:
    """What is wrong with ``entry`` where number ``seq`` must stand after ``previous``."""
    if entry.seq < seq:
        return Broken(entry.seq, entry.id, "stands before the first entry of the chain")
    if entry.seq != seq:
        return Broken(seq, entry.id, f"entry {seq} is missing; the next one is {entry.seq}")
    if entry.previous != previous:
        return Broken(seq, entry.id, "does not follow the entry before it")
    if entry.digest != digest(seq, previous, entry.content):
        return Broken(seq, entry.id, "was altered after it was sealed")
    return None


def check_head(*, seq: int, digest: str, head_seq: int, head_digest: str) -> Broken | None:
    """What is wrong when the chain ends at ``seq`` and the head names another end."""
    if seq < head_seq:
        return Broken(seq + 1, None, f"entries {seq + 1} to {head_seq} are missing at the end")
    if seq > head_seq:
        return Broken(head_seq + 1, None, "was not sealed by the worker")
    if digest != head_digest:
        return Broken(seq, None, "is not the entry that was sealed last")
    return None


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value.normalize())  # "2", however many places the column has.
    raise TypeError(f"{type(value).__name__} cannot be sealed")

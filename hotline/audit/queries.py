"""Reading the trail."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import func, select

from hotline.audit import rules
from hotline.audit.models import AuditEntry, ChainHead
from hotline.audit.rules import Broken, Sealed
from hotline.db import db

BATCH = 1000


def content(entry: Any) -> dict[str, object]:
    """What a seal covers of an entry or its row: everything but the seal itself."""
    return {
        "id": entry.id,
        "at": entry.at,
        "person_id": entry.person_id,
        "action": entry.action,
        "subject": entry.subject,
        "detail": entry.detail,
        "request_id": entry.request_id,
        "address": entry.address,
    }


def first_broken() -> Broken | None:
    """The first entry of the chain that is missing, altered or out of order; None when it holds.

    Entries that wait for their seal are not part of the chain yet.
    """
    seq, previous = 0, rules.GENESIS
    for entry in _chain():
        if broken := rules.check(entry, seq=seq + 1, previous=previous):
            return broken
        seq, previous = entry.seq, entry.digest or ""
    head = db.session.get(ChainHead, 1)
    return rules.check_head(
        seq=seq,
        digest=previous,
        head_seq=head.seq if head else 0,
        head_digest=head.digest if head else rules.GENESIS,
    )


def sealed_count() -> int:
    """How many entries the chain has."""
    return db.session.scalar(select(func.count(AuditEntry.seq))) or 0


def unsealed_count() -> int:
    """How many entries wait for their seal."""
    waiting = select(func.count()).select_from(AuditEntry).where(AuditEntry.seq.is_(None))
    return db.session.scalar(waiting) or 0


def _chain() -> Iterator[Sealed]:
    """The chain in its order, read page by page."""
    after = 0
    while page := _page(after):
        yield from page
        after = page[-1].seq


def _page(after: int) -> list[Sealed]:
    # Columns, not objects: a long trail does not fill the session.
    query = select(AuditEntry.__table__).where(AuditEntry.seq > after)
    rows = db.session.execute(query.order_by(AuditEntry.seq).limit(BATCH))
    return [Sealed(row.id, row.seq, content(row), row.previous, row.digest) for row in rows]

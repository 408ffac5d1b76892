"""Reading the trail."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from hotline.audit import rules
from hotline.audit.models import AuditEntry, ChainHead
from hotline.audit.rules import Anchor, Broken, Sealed
from hotline.db import db

BATCH = 1000


@dataclass(frozen=True)
class Verdict:
    """How far the chain holds, and the first place where it does not; None when it is whole."""

    end: Anchor
    broken: Broken | None


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


def head() -> Anchor:
    """Where the chain ends, as the worker noted it."""
    found = db.session.execute(select(ChainHead.seq, ChainHead.digest)).first()
    return Anchor(found.seq, found.digest) if found else rules.START


def verify(expected: Anchor | None = None) -> Verdict:
    """Walk the chain from its lowest number to its end; ``expected`` must be a place of it.

    Entries that wait for their seal are not part of the chain yet.
    """
    end, after, met = rules.START, None, expected in (None, rules.START)
    while True:
        # Before the page: what the worker seals meanwhile is then in one of the next pages.
        noted = head()
        page = _page(after)
        if not page:
            break
        for entry in page:
            if broken := rules.check(entry, seq=end.seq + 1, previous=end.digest):
                return Verdict(end, broken)
            end = Anchor(entry.seq, entry.digest or "")
            met = met or end == expected
        after = end.seq
    broken = rules.check_head(
        seq=end.seq, digest=end.digest, head_seq=noted.seq, head_digest=noted.digest
    )
    if broken is None and expected is not None and not met:
        broken = Broken(expected.seq, None, "is not the entry that was noted elsewhere")
    return Verdict(end, broken)


def unsealed_count(*, before: datetime | None = None) -> int:
    """How many entries wait for their seal; only those written ``before`` when given."""
    waiting = select(func.count()).select_from(AuditEntry).where(AuditEntry.seq.is_(None))
    if before is not None:
        waiting = waiting.where(AuditEntry.at < before)
    return db.session.scalar(waiting) or 0


def latest(action: str, subjects: Collection[str]) -> dict[str, datetime]:
    """Subject to the last time ``action`` was noted about it, for those it ever was."""
    query = (
        select(AuditEntry.subject, func.max(AuditEntry.at))
        .where(AuditEntry.subject.in_(subjects), AuditEntry.action == action)
        .group_by(AuditEntry.subject)
    )
    return {row.subject: row[1] for row in db.session.execute(query)}


def newest(action: str, subject: str, limit: int) -> list[AuditEntry]:
    """At most ``limit`` entries of this action on this subject, the newest first."""
    query = select(AuditEntry).where(AuditEntry.action == action, AuditEntry.subject == subject)
    return list(db.session.scalars(query.order_by(AuditEntry.id.desc()).limit(limit)))


def _page(after: int | None) -> list[Sealed]:
    # Columns, not objects: a long trail does not fill the session.
    query = select(AuditEntry.__table__).where(AuditEntry.seq.is_not(None))
    if after is not None:
        query = query.where(AuditEntry.seq > after)
    rows = db.session.execute(query.order_by(AuditEntry.seq).limit(BATCH))
    return [Sealed(row.id, row.seq, content(row), row.previous, row.digest) for row in rows]

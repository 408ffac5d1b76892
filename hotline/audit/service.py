"""Write the trail; the worker seals it into a chain."""

from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from hotline.audit import queries, rules
from hotline.audit.models import AuditEntry, ChainHead
from hotline.db import append, db, insert


@dataclass(frozen=True)
class Origin:
    """Where an act came from: the id of the request (or command) and the address."""

    request_id: str = ""
    address: str = ""


NOWHERE = Origin()
ORIGIN: ContextVar[Origin] = ContextVar("origin", default=NOWHERE)
"""Set at the edge for each request, so that no verb has to carry it."""


def write(action: str, subject: str, *, by_id: int | None, now: datetime, **detail: object) -> None:
    """Record that ``by_id`` (None: the system) did ``action`` to ``subject``.

    ``detail`` holds codes, numbers and field names, never case text or secrets.
    """
    origin = ORIGIN.get()
    append(
        AuditEntry,
        at=now,
        person_id=by_id,
        action=action,
        subject=subject,
        detail=detail,
        request_id=origin.request_id,
        address=origin.address,
    )


def unsealed() -> bool:
    """Whether something waits to be sealed: a cheap look that takes no lock."""
    waiting = select(AuditEntry.id).where(AuditEntry.seq.is_(None)).limit(1)
    return db.session.scalar(waiting) is not None


def seal(limit: int) -> int:
    """Chain up to ``limit`` entries that have no place yet, the oldest first; how many.

    The row of the head is locked, so that one worker at a time seals.
    """
    head = _locked_head()
    waiting = select(AuditEntry).where(AuditEntry.seq.is_(None)).order_by(AuditEntry.id)
    found = list(db.session.scalars(waiting.limit(limit)))
    for entry in found:
        entry.seq, entry.previous = head.seq + 1, head.digest
        entry.digest = rules.digest(entry.seq, entry.previous, queries.content(entry))
        head.seq, head.digest = entry.seq, entry.digest
    db.session.flush()
    return len(found)


def _locked_head() -> ChainHead:
    first = {"id": 1, "seq": 0, "digest": rules.GENESIS}
    db.session.execute(insert(ChainHead).values(first).on_conflict_do_nothing())
    locked = select(ChainHead).where(ChainHead.id == 1).with_for_update()
    return db.session.scalars(locked.execution_options(populate_existing=True)).one()

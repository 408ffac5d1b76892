"""What a shift left for the next one."""

from datetime import datetime

from sqlalchemy import (
    select,
)

from hotline.db import db
from hotline.duty.models import HandoverNote


def open_notes(line: str | None, *, limit: int) -> list[HandoverNote]:
    """What shifts of ``line`` (None: of all) left for the next one, the oldest first."""
    query = select(HandoverNote).where(HandoverNote.done_at.is_(None))
    if line is not None:
        query = query.where(HandoverNote.line == line)
    return list(db.session.scalars(query.order_by(HandoverNote.id).limit(limit)))


def done_notes(line: str | None, *, since: datetime, limit: int) -> list[HandoverNote]:
    """What was dealt with from ``since`` on, the newest first."""
    query = select(HandoverNote).where(HandoverNote.done_at >= since)
    if line is not None:
        query = query.where(HandoverNote.line == line)
    return list(db.session.scalars(query.order_by(HandoverNote.done_at.desc()).limit(limit)))

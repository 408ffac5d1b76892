"""What was recorded of calls."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import (
    and_,
    select,
)

from hotline.calls import rules
from hotline.calls.models import Recording
from hotline.db import db


def recording_is_due(now: datetime) -> bool:
    """Whether a worker has something to fetch from the telephone company."""
    due = and_(Recording.status.in_(rules.UNFETCHED), Recording.wake_at <= now)
    return db.session.scalar(select(Recording.id).where(due).limit(1)) is not None


def recording_by_id(recording_id: int) -> Recording | None:
    """The recording, or None."""
    return db.session.get(Recording, recording_id)


def recordings_of(call_ids: Collection[int]) -> dict[int, list[Recording]]:
    """What was recorded of each of these calls, the first one first; calls without are left out."""
    query = select(Recording).where(Recording.call_id.in_(call_ids)).order_by(Recording.id)
    found: dict[int, list[Recording]] = {}
    for recording in db.session.scalars(query):
        found.setdefault(recording.call_id, []).append(recording)
    return found

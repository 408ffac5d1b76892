"""Reading notices."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import bindparam, func, select, tuple_

from hotline.asking import Counting, among
from hotline.db import db
from hotline.notices.models import Notice
from hotline.notices.rules import OPEN, Channel, Kind, Status

UNDELIVERED = frozenset({Status.FAILED, Status.GIVEN_UP})
"""Did not arrive, and people were alarmed."""


def is_due(now: datetime, channel: Channel = Channel.MAIL) -> bool:
    """Whether a worker has something of this channel to claim: a cheap look without a lock."""
    due = select(Notice.id).where(
        Notice.channel == channel, Notice.status.in_(OPEN), Notice.wake_at <= now
    )
    return db.session.scalar(due.limit(1)) is not None


def held(notice_ids: Collection[int], claim_id: str) -> set[int]:
    """Those whose claim is still good: nobody withdrew them or took them after the lease."""
    ours = select(Notice.id).where(Notice.id.in_(notice_ids), Notice.claim_id == claim_id)
    return set(db.session.scalars(ours))


def oldest_overdue(now: datetime) -> datetime | None:
    """When the oldest due notice was for that is still waiting or being sent; None without one.

    What the receiver refused for good is not counted: people were alarmed about it already.
    Nor is the alarm about the backlog itself.
    """
    unsent = Notice.status.in_([Status.WAITING, Status.SENDING])
    counted = (unsent, Notice.due_at <= now, Notice.kind != Kind.BACKLOG)
    return db.session.scalar(select(func.min(Notice.due_at)).where(*counted))


def backlog(now: datetime) -> timedelta:
    """The age of the oldest due notice that did not go out; zero without one."""
    oldest = oldest_overdue(now)
    return now - oldest if oldest is not None else timedelta(0)


def count_by_status() -> dict[str, int]:
    """How many notices each status has; statuses without one are 0."""
    query = select(Notice.status, func.count()).group_by(Notice.status)
    found = {row[0]: row[1] for row in db.session.execute(query)}
    return {status.value: found.get(status.value, 0) for status in Status}


def listed(status: str | None = None, *, limit: int = 1000) -> Sequence[Notice]:
    """Notices, the newest moment first; only those in ``status`` when given."""
    query = select(Notice).order_by(Notice.due_at.desc(), Notice.id.desc()).limit(limit)
    return db.session.scalars(query.where(Notice.status == status) if status else query).all()


def about(subject: str) -> Sequence[Notice]:
    """Everything that was or will be told about ``subject``, the oldest first."""
    return db.session.scalars(_ABOUT, {"subject": subject}).all()


_ABOUT = (
    select(Notice).where(Notice.subject == bindparam("subject")).order_by(Notice.due_at, Notice.id)
)


def unsent(limit: int, after: tuple[datetime, int] | None = None) -> Sequence[Notice]:
    """At most ``limit`` notices that failed or were given up, the latest moment first.

    ``after`` is (due_at, id) of the last one seen.
    """
    query = select(Notice).where(Notice.status.in_(UNDELIVERED))
    if after is not None:
        query = query.where(tuple_(Notice.due_at, Notice.id) < tuple_(*after))
    return db.session.scalars(
        query.order_by(Notice.due_at.desc(), Notice.id.desc()).limit(limit)
    ).all()


def channels(subject: str, kind: Kind, *, open_only: bool = False) -> set[Channel]:
    """By which channels ``kind`` was or will be told about ``subject``; withdrawn ones aside.

    ``open_only``: those alone that a worker will still look at.
    """
    statuses = OPEN if open_only else frozenset(Status) - {Status.WITHDRAWN}
    query = select(Notice.channel).where(
        Notice.subject == subject, Notice.kind == kind, Notice.status.in_(statuses)
    )
    return {Channel(channel) for channel in db.session.scalars(query)}


def last_of(subject: str, kind: Kind) -> tuple[datetime, str] | None:
    """For when ``kind`` was last planned about ``subject``, and its status; None when never.

    What was withdrawn was never told.
    """
    query = select(Notice.due_at, Notice.status).where(
        Notice.subject == subject, Notice.kind == kind, Notice.status != Status.WITHDRAWN
    )
    row = db.session.execute(query.order_by(Notice.due_at.desc(), Notice.id.desc())).first()
    return None if row is None else (row.due_at, row.status)


def counting_undelivered() -> Counting:
    """How many notices failed or were given up; to be asked together with other counts."""
    return Counting(_COUNTING_UNDELIVERED)


_COUNTING_UNDELIVERED = (
    select(func.count()).select_from(Notice).where(among(Notice.status, UNDELIVERED))
)

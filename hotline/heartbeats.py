"""When each kind of background work last finished: a worker that hangs is seen here."""

from datetime import datetime, timedelta

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from hotline.db import Base, db, insert

SILENT_AFTER = {
    "paging": timedelta(minutes=2),
    "offers": timedelta(minutes=2),
    "mail": timedelta(minutes=2),
    "sms": timedelta(minutes=2),
    "voice": timedelta(minutes=2),
    "spool": timedelta(minutes=2),
    "tell": timedelta(minutes=2),
    "recordings": timedelta(seconds=150),
    "scan": timedelta(seconds=150),
    "audit": timedelta(minutes=2),
    "roster": timedelta(seconds=150),
    "obligations": timedelta(seconds=150),
    "watch": timedelta(minutes=2),
    "housekeeping": timedelta(hours=3),
}
"""Each kind of work, and how long it may be silent before something is wrong."""


class Heartbeat(Base):
    """The last finished run of one kind of work, by any worker."""

    __tablename__ = "heartbeats"

    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    finished_at: Mapped[datetime]


def beat(kind: str, *, now: datetime) -> None:
    """Note that a run of ``kind`` finished; an older moment never replaces a newer one."""
    row = insert(Heartbeat).values(kind=kind, finished_at=now)
    newer = {"finished_at": row.excluded.finished_at}
    db.session.execute(
        row.on_conflict_do_update(
            index_elements=[Heartbeat.kind],
            set_=newer,
            where=Heartbeat.finished_at < row.excluded.finished_at,
        )
    )


def last_finished() -> dict[str, datetime]:
    """Kind of work to the moment its last run finished."""
    return {row.kind: row.finished_at for row in db.session.query(Heartbeat)}


def silent(*, now: datetime) -> list[str]:
    """The kinds of work that no worker has finished for too long, or never."""
    finished = last_finished()
    return [
        kind
        for kind, limit in SILENT_AFTER.items()
        if kind not in finished or now - finished[kind] > limit
    ]

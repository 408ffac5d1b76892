"""What somebody must be told."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from hotline.db import Base

UNFINISHED = text("status IN ('waiting', 'sending', 'failed')")


class Notice(Base):
    """One thing to tell one recipient by one channel; saved with its cause, sent later."""

    __tablename__ = "notices"
    __table_args__ = (
        # By channel: what piles up on one is not walked through for another.
        Index(
            "ix_notices_due",
            "channel",
            "wake_at",
            sqlite_where=UNFINISHED,
            postgresql_where=UNFINISHED,
        ),
        Index("ix_notices_subject", "subject"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    # What it is about, for example "followup:12".
    subject: Mapped[str] = mapped_column(String(60))
    # A code of notices.rules.Kind: which text is sent.
    kind: Mapped[str] = mapped_column(String(40))
    # When it is for; a late one is still sent, and marked late.
    due_at: Mapped[datetime]
    # Who is meant, for example "coordinator"; the person is found when it is sent.
    audience: Mapped[str] = mapped_column(String(20), default="")
    person_id: Mapped[int | None] = mapped_column(index=True)
    channel: Mapped[str] = mapped_column(String(10))
    # SHA-256 of subject, kind, due_at, channel and recipient: constant over all tries.
    dedup_key: Mapped[str] = mapped_column(String(64), unique=True)
    # The places of the text: a ticket number, a time; never case text.
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    # A code of notices.rules.Status.
    status: Mapped[str] = mapped_column(String(10), index=True)
    # When a worker looks at it next; moves with every claim and every failure.
    wake_at: Mapped[datetime]
    claim_id: Mapped[str | None] = mapped_column(String(32))
    # Claims so far; more than failures + 1 means it may have gone out twice.
    attempts: Mapped[int] = mapped_column(default=0)
    failures: Mapped[int] = mapped_column(default=0)
    first_failed_at: Mapped[datetime | None]
    last_error: Mapped[str] = mapped_column(String(300), default="")
    sent_at: Mapped[datetime | None]
    made_at: Mapped[datetime]

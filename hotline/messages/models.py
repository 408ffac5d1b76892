"""Threads: one for each thing that people write to each other about."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from hotline.db import Base

UNANSWERED = text("side = 'member' AND answered_at IS NULL")
OPEN = text("status = 'open'")


class Message(Base):
    """One message of a thread; it is never changed, a correction is a new one."""

    __tablename__ = "messages"
    __table_args__ = (
        Index("ix_messages_subject", "subject", "id"),
        Index(
            "ix_messages_unanswered",
            "written_at",
            sqlite_where=UNANSWERED,
            postgresql_where=UNANSWERED,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    # The thread, for example "task:12": who may see that thing may read and write it.
    subject: Mapped[str] = mapped_column(String(60))
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), index=True)
    body: Mapped[str] = mapped_column(Text)
    written_at: Mapped[datetime]
    # NULL when the caller wrote it without an account, behind a code sent to the phone.
    written_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    # Which side wrote it, a code of messages.rules.Side; decided when it was written.
    side: Mapped[str] = mapped_column(String(10))
    # Of a member's message: since when the desk has answered it or needs not; NULL until then.
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None]


class Need(Base):
    """One thing that the desk needs from the member, until it came or is needed no more."""

    __tablename__ = "needs"
    __table_args__ = (Index("ix_needs_open", "due_at", sqlite_where=OPEN, postgresql_where=OPEN),)

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), index=True)
    # A code of messages.rules.Wanted: a file, an answer, or a call.
    wanted: Mapped[str] = mapped_column(String(10))
    text: Mapped[str] = mapped_column(String(500))
    # NULL where there is no hurry.
    due_at: Mapped[datetime | None]
    asked_at: Mapped[datetime]
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    # A code of messages.rules.NeedStatus.
    status: Mapped[str] = mapped_column(String(10), default="open")
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[int | None]

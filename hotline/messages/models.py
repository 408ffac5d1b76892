"""Threads: one for each thing that people write to each other about."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from hotline.db import Base


class Message(Base):
    """One message of a thread; it is never changed, a correction is a new one."""

    __tablename__ = "messages"
    __table_args__ = (Index("ix_messages_subject", "subject", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    # The thread, for example "task:12": who may see that thing may read and write it.
    subject: Mapped[str] = mapped_column(String(60))
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), index=True)
    body: Mapped[str] = mapped_column(Text)
    written_at: Mapped[datetime]
    written_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    # Which side wrote it, a code of messages.rules.Side; decided when it was written.
    side: Mapped[str] = mapped_column(String(10))

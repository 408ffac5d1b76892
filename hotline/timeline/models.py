"""A ticket's story."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from hotline.db import Base

ABOUT = text("subject <> ''")
CLOSED = text("event = 'closed'")


class Line(Base):
    """One line of the story; a correction is a new line."""

    __tablename__ = "timeline"
    __table_args__ = (
        Index("ix_timeline_ticket", "ticket_id", "at", "id"),
        Index("ix_timeline_subject", "subject", sqlite_where=ABOUT, postgresql_where=ABOUT),
        # When a ticket was closed, for the figures.
        Index(
            "ix_timeline_closed", "ticket_id", "at", sqlite_where=CLOSED, postgresql_where=CLOSED
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    # The one thing it is about, for example "task:12"; "" when it is about the ticket. A partner
    # sees only lines about its own tasks.
    subject: Mapped[str] = mapped_column(String(60), default="", server_default="")
    # When it happened; when it was written is in the audit trail.
    at: Mapped[datetime]
    # A code of timeline.rules.Event.
    event: Mapped[str] = mapped_column(String(40))
    # The places of the event's sentence.
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    # A code of timeline.rules.Audience: who may see it.
    audience: Mapped[str] = mapped_column(String(10))
    # NULL when the system itself acted.
    person_id: Mapped[int | None]

"""A ticket's story."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from hotline.db import Base


class Line(Base):
    """One line of the story; a correction is a new line."""

    __tablename__ = "timeline"
    __table_args__ = (Index("ix_timeline_ticket", "ticket_id", "at", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
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

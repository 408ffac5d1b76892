"""Promises, and every attempt to keep one."""

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from hotline.db import Base

OPEN = text("status IN ('pending', 'announced', 'taken')")


class Followup(Base):
    """A promise to call back by ``due_at``; only a move with a reason changes that time."""

    __tablename__ = "followups"
    __table_args__ = (
        Index("ix_followups_open", "due_at", "id", sqlite_where=OPEN, postgresql_where=OPEN),
        # A ticket's promises in the order they were made, and what figures ask of the first one.
        Index("ix_followups_ticket_id", "ticket_id", "made_at", "id", "in_hours"),
        Index("ix_followups_due", "due_at"),
        # In this order lists show them: the one that turns late first.
        Index("ix_followups_take_up", "take_up_by", "id", sqlite_where=OPEN, postgresql_where=OPEN),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    due_at: Mapped[datetime]
    # The promised date and zone as they were said, beside the instant.
    due_date: Mapped[date] = mapped_column(Date)
    zone: Mapped[str] = mapped_column(String(40), default="Asia/Tokyo")
    # After this it is late: due_at and the grace of the severity.
    take_up_by: Mapped[datetime]
    # Whether the call came within business hours; then it is due at once.
    in_hours: Mapped[bool]
    # Why this time, as it was computed when the promise was made.
    reason_ja: Mapped[str] = mapped_column(String(2000))
    reason_en: Mapped[str] = mapped_column(String(2000))
    # A code of followups.rules.Status.
    status: Mapped[str] = mapped_column(String(12))
    announced_at: Mapped[datetime | None]
    taken_at: Mapped[datetime | None]
    taken_by_id: Mapped[int | None]
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[int | None]
    # Why it was moved or called off.
    end_reason: Mapped[str] = mapped_column(String(500), default="")
    made_at: Mapped[datetime]


class Attempt(Base):
    """One time somebody tried to call back."""

    __tablename__ = "callback_attempts"

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), index=True)
    followup_id: Mapped[int | None] = mapped_column(ForeignKey("followups.id"), index=True)
    at: Mapped[datetime]
    by_id: Mapped[int]
    # A code of followups.rules.Outcome.
    outcome: Mapped[str] = mapped_column(String(20))
    # With whom the message was left, or who answered.
    with_whom: Mapped[str] = mapped_column(String(200), default="")
    # When it is tried again; a notice reminds whoever tried.
    next_try_at: Mapped[datetime | None]

"""The roster, and whom we rang because something could not wait."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from hotline.db import Base

OPEN = text("status = 'open'")
ASKED = text("status = 'asked'")
UNDONE = text("done_at IS NULL")


class Shift(Base):
    """One person on duty for one line in one role, from a moment until another (half-open)."""

    __tablename__ = "duty_shifts"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="in_order"),
        Index("ix_duty_shifts_line", "line", "role", "ends_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    line: Mapped[str] = mapped_column(String(20))
    role: Mapped[str] = mapped_column(String(20))  # operator, supervisor or coordinator
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]


class Page(Base):
    """Something that cannot wait: one person after the other is rung until somebody takes it."""

    __tablename__ = "pages"
    __table_args__ = (
        # The same cause pages once.
        UniqueConstraint("subject", "cause"),
        Index("ix_pages_due", "wake_at", sqlite_where=OPEN, postgresql_where=OPEN),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    # What it is about, for example "ticket:482170933".
    subject: Mapped[str] = mapped_column(String(60))
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), index=True)
    # The number of the ticket, for the text and the link.
    number: Mapped[str] = mapped_column(String(9))
    line: Mapped[str] = mapped_column(String(20))
    # A code of duty.rules.Cause.
    cause: Mapped[str] = mapped_column(String(30))
    # A code of duty.rules.PageStatus.
    status: Mapped[str] = mapped_column(String(12))
    opened_at: Mapped[datetime]
    # When the next person is rung, unless somebody takes it before.
    wake_at: Mapped[datetime]
    # How often everybody was rung, and nobody took it.
    rounds: Mapped[int] = mapped_column(default=0)
    ended_at: Mapped[datetime | None]
    # Who took it, or called it off.
    ended_by_id: Mapped[int | None]


class Ring(Base):
    """One person who was rung for a page."""

    __tablename__ = "page_rings"
    __table_args__ = (UniqueConstraint("page_id", "person_id", "round"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    page_id: Mapped[int] = mapped_column(ForeignKey("pages.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    # How often everybody was rung before.
    round: Mapped[int]
    rung_at: Mapped[datetime]


class Swap(Base):
    """Somebody asks for another person to take over a shift."""

    __tablename__ = "duty_swaps"
    __table_args__ = (
        # One open request a shift.
        Index(
            "uq_duty_swaps_open",
            "shift_id",
            unique=True,
            sqlite_where=ASKED,
            postgresql_where=ASKED,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    shift_id: Mapped[int] = mapped_column(
        ForeignKey("duty_shifts.id", ondelete="CASCADE"), index=True
    )
    # Who gives it away, and who is asked.
    from_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    to_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    # A code of duty.rules.SwapStatus.
    status: Mapped[str] = mapped_column(String(12))
    note: Mapped[str] = mapped_column(String(500), default="")
    asked_at: Mapped[datetime]
    asked_by_id: Mapped[int]
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[int | None]


class HandoverNote(Base):
    """What one shift tells the next; it stands on the board until somebody has dealt with it."""

    __tablename__ = "handover_notes"
    __table_args__ = (
        Index("ix_handover_notes_open", "line", "id", sqlite_where=UNDONE, postgresql_where=UNDONE),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    line: Mapped[str] = mapped_column(String(20))
    body: Mapped[str] = mapped_column(Text)
    # The ticket it is about, where it is about one.
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("tickets.id"))
    written_at: Mapped[datetime]
    written_by_id: Mapped[int]
    done_at: Mapped[datetime | None]
    done_by_id: Mapped[int | None]


class Covered(Base):
    """Where nobody was on duty when the roster was looked at last, so that a gap is told once."""

    __tablename__ = "duty_covers"

    line: Mapped[str] = mapped_column(String(20), primary_key=True)
    role: Mapped[str] = mapped_column(String(20), primary_key=True)
    # What duty.rules.Known writes, in order.
    gaps: Mapped[list[Any]] = mapped_column(default=list)

"""What it costs, what the member agreed to, and when advice is free no more."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Numeric, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from hotline.db import Base

ASKED = text("status = 'asked'")


class CostLine(Base):
    """One item of what a ticket costs; whole yen."""

    __tablename__ = "cost_lines"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("unit_price_yen >= 0", name="unit_price"),
        Index("ix_cost_lines_ticket", "ticket_id", "id"),
        Index("ix_cost_lines_task", "task_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    # NULL for what belongs to no task.
    task_id: Mapped[int | None] = mapped_column(ForeignKey("tasks.id"))
    # Whose price it is; NULL for our own guess.
    vendor_id: Mapped[int | None] = mapped_column(ForeignKey("vendors.id"))
    function: Mapped[str] = mapped_column(String(20))
    item: Mapped[str] = mapped_column(String(200))
    # A code of coordination.rules.Unit: device, month, seat, set, hour.
    unit: Mapped[str] = mapped_column(String(10))
    quantity: Mapped[Decimal] = mapped_column(Numeric(9, 2))
    unit_price_yen: Mapped[int] = mapped_column(BigInteger)
    # A code of coordination.rules.TaxMode: excluded, included.
    tax_mode: Mapped[str] = mapped_column(String(10))
    # Whole percent.
    tax_percent: Mapped[int] = mapped_column(default=10)
    # A code of coordination.rules.CostState: guess, quote, order, invoice, paid, void.
    state: Mapped[str] = mapped_column(String(10))
    # "yes", "no" or "unknown": what is expected, never a decision.
    cover_expected: Mapped[str] = mapped_column(String(10), default="unknown")
    # What the insurer said before the work: "unasked", "asked", "given" or "refused".
    insurer_consent: Mapped[str] = mapped_column(String(10), default="unasked")
    insurer_note: Mapped[str] = mapped_column(String(500), default="")
    # The request that approved it; NULL until the member did.
    approval_id: Mapped[int | None] = mapped_column(ForeignKey("approvals.id"))
    made_at: Mapped[datetime]
    made_by_id: Mapped[int]
    changed_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    # Only a save of facts counts, as with tickets: the second of two savers is refused.
    __mapper_args__ = {  # noqa: RUF012 - SQLAlchemy's own form
        "version_id_col": version,
        "version_id_generator": False,
    }


class Approval(Base):
    """The member is asked to agree to the price of one task before the work begins."""

    __tablename__ = "approvals"
    __table_args__ = (
        Index(
            "uq_approvals_asked",
            "task_id",
            unique=True,
            sqlite_where=ASKED,
            postgresql_where=ASKED,
        ),
        Index("ix_approvals_ticket", "ticket_id", "id"),
        Index("ix_approvals_answered", "answered_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    task_id: Mapped[int] = mapped_column(ForeignKey("tasks.id"))
    # A code of coordination.rules.ApprovalStatus: asked, approved, refused, withdrawn.
    status: Mapped[str] = mapped_column(String(12))
    # What was asked for: the lines as they stood, and their sum with tax, whole yen.
    lines: Mapped[list[Any]] = mapped_column(default=list)
    total_yen: Mapped[int] = mapped_column(BigInteger)
    asked_at: Mapped[datetime]
    asked_by_id: Mapped[int]
    answered_at: Mapped[datetime | None]
    # A code of coordination.rules.ApprovedBy: portal or phone.
    answered_by: Mapped[str] = mapped_column(String(10), default="")
    # The member's account (portal), or who of the desk heard it (phone).
    person_id: Mapped[int | None]
    # By phone: who said so, and the words that were read back to them.
    said_by: Mapped[str] = mapped_column(String(200), default="")
    read_back: Mapped[str] = mapped_column(Text, default="")
    reason: Mapped[str] = mapped_column(String(500), default="")


class FreeAdviceEnd(Base):
    """From here on it costs something: when the caller was told so, and in which words."""

    __tablename__ = "free_advice_ends"

    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), primary_key=True)
    said_at: Mapped[datetime]
    said_by_id: Mapped[int]
    # To whom it was said.
    said_to: Mapped[str] = mapped_column(String(200))
    words: Mapped[str] = mapped_column(Text)

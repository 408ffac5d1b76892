"""Tickets and their case types."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hotline.db import Base


class Ticket(Base):
    """One incident: who called, what happened, how bad it is, where it stands."""

    __tablename__ = "tickets"
    __table_args__ = (Index("ix_tickets_received", "received_at", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    # Nine digits, the last a check digit; not sequential.
    number: Mapped[str] = mapped_column(String(9), unique=True)
    line: Mapped[str] = mapped_column(String(20))
    # A code of tickets.rules.Status.
    status: Mapped[str] = mapped_column(String(20), index=True)
    severity: Mapped[str] = mapped_column(String(2))
    # False until a person judged the severity; shown as 未判定.
    assessed: Mapped[bool] = mapped_column(default=False)
    drill: Mapped[bool] = mapped_column(default=False)
    company: Mapped[str] = mapped_column(String(200), default="")
    caller_name: Mapped[str] = mapped_column(String(200), default="")
    # As it was given, and its digits for searching.
    caller_phone: Mapped[str] = mapped_column(String(60), default="")
    phone_key: Mapped[str] = mapped_column(String(20), default="", index=True)
    caller_email: Mapped[str] = mapped_column(String(254), default="")
    member_number: Mapped[str | None] = mapped_column(String(40), index=True)
    summary: Mapped[str] = mapped_column(Text, default="")
    # When the call came; the calendar works on this, never on when it was typed.
    received_at: Mapped[datetime]
    opened_at: Mapped[datetime]
    # NULL when a caller's menu choice opened it.
    opened_by_id: Mapped[int | None]
    # Every save counts one up; the second of two savers is refused.
    version: Mapped[int] = mapped_column(default=1)

    types: Mapped[list["TicketCaseType"]] = relationship(
        lazy="selectin", cascade="all, delete-orphan", order_by="TicketCaseType.position"
    )

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own form

    @property
    def case_types(self) -> list[str]:
        """Codes, the primary one first."""
        return [row.case_type for row in self.types]


class TicketCaseType(Base):
    """One case type of one ticket; position 0 is the primary one."""

    __tablename__ = "ticket_case_types"

    ticket_id: Mapped[int] = mapped_column(
        ForeignKey("tickets.id", ondelete="CASCADE"), primary_key=True
    )
    case_type: Mapped[str] = mapped_column(String(20), primary_key=True)
    position: Mapped[int] = mapped_column(default=0)

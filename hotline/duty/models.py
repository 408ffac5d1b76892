"""The roster."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from hotline.db import Base


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

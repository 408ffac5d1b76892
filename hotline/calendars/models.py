"""What departs from the rule on one date: closed, open, or open at other hours."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hotline.db import Base


class CalendarException(Base):
    """One date of one calendar with hours of its own; no spans means closed."""

    __tablename__ = "calendar_exceptions"
    __table_args__ = (UniqueConstraint("calendar", "day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    calendar: Mapped[str] = mapped_column(String(20))
    day: Mapped[date]
    # Half-open, local, ["09:00", "12:00"] pairs in order.
    spans: Mapped[list[Any]]
    reason_ja: Mapped[str] = mapped_column(String(200))
    reason_en: Mapped[str] = mapped_column(String(200))
    made_at: Mapped[datetime]

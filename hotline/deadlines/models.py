"""Clocks that run on a ticket, and what the insured has to do after an accident."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from hotline.db import Base

RUNNING = text("status = 'running'")
OPEN = text("done_at IS NULL")


class Clock(Base):
    """One limit of one ticket: from which moment, by when, and what became of it."""

    __tablename__ = "clocks"
    __table_args__ = (
        UniqueConstraint("ticket_id", "kind"),
        Index("ix_clocks_due", "due_at", sqlite_where=RUNNING, postgresql_where=RUNNING),
        Index("ix_clocks_end", "due_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    # A code of deadlines.rules.Kind, for example "gdpr_72h".
    kind: Mapped[str] = mapped_column(String(30))
    # A code of deadlines.rules.Status.
    status: Mapped[str] = mapped_column(String(12))
    # The instant it is counted from: knowing (APPI), certainty of the controller (GDPR).
    started_at: Mapped[datetime]
    # Who knew, as it was said; who set the moment at the desk.
    known_by: Mapped[str] = mapped_column(String(200), default="")
    set_by_id: Mapped[int | None]
    set_at: Mapped[datetime]
    # Days of the limit where the law knows two of them (30 or 60); 0 where it does not.
    days: Mapped[int] = mapped_column(default=0)
    # The first mark of a yardstick; NULL where there is none.
    soft_at: Mapped[datetime | None]
    # The end: half-open, the first instant that is too late.
    due_at: Mapped[datetime]
    # Why it runs and why so long: codes of deadlines.rules.Reason, with a space between.
    because: Mapped[str] = mapped_column(String(200), default="")
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[int | None]
    # Where the report was filed, or why nothing has to be.
    note: Mapped[str] = mapped_column(String(500), default="")


class Obligation(Base):
    """One duty of the insured after an accident, on one ticket: done or not, by whom and when."""

    __tablename__ = "obligations"
    __table_args__ = (
        UniqueConstraint("ticket_id", "code"),
        Index("ix_obligations_remind", "remind_at", sqlite_where=OPEN, postgresql_where=OPEN),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    # A code of config/obligations.toml.
    code: Mapped[str] = mapped_column(String(30))
    since: Mapped[datetime]
    # When the member is reminded next; NULL when no more.
    remind_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    # Who ticked it: somebody of the desk or of the member; NULL while it is open.
    done_by_id: Mapped[int | None]
    note: Mapped[str] = mapped_column(String(500), default="")

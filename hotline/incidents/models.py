"""Parent incidents, the tickets that belong to one, and what was said to all of them."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from hotline.db import Base


class Incident(Base):
    """One cause that hit several companies; no member ever reads its title."""

    __tablename__ = "incidents"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(200))
    # What is known of the cause, for the desk alone.
    cause: Mapped[str] = mapped_column(Text, default="")
    opened_at: Mapped[datetime]
    opened_by_id: Mapped[int]
    closed_at: Mapped[datetime | None]
    closed_by_id: Mapped[int | None]
    # Every save of title and cause counts one up; the second of two savers is refused.
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own form


class Linked(Base):
    """One ticket of an incident; a ticket belongs to one at most."""

    __tablename__ = "incident_tickets"

    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), primary_key=True)
    incident_id: Mapped[int] = mapped_column(ForeignKey("incidents.id"), index=True)
    linked_at: Mapped[datetime]
    linked_by_id: Mapped[int]


class Broadcast(Base):
    """Advice that was sent to every ticket of an incident, in both languages."""

    __tablename__ = "incident_broadcasts"

    id: Mapped[int] = mapped_column(primary_key=True)
    incident_id: Mapped[int] = mapped_column(ForeignKey("incidents.id"), index=True)
    ja: Mapped[str] = mapped_column(Text)
    en: Mapped[str] = mapped_column(Text)
    sent_at: Mapped[datetime]
    sent_by_id: Mapped[int]

"""Whom we asked, how they were rung, and who is on the other side."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from hotline.db import Base

LIVE = text("status IN ('queued', 'offered')")

ENGAGED = text("status = 'accepted' AND engaged_at IS NOT NULL")


class Offer(Base):
    """One partner was asked for one task: by when it answers, and what it answered."""

    __tablename__ = "offers"
    __table_args__ = (
        # One open question a partner and task; nobody is engaged twice.
        Index(
            "uq_offers_live",
            "task_id",
            "vendor_id",
            unique=True,
            sqlite_where=LIVE,
            postgresql_where=LIVE,
        ),
        Index(
            "uq_offers_engaged",
            "task_id",
            unique=True,
            sqlite_where=ENGAGED,
            postgresql_where=ENGAGED,
        ),
        Index("ix_offers_task", "task_id", "id"),
        Index("ix_offers_vendor", "vendor_id", "status"),
        Index("ix_offers_offered", "offered_at"),
        Index("ix_offers_answered", "answered_at"),
        Index("ix_offers_wake", "wake_at", sqlite_where=LIVE, postgresql_where=LIVE),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("tasks.id"))
    vendor_id: Mapped[int] = mapped_column(ForeignKey("vendors.id"))
    # A code of coordination.rules.OfferStatus.
    status: Mapped[str] = mapped_column(String(12))
    # Asked for a price only: several may accept, one of them is engaged later.
    for_quote: Mapped[bool] = mapped_column(default=False)
    # The place among the candidates, from 1; who is queued is asked when those before said no.
    position: Mapped[int]
    # How it was ranked when it was chosen: what coordination.rules.Ranked writes.
    ranked: Mapped[dict[str, Any]] = mapped_column(default=dict)
    # Why a person chose it although others stood before it; "" when it was the first.
    overruled: Mapped[str] = mapped_column(String(500), default="")
    made_at: Mapped[datetime]
    # Who chose it; NULL when the one before did not answer and it was next.
    made_by_id: Mapped[int | None]
    # NULL while queued.
    offered_at: Mapped[datetime | None]
    # In the partner's own hours; NULL while queued.
    reply_by: Mapped[datetime | None]
    # When the next contact is rung, or the time to answer is over; NULL while queued.
    wake_at: Mapped[datetime | None]
    # When it stopped being open, however it ended.
    answered_at: Mapped[datetime | None]
    # A code of coordination.rules.Answered: link, key, portal, desk, program; "" for silence.
    answered_by: Mapped[str] = mapped_column(String(10), default="")
    # The account (portal, desk, program) or the contact (link, key) that answered.
    person_id: Mapped[int | None]
    contact_id: Mapped[int | None]
    # A code of config/functions.toml `decline_reasons`, and words.
    decline_reason: Mapped[str] = mapped_column(String(30), default="")
    decline_text: Mapped[str] = mapped_column(String(500), default="")
    # The partner does the work from then on; NULL for a price only.
    engaged_at: Mapped[datetime | None]


class OfferRing(Base):
    """One contact of a partner who was told of an offer."""

    __tablename__ = "offer_rings"
    __table_args__ = (UniqueConstraint("offer_id", "contact_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    offer_id: Mapped[int] = mapped_column(ForeignKey("offers.id", ondelete="CASCADE"))
    contact_id: Mapped[int] = mapped_column(ForeignKey("vendor_contacts.id"))
    rung_at: Mapped[datetime]


class OpposingParty(Base):
    """Somebody on the other side of an incident: no partner that works for them is asked."""

    __tablename__ = "opposing_parties"
    __table_args__ = (UniqueConstraint("ticket_id", "company_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    company: Mapped[str] = mapped_column(String(200))
    company_key: Mapped[str] = mapped_column(String(200), index=True)
    noted_at: Mapped[datetime]
    noted_by_id: Mapped[int]

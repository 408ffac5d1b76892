"""The audit trail and the head of its hash chain."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from hotline.db import Base


class AuditEntry(Base):
    """One change or one read: who, what, when, from where. Never changed, except to be sealed."""

    __tablename__ = "audit_entries"
    __table_args__ = (Index("ix_audit_entries_subject", "subject", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    # NULL when the system itself acted.
    person_id: Mapped[int | None] = mapped_column(index=True)
    # For example "ticket.opened", "ticket.read", "signin.refused".
    action: Mapped[str] = mapped_column(String(60))
    # For example "ticket:482170933"; never case text.
    subject: Mapped[str] = mapped_column(String(120))
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)
    request_id: Mapped[str] = mapped_column(String(40), default="")
    address: Mapped[str] = mapped_column(String(45), default="")
    # Given when the worker seals the entry into the chain.
    seq: Mapped[int | None] = mapped_column(unique=True)
    previous: Mapped[str | None] = mapped_column(String(64))
    digest: Mapped[str | None] = mapped_column(String(64))


class ChainHead(Base):
    """Where the chain ends: without it, cutting off the newest entries would go unseen."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(primary_key=True)  # always 1
    seq: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))

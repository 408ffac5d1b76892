"""Files as they were received, and every touch."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from hotline.db import Base


class File(Base):
    """One file, kept outside the database under its hash; its bytes never change."""

    __tablename__ = "evidence_files"
    __table_args__ = (Index("ix_evidence_files_subject", "subject"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    # SHA-256 of the bytes as they came, hex.
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    size: Mapped[int] = mapped_column(BigInteger)
    # As the sender named it; only for showing and for the download's name.
    name: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(100))
    # What it belongs to, for example "call:12".
    subject: Mapped[str] = mapped_column(String(60))
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("tickets.id"), index=True)
    # A code of evidence.rules.Source: how it came.
    source: Mapped[str] = mapped_column(String(20))
    received_at: Mapped[datetime]


class Custody(Base):
    """One touch of one file: received, moved to another ticket, sent out."""

    __tablename__ = "evidence_custody"

    id: Mapped[int] = mapped_column(primary_key=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("evidence_files.id"), index=True)
    # A code of evidence.rules.Touch.
    touch: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime]
    # NULL when the system itself acted.
    by_id: Mapped[int | None]
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)

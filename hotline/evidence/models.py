"""Files as they were received, and every touch."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from hotline.db import Base

TO_SCAN = text("scan_at IS NOT NULL")


class File(Base):
    """One file, kept outside the database under its hash; its bytes never change."""

    __tablename__ = "evidence_files"
    __table_args__ = (
        Index("ix_evidence_files_subject", "subject"),
        Index("ix_evidence_files_received", "received_at"),
        Index("ix_evidence_files_scan", "scan_at", sqlite_where=TO_SCAN, postgresql_where=TO_SCAN),
    )

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
    # A code of evidence.rules.Scan: what a virus scanner says of it.
    scan: Mapped[str] = mapped_column(String(12), default="exempt")
    # The name of what was found; why it could not be scanned.
    finding: Mapped[str] = mapped_column(String(200), default="")
    scanned_at: Mapped[datetime | None]
    # When a worker has it scanned next; NULL when nothing is to be done. Moves with every claim.
    scan_at: Mapped[datetime | None]
    scan_claim: Mapped[str | None] = mapped_column(String(32))
    scan_failures: Mapped[int] = mapped_column(default=0)
    # Since when the member may see and fetch it, and who decided so; its own files it sees anyway.
    shared_at: Mapped[datetime | None]
    shared_by_id: Mapped[int | None]


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


class UploadLink(Base):
    """A link by which somebody without an account may send files for one ticket."""

    __tablename__ = "upload_links"

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), index=True)
    made_at: Mapped[datetime]
    # NULL when the caller opened it with a code sent to the phone.
    made_by_id: Mapped[int | None]
    expires_at: Mapped[datetime]
    # Taken back earlier.
    ended_at: Mapped[datetime | None]

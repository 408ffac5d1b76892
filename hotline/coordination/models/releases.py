"""What a partner may see of a ticket, and the consent of the member to it."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from hotline.db import Base

STANDING = text("withdrawn_at IS NULL")


class VendorConsent(Base):
    """What the member said about telling this one partner; it outweighs the general consent."""

    __tablename__ = "vendor_consents"

    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), primary_key=True)
    vendor_id: Mapped[int] = mapped_column(ForeignKey("vendors.id"), primary_key=True)
    given: Mapped[bool]
    # Who said so, and how: a code of coordination.rules.SaidBy (phone, mail, paper, portal).
    said_by: Mapped[str] = mapped_column(String(200))
    said_how: Mapped[str] = mapped_column(String(10))
    said_at: Mapped[datetime]
    asked_by_id: Mapped[int]


class Release(Base):
    """One fact or one file that a partner may see for one task, as it was when it was released."""

    __tablename__ = "releases"
    __table_args__ = (
        Index(
            "uq_releases_standing",
            "task_id",
            "vendor_id",
            "piece",
            unique=True,
            sqlite_where=STANDING,
            postgresql_where=STANDING,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("tasks.id"))
    vendor_id: Mapped[int] = mapped_column(ForeignKey("vendors.id"))
    # A code of coordination.rules.PIECES ("company", "answers.note", …) or "file:12".
    piece: Mapped[str] = mapped_column(String(60))
    # The words in both languages; the second one "" where nobody translated it.
    ja: Mapped[str] = mapped_column(Text, default="")
    en: Mapped[str] = mapped_column(Text, default="")
    file_id: Mapped[int | None] = mapped_column(ForeignKey("evidence_files.id"))
    released_at: Mapped[datetime]
    released_by_id: Mapped[int]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by_id: Mapped[int | None]

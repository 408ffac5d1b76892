"""Partner companies, their contacts in the order of duty, their hours and their conflicts."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hotline.db import Base


class Vendor(Base):
    """A partner company."""

    __tablename__ = "vendors"
    __table_args__ = (
        CheckConstraint("capacity >= 0", name="capacity"),
        Index("ix_vendors_name_key", "name_key"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    # As accounts name it, for example "V-1001".
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    kana: Mapped[str] = mapped_column(String(200), default="")
    # searchkeys.company_key of the name.
    name_key: Mapped[str] = mapped_column(String(200))
    corporate_number: Mapped[str] = mapped_column(String(13), default="")
    # ISO 3166, two capital letters: telling somebody abroad needs a consent of its own.
    country: Mapped[str] = mapped_column(String(2), default="JP")
    # Codes of config/functions.toml `regions`; [] means everywhere in its country.
    regions: Mapped[list[Any]] = mapped_column(default=list)
    # ISO 639, for example ["ja", "en"].
    languages: Mapped[list[Any]] = mapped_column(default=list)
    # Answers at any hour; otherwise `weekly` counts, in `zone`.
    round_the_clock: Mapped[bool] = mapped_column(default=False)
    # IANA, for example "Europe/Berlin".
    zone: Mapped[str] = mapped_column(String(40), default="Asia/Tokyo")
    # Seven lists of spans, Monday first, as calendars.rules.write_spans writes them.
    weekly: Mapped[list[Any]] = mapped_column(default=list)
    # "japan" (closed on Japanese holidays) or "none".
    holidays: Mapped[str] = mapped_column(String(10), default="japan")
    # So many engagements at once.
    capacity: Mapped[int] = mapped_column(default=1)
    # The contract, both days included; NULL: not ended.
    contract_from: Mapped[date] = mapped_column(Date)
    contract_to: Mapped[date | None] = mapped_column(Date)
    note: Mapped[str] = mapped_column(Text, default="")
    # From then on nothing is offered to it and its people see nothing.
    withdrawn_at: Mapped[datetime | None]
    made_at: Mapped[datetime]
    changed_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    functions: Mapped[list["VendorFunction"]] = relationship(
        lazy="selectin", cascade="all, delete-orphan", order_by="VendorFunction.function"
    )

    # Only a save of facts counts, as with tickets: the second of two savers is refused.
    __mapper_args__ = {  # noqa: RUF012 - SQLAlchemy's own form
        "version_id_col": version,
        "version_id_generator": False,
    }


class VendorFunction(Base):
    """One thing a partner can be asked for, and within which time it agreed to answer."""

    __tablename__ = "vendor_functions"
    __table_args__ = (CheckConstraint("reply_minutes > 0", name="reply_minutes"),)

    vendor_id: Mapped[int] = mapped_column(
        ForeignKey("vendors.id", ondelete="CASCADE"), primary_key=True
    )
    # A code of tickets.rules.Function.
    function: Mapped[str] = mapped_column(String(20), primary_key=True)
    # Minutes of the partner's own hours.
    reply_minutes: Mapped[int]


class VendorContact(Base):
    """Somebody of a partner who is rung or written to; `position` is the order of duty."""

    __tablename__ = "vendor_contacts"
    __table_args__ = (Index("ix_vendor_contacts_vendor", "vendor_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    vendor_id: Mapped[int] = mapped_column(ForeignKey("vendors.id", ondelete="CASCADE"))
    position: Mapped[int]
    # A person or a desk, as it is asked for: "ご当番".
    name: Mapped[str] = mapped_column(String(200))
    locale: Mapped[str] = mapped_column(String(5), default="ja")
    # E.164, landlines too; "" when there is none.
    phone: Mapped[str] = mapped_column(String(16), default="")
    email: Mapped[str] = mapped_column(String(254), default="")
    # Which of them are used: codes of notices.rules.Channel.
    channels: Mapped[list[Any]] = mapped_column(default=list)
    # Rung outside the company's hours too.
    at_any_hour: Mapped[bool] = mapped_column(default=False)
    # Somebody there answered our call and said that it is the right number; NULL: not dialled.
    verified_at: Mapped[datetime | None]
    # Who rang them; NULL when they pressed the key themselves.
    verified_by_id: Mapped[int | None]
    # Who answered there and said so; "" when they pressed the key.
    verified_with: Mapped[str] = mapped_column(String(200), default="")
    # No longer used; offers of the past still name it.
    ended_at: Mapped[datetime | None]


class VendorDay(Base):
    """One date on which a partner's hours depart from its week; no spans means closed."""

    __tablename__ = "vendor_days"

    vendor_id: Mapped[int] = mapped_column(
        ForeignKey("vendors.id", ondelete="CASCADE"), primary_key=True
    )
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    spans: Mapped[list[Any]] = mapped_column(default=list)
    reason: Mapped[str] = mapped_column(String(200))


class Conflict(Base):
    """A company for which this partner works or against which it cannot act."""

    __tablename__ = "vendor_conflicts"
    __table_args__ = (
        UniqueConstraint("vendor_id", "company_key"),
        Index("ix_vendor_conflicts_company", "company_key"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    vendor_id: Mapped[int] = mapped_column(ForeignKey("vendors.id", ondelete="CASCADE"))
    company: Mapped[str] = mapped_column(String(200))
    company_key: Mapped[str] = mapped_column(String(200))
    reason: Mapped[str] = mapped_column(String(500))
    noted_at: Mapped[datetime]
    noted_by_id: Mapped[int | None]

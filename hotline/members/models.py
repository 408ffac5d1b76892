"""Member companies, their sites, contacts, phones and insurance policies."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hotline.db import Base


class Member(Base):
    """One company that may call: a JNX member, a policy-holder, or both."""

    __tablename__ = "members"

    id: Mapped[int] = mapped_column(primary_key=True)
    # How the desk names it; tickets and accounts carry it, so it never changes.
    number: Mapped[str] = mapped_column(String(40), unique=True)
    # As the company writes itself: never normalised.
    name: Mapped[str] = mapped_column(String(200))
    kana: Mapped[str] = mapped_column(String(200), default="")
    # 13 digits of the National Tax Agency, "" when unknown.
    corporate_number: Mapped[str] = mapped_column(String(13), default="", index=True)
    # Of the JNX network; "" for a policy-holder outside it, or while nobody knows.
    jnx_number: Mapped[str] = mapped_column(String(40), default="", index=True)
    # The name without legal form and spelling, to find firms that sound alike.
    name_key: Mapped[str] = mapped_column(String(200), default="", index=True)
    # What is searched, as searchkeys.grams writes it; long, and read by the database alone.
    search_text: Mapped[str] = mapped_column(Text, default="", deferred=True)
    # Who of its people sees all its tickets: a code of members.rules.Sees.
    sees: Mapped[str] = mapped_column(String(10), default="managers")
    made_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    # Every save counts one up; the second of two savers is refused.
    version: Mapped[int] = mapped_column(default=1)

    sites: Mapped[list["Site"]] = relationship(
        lazy="selectin", cascade="all, delete-orphan", order_by="Site.id"
    )
    contacts: Mapped[list["Contact"]] = relationship(
        lazy="selectin", cascade="all, delete-orphan", order_by="Contact.id"
    )
    phones: Mapped[list["Phone"]] = relationship(
        lazy="selectin", cascade="all, delete-orphan", order_by="Phone.id"
    )
    policies: Mapped[list["InsurancePolicy"]] = relationship(
        lazy="selectin", cascade="all, delete-orphan", order_by="InsurancePolicy.period_from"
    )

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own form


class Site(Base):
    """A place of the company; the one with an empty name is the company's own address."""

    __tablename__ = "member_sites"
    __table_args__ = (Index("uq_member_sites_name", "member_id", "name", unique=True),)

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(200), default="")
    address: Mapped[str] = mapped_column(String(300), default="")


class Contact(Base):
    """Somebody at the company whom the desk may speak with."""

    __tablename__ = "member_contacts"

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), index=True)
    site_id: Mapped[int | None] = mapped_column(
        ForeignKey("member_sites.id", ondelete="SET NULL"), index=True
    )
    name: Mapped[str] = mapped_column(String(200))
    kana: Mapped[str] = mapped_column(String(200), default="")
    email: Mapped[str] = mapped_column(String(254), default="")


class Phone(Base):
    """A phone of the company, of one of its sites, or of one contact."""

    __tablename__ = "member_phones"

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), index=True)
    site_id: Mapped[int | None] = mapped_column(
        ForeignKey("member_sites.id", ondelete="SET NULL"), index=True
    )
    contact_id: Mapped[int | None] = mapped_column(
        ForeignKey("member_contacts.id", ondelete="CASCADE"), index=True
    )
    # As it was written, its digits for finding, and how it is dialled ("" when it cannot be).
    raw: Mapped[str] = mapped_column(String(60))
    key: Mapped[str] = mapped_column(String(20), index=True)
    e164: Mapped[str] = mapped_column(String(16), default="")


class InsurancePolicy(Base):
    """One insurance contract of one company; it covers from ``period_from`` until ``period_to``.

    Periods begin and end at 16:00 in Japan and are half-open: at the end the next one covers.
    """

    __tablename__ = "insurance_policies"
    __table_args__ = (
        CheckConstraint("period_from < period_to", name="in_order"),
        Index("uq_insurance_policies", "member_id", "number", "period_from", unique=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"))
    number: Mapped[str] = mapped_column(String(40), index=True)
    period_from: Mapped[datetime]
    period_to: Mapped[datetime]
    # Whole yen; NULL when unknown.
    liability_limit_yen: Mapped[int | None] = mapped_column(BigInteger)
    cost_limit_yen: Mapped[int | None] = mapped_column(BigInteger)

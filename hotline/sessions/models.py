"""Who is signed in, and who tried."""

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from hotline.db import Base


class SignedIn(Base):
    """One browser of one person, from sign-in until it is ended or forgotten."""

    __tablename__ = "sessions"

    # SHA-256 of the 256 random bits in the cookie, hex.
    id_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[int] = mapped_column(index=True)
    # False between the password and the second factor.
    complete: Mapped[bool]
    # Codes that were tried in it; after five it is ended.
    tries: Mapped[int] = mapped_column(default=0)
    # The TOTP secret that is offered while the second factor is being set up, encrypted.
    offered_secret: Mapped[str | None] = mapped_column(String(200))
    started_at: Mapped[datetime]
    # When its owner last proved by password or passkey to be there.
    proved_at: Mapped[datetime | None]
    seen_at: Mapped[datetime]
    address: Mapped[str] = mapped_column(String(45), default="")
    # What the browser calls itself, cut short: so that its owner knows it again in the list.
    browser: Mapped[str] = mapped_column(String(200), default="")


class Attempt(Base):
    """One failed try at a password or a code, or one mail that was asked for; for counting."""

    __tablename__ = "attempts"
    __table_args__ = (
        Index("ix_attempts_name", "kind", "name_hash", "at"),
        Index("ix_attempts_address", "kind", "address", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    # A code of sessions.rules.Kind.
    kind: Mapped[str] = mapped_column(String(10))
    # SHA-256 of the address that was typed, whether it exists or not; of the address and the
    # browser when its owner had signed in there before.
    name_hash: Mapped[str] = mapped_column(String(64))
    address: Mapped[str] = mapped_column(String(45))
    at: Mapped[datetime]

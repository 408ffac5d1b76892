"""Accounts, one-time links and API tokens."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String, UniqueConstraint, event, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hotline.db import Base

AT_HAND = "roles_at_hand"
"""Where the codes are that were read beside a person, without their rows."""


class Person(Base):
    """Somebody with an account."""

    __tablename__ = "people"

    id: Mapped[int] = mapped_column(primary_key=True)
    # As typed, NFC; matched by email_key, which is casefolded.
    email: Mapped[str] = mapped_column(String(254))
    email_key: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    locale: Mapped[str] = mapped_column(String(5), default="ja")
    # "light", "dark" or "" where nobody chose.
    theme: Mapped[str] = mapped_column(String(5), default="")
    # E.164; the phone that is rung when this person is on duty.
    phone: Mapped[str | None] = mapped_column(String(16))
    # Whose tickets a member sees, and whose tasks a vendor sees.
    member_number: Mapped[str | None] = mapped_column(String(40), index=True)
    vendor_code: Mapped[str | None] = mapped_column(String(40), index=True)
    # Of a member: looks after the company's accounts, and may be let see all its tickets.
    manager: Mapped[bool] = mapped_column(default=False)
    # Of a member: named by the company to see all its tickets, where it names people.
    sees_company: Mapped[bool] = mapped_column(default=False)
    # argon2id, NULL until the invitation is used.
    password_hash: Mapped[str | None] = mapped_column(String(200))
    # The TOTP secret, encrypted with a key outside the database; NULL until it is set up.
    totp_secret: Mapped[str | None] = mapped_column(String(200))
    # The last TOTP time step that was used: each code is good once.
    totp_step: Mapped[int] = mapped_column(default=0)
    disabled_at: Mapped[datetime | None]
    # Who shut the account; NULL where the system did, or before this was kept.
    disabled_by_id: Mapped[int | None]
    made_at: Mapped[datetime]

    role_rows: Mapped[list["PersonRole"]] = relationship(
        lazy="selectin", cascade="all, delete-orphan", order_by="PersonRole.role"
    )

    @property
    def roles(self) -> frozenset[str]:
        """The codes of ``people.rules.Role`` this person holds."""
        if "role_rows" not in vars(self) and AT_HAND in vars(self):
            found: frozenset[str] = vars(self)[AT_HAND]
            return found
        return frozenset(row.role for row in self.role_rows)


@event.listens_for(Person, "expire")
def _forget_roles(person: Person, _names: object) -> None:
    vars(person).pop(AT_HAND, None)


class PersonRole(Base):
    """One role of one person."""

    __tablename__ = "person_roles"

    person_id: Mapped[int] = mapped_column(
        ForeignKey("people.id", ondelete="CASCADE"), primary_key=True
    )
    role: Mapped[str] = mapped_column(String(20), primary_key=True)


class OneTimeLink(Base):
    """An invitation or a reset that was sent: good once, and only for a while."""

    __tablename__ = "one_time_links"
    __table_args__ = (
        # One live link a person and kind.
        Index(
            "uq_one_time_links_live",
            "person_id",
            "kind",
            unique=True,
            sqlite_where=text("used_at IS NULL"),
            postgresql_where=text("used_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(10))  # "invite" or "reset"
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)  # SHA-256, hex
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    # Used, or replaced by a newer one.
    used_at: Mapped[datetime | None]


class ApiToken(Base):
    """A bearer token of the JSON API; it may do what its person may."""

    __tablename__ = "api_tokens"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)  # SHA-256, hex
    # What its owner calls it, to know it again in the list.
    name: Mapped[str] = mapped_column(String(100), default="")
    made_at: Mapped[datetime]
    # NULL for one that is good until it is revoked.
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class RecoveryCode(Base):
    """One of the codes that stand in for a lost second factor: shown once, good once."""

    __tablename__ = "recovery_codes"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    # HMAC-SHA-256 under a key outside the database, hex.
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Passkey(Base):
    """A passkey (WebAuthn credential) of one person; the private half never left the device."""

    __tablename__ = "passkeys"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    # base64url, as browsers send it.
    credential_id: Mapped[str] = mapped_column(String(1400), unique=True)
    public_key: Mapped[bytes]
    # The authenticator counts its uses; one that counts backwards was copied. 0: it does not count.
    sign_count: Mapped[int] = mapped_column(BigInteger, default=0)
    # What its owner calls it.
    name: Mapped[str] = mapped_column(String(100), default="")
    made_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class PasskeyChallenge(Base):
    """A random challenge that one browser has to sign; taken away when it is answered."""

    __tablename__ = "passkey_challenges"

    id: Mapped[int] = mapped_column(primary_key=True)
    challenge_hash: Mapped[str] = mapped_column(String(64), unique=True)  # SHA-256, hex
    # Whose new passkey it is for; NULL for a sign-in, where nobody is known yet.
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    expires_at: Mapped[datetime]


class Invitation(Base):
    """Somebody of a member company was invited by it, or by the desk for it.

    It is kept for an address that an account elsewhere has, too: whoever invites it must not
    learn that. ``person_id`` is NULL then, and nothing is sent.
    """

    __tablename__ = "invitations"
    __table_args__ = (UniqueConstraint("member_number", "email_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    member_number: Mapped[str] = mapped_column(String(40))
    email: Mapped[str] = mapped_column(String(254))
    email_key: Mapped[str] = mapped_column(String(254))
    name: Mapped[str] = mapped_column(String(200))
    manager: Mapped[bool] = mapped_column(default=False)
    person_id: Mapped[int | None] = mapped_column(
        ForeignKey("people.id", ondelete="CASCADE"), index=True
    )
    # When the last mail was asked for, and by whom.
    sent_at: Mapped[datetime]
    sent_by_id: Mapped[int | None]
    # Taken back; one that was used needs no end.
    ended_at: Mapped[datetime | None]

"""Tickets, their case types, what the caller answered, and to what the caller agreed."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hotline.db import Base

# SQLite finds a row by such an index only where the question has the very words.
DRILL: dict[str, Any] = {"sqlite_where": text("drill = 1"), "postgresql_where": text("drill")}
TO_TELL = text("tell_at IS NOT NULL")
UNSAFE: dict[str, Any] = {
    "sqlite_where": text("company_channels_unsafe = 1"),
    "postgresql_where": text("company_channels_unsafe"),
}
GIVEN = text("status = 'given'")
GOING_ON = text("status NOT IN ('closed', 'duplicate', 'out_of_scope')")


class Ticket(Base):
    """One incident: who called, what happened, how bad it is, where it stands."""

    __tablename__ = "tickets"
    __table_args__ = (
        # Lists come newest first, all of them or those of one kind; the rest is what figures ask.
        Index("ix_tickets_received", "received_at", "id", "drill", "line", "severity", "status"),
        Index("ix_tickets_status", "status", "received_at", "id"),
        Index("ix_tickets_coordinator_id", "coordinator_id", "received_at", "id"),
        Index("ix_tickets_member_number", "member_number", "received_at", "id"),
        Index(
            "ix_tickets_going_on",
            "received_at",
            "id",
            sqlite_where=GOING_ON,
            postgresql_where=GOING_ON,
        ),
        Index("ix_tickets_drill", "id", **DRILL),
        Index("ix_tickets_to_tell", "tell_at", sqlite_where=TO_TELL, postgresql_where=TO_TELL),
        Index("ix_tickets_unsafe", "member_number", **UNSAFE),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    # Nine digits, the last a check digit; not sequential.
    number: Mapped[str] = mapped_column(String(9), unique=True)
    line: Mapped[str] = mapped_column(String(20))
    # A code of tickets.rules.Status.
    status: Mapped[str] = mapped_column(String(20))
    severity: Mapped[str] = mapped_column(String(2))
    # False until a person judged the severity; shown as 未判定.
    assessed: Mapped[bool] = mapped_column(default=False)
    drill: Mapped[bool] = mapped_column(default=False)
    company: Mapped[str] = mapped_column(String(200), default="")
    # The company without legal form and spelling, to find tickets of the same one.
    company_key: Mapped[str] = mapped_column(String(200), default="", index=True)
    caller_name: Mapped[str] = mapped_column(String(200), default="")
    # As it was given, and its digits for searching.
    caller_phone: Mapped[str] = mapped_column(String(60), default="")
    phone_key: Mapped[str] = mapped_column(String(20), default="", index=True)
    caller_email: Mapped[str] = mapped_column(String(254), default="")
    caller_kana: Mapped[str] = mapped_column(String(200), default="")
    # Department and position.
    caller_title: Mapped[str] = mapped_column(String(200), default="")
    # Where to call back, and when somebody is there, as the caller said it.
    callback_phone: Mapped[str] = mapped_column(String(60), default="")
    callback_key: Mapped[str] = mapped_column(String(20), default="", index=True)
    callback_hours: Mapped[str] = mapped_column(String(200), default="")
    # Contacts that the attacker cannot read: not the company's mail, extensions or PCs.
    safe_phone: Mapped[str] = mapped_column(String(60), default="")
    safe_key: Mapped[str] = mapped_column(String(20), default="", index=True)
    safe_email: Mapped[str] = mapped_column(String(254), default="")
    # True: nothing may be sent to the company's own mail and phones.
    company_channels_unsafe: Mapped[bool] = mapped_column(default=False)
    # members.number, where the company is known to us; as it was given otherwise.
    member_number: Mapped[str | None] = mapped_column(String(40))
    site: Mapped[str] = mapped_column(String(200), default="")
    # When it happened, when it was noticed, and by whom: the earliest in any department.
    occurred_at: Mapped[datetime | None]
    discovered_at: Mapped[datetime | None]
    discovered_by: Mapped[str] = mapped_column(String(200), default="")
    # For the case type "other": a code of its kinds, "" while nobody knows.
    other_kind: Mapped[str] = mapped_column(String(20), default="")
    summary: Mapped[str] = mapped_column(Text, default="")
    # Why a person judged the severity so.
    severity_reason: Mapped[str] = mapped_column(String(500), default="")
    # Who is responsible for it; NULL while nobody took it.
    coordinator_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    # The ticket that goes on in its place; this number still leads there.
    duplicate_of_id: Mapped[int | None] = mapped_column(ForeignKey("tickets.id"), index=True)
    # What is searched, as searchkeys.grams writes it; long, and read by the database alone.
    search_text: Mapped[str] = mapped_column(Text, default="", deferred=True)
    # When the call came; the calendar works on this, never on when it was typed.
    received_at: Mapped[datetime]
    opened_at: Mapped[datetime]
    # NULL when a caller's menu choice opened it.
    opened_by_id: Mapped[int | None]
    # Six digits that the caller was told: with the number they open its status on the telephone.
    # Kept as they are, because a hash of six digits hides nothing; tries are counted instead.
    caller_code: Mapped[str] = mapped_column(String(6), default="")
    # When the caller is sent number and promise unless somebody sends them earlier; NULL when
    # there is nothing to send, or it was sent.
    tell_at: Mapped[datetime | None]
    # The last save of its facts, for whoever comes second.
    changed_at: Mapped[datetime | None]
    changed_by_id: Mapped[int | None]
    # Every save of its facts counts one up; the second of two savers is refused.
    version: Mapped[int] = mapped_column(default=1)

    types: Mapped[list["TicketCaseType"]] = relationship(
        lazy="selectin", cascade="all, delete-orphan", order_by="TicketCaseType.position"
    )

    # The database compares, and only a save of facts counts: a step of the workflow that is made
    # while somebody types does not send the typing back.
    __mapper_args__ = {  # noqa: RUF012 - SQLAlchemy's own form
        "version_id_col": version,
        "version_id_generator": False,
    }

    @property
    def case_types(self) -> list[str]:
        """Codes, the primary one first."""
        return [row.case_type for row in self.types]


class TicketCaseType(Base):
    """One case type of one ticket; position 0 is the primary one."""

    __tablename__ = "ticket_case_types"

    ticket_id: Mapped[int] = mapped_column(
        ForeignKey("tickets.id", ondelete="CASCADE"), primary_key=True
    )
    case_type: Mapped[str] = mapped_column(String(20), primary_key=True)
    position: Mapped[int] = mapped_column(default=0)


class HearingAnswer(Base):
    """The answer to one question of the hearing sheet."""

    __tablename__ = "hearing_answers"

    ticket_id: Mapped[int] = mapped_column(
        ForeignKey("tickets.id", ondelete="CASCADE"), primary_key=True
    )
    # A key of config/hearing.toml.
    question: Mapped[str] = mapped_column(String(40), primary_key=True)
    # Codes of options, or one text: a list in every case.
    answer: Mapped[list[Any]]
    answered_at: Mapped[datetime]
    answered_by_id: Mapped[int | None]


class Consent(Base):
    """Whether the caller agrees that one recipient is told about the incident."""

    __tablename__ = "ticket_consents"

    ticket_id: Mapped[int] = mapped_column(
        ForeignKey("tickets.id", ondelete="CASCADE"), primary_key=True
    )
    # A code of config/consents.toml.
    recipient: Mapped[str] = mapped_column(String(30), primary_key=True)
    given: Mapped[bool]
    said_at: Mapped[datetime]
    asked_by_id: Mapped[int | None]


class Draft(Base):
    """What somebody typed that cannot stand in the ticket yet: it is kept, and shown again.

    Half a phone number, or a text beside which somebody else saved another one.
    """

    __tablename__ = "ticket_drafts"

    ticket_id: Mapped[int] = mapped_column(
        ForeignKey("tickets.id", ondelete="CASCADE"), primary_key=True
    )
    person_id: Mapped[int] = mapped_column(
        ForeignKey("people.id", ondelete="CASCADE"), primary_key=True
    )
    # The part of the form, for example "callback_phone" or "answers.note".
    part: Mapped[str] = mapped_column(String(60), primary_key=True)
    # The name of each control to the list of its texts.
    typed: Mapped[dict[str, Any]]
    typed_at: Mapped[datetime]


class SaidAdvice(Base):
    """One line of advice as it was said to the caller; it never changes with the texts of today."""

    __tablename__ = "said_advice"
    __table_args__ = (UniqueConstraint("ticket_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id", ondelete="CASCADE"))
    # A code of config/advice.toml, or of a broadcast.
    code: Mapped[str] = mapped_column(String(60))
    # "do" or "dont".
    kind: Mapped[str] = mapped_column(String(10))
    ja: Mapped[str] = mapped_column(Text)
    en: Mapped[str] = mapped_column(Text)
    said_at: Mapped[datetime]
    said_by_id: Mapped[int | None]


class ReadBack(Base):
    """One thing that was read back to the caller, who said that it is right."""

    __tablename__ = "read_backs"

    ticket_id: Mapped[int] = mapped_column(
        ForeignKey("tickets.id", ondelete="CASCADE"), primary_key=True
    )
    # A code of tickets.rules.READ_BACK.
    item: Mapped[str] = mapped_column(String(40), primary_key=True)
    # SHA-256 of what was read: another value has to be read back again.
    digest: Mapped[str] = mapped_column(String(64))
    said_at: Mapped[datetime]
    said_by_id: Mapped[int | None]


class Follower(Base):
    """Somebody of the member company who may see this ticket, though the call was another's."""

    __tablename__ = "ticket_followers"

    ticket_id: Mapped[int] = mapped_column(
        ForeignKey("tickets.id", ondelete="CASCADE"), primary_key=True
    )
    person_id: Mapped[int] = mapped_column(
        ForeignKey("people.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    since: Mapped[datetime]
    added_by_id: Mapped[int | None]


class StatusCode(Base):
    """A code that was asked for to see the status without an account, and what it opened.

    It is saved for a number that nobody has as well: asking looks the same for both. The digits
    are made when the message leaves; only their hash is kept.
    """

    __tablename__ = "status_codes"

    id: Mapped[int] = mapped_column(primary_key=True)
    # NULL for a number that nobody has.
    ticket_id: Mapped[int | None] = mapped_column(
        ForeignKey("tickets.id", ondelete="CASCADE"), index=True
    )
    asked_at: Mapped[datetime]
    # SHA-256, hex, with the row's id before the digits; "" until it was sent.
    code_hash: Mapped[str] = mapped_column(String(64), default="")
    expires_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    # When the right digits came, and the secret of the browser that sent them (SHA-256, hex).
    opened_at: Mapped[datetime | None]
    opened_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    # Until when that browser may look.
    opened_until: Mapped[datetime | None]


class ContactChange(Base):
    """Another phone or address that a member gave in writing; used once the desk confirmed it.

    Whoever reads the company's mail could write it too: somebody is called at a known number first.
    """

    __tablename__ = "contact_changes"
    __table_args__ = (
        Index("ix_contact_changes_given", "id", sqlite_where=GIVEN, postgresql_where=GIVEN),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id", ondelete="CASCADE"), index=True)
    # The field of the ticket, for example "safe_phone", and what shall stand there.
    field: Mapped[str] = mapped_column(String(20))
    value: Mapped[str] = mapped_column(String(254))
    given_at: Mapped[datetime]
    # NULL when the caller gave it behind a code.
    given_by_id: Mapped[int | None]
    # A code of tickets.rules.ChangeStatus.
    status: Mapped[str] = mapped_column(String(10), default="given")
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None]
    # How it was confirmed, or why not.
    note: Mapped[str] = mapped_column(String(500), default="")
    # Which known number was rung to confirm it: a code of tickets.rules.Rung, "" for none.
    rung: Mapped[str] = mapped_column(String(20), default="")
    # Channel to address by which the caller was told until it was confirmed: they are warned.
    told_before: Mapped[dict[str, Any]] = mapped_column(default=dict)

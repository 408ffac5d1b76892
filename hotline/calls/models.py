"""Calls, what the telephone company told us about them, and text messages."""

from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    and_,
    text,
)
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column

from hotline.calls.rules import STATUS_KEY, Direction, Status
from hotline.db import Base

UNREACHED = text(
    "handled_at IS NULL AND direction = 'in' AND status IN ('missed', 'ringing', 'voicemail')"
)
TAKEN_OFF = text("disposition <> '' AND wrapped_at IS NULL")
UNFETCHED = text("status IN ('waiting', 'fetching')")


class Call(Base):
    """One time the phone rang, or one call entered by hand."""

    __tablename__ = "calls"
    __table_args__ = (
        Index("ix_calls_received", "received_at", "id"),
        Index("ix_calls_status", "status", "received_at", "id"),
        Index(
            "ix_calls_unreached",
            "received_at",
            "id",
            sqlite_where=UNREACHED,
            postgresql_where=UNREACHED,
        ),
        Index(
            "ix_calls_taken_off", "handled_at", sqlite_where=TAKEN_OFF, postgresql_where=TAKEN_OFF
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    # The telephone company's id (CA and 32 hex digits); NULL when it was entered by hand.
    call_sid: Mapped[str | None] = mapped_column(String(34), unique=True)
    line: Mapped[str] = mapped_column(String(20))
    # As it was shown ("" when withheld); the keys are of the other side's number, whoever rang.
    from_number: Mapped[str] = mapped_column(String(60), default="")
    from_key: Mapped[str] = mapped_column(String(20), default="", index=True)
    # The digits from behind: the end of a number is found by its beginning here.
    from_tail: Mapped[str] = mapped_column(String(20), default="", index=True)
    to_number: Mapped[str] = mapped_column(String(20), default="")
    # A code of calls.rules.Status.
    status: Mapped[str] = mapped_column(String(12))
    # The key that was pressed, "" before.
    menu_key: Mapped[str] = mapped_column(String(1), default="")
    language: Mapped[str] = mapped_column(String(2), default="ja")
    received_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None]
    ended_at: Mapped[datetime | None]
    # Of the voicemail, when one was left.
    recording_sid: Mapped[str] = mapped_column(String(34), default="")
    recording_seconds: Mapped[int | None]
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("tickets.id"), index=True)
    # When somebody dealt with a missed call, who, and why nothing more is owed.
    handled_at: Mapped[datetime | None]
    handled_by_id: Mapped[int | None]
    handled_reason: Mapped[str] = mapped_column(String(500), default="")
    # A code of calls.rules.Direction: who rang whom.
    direction: Mapped[str] = mapped_column(String(3), default="in")
    # Who took it on the screen; whoever presses the key of the phone has it all the same. Of a
    # call that we make: who pressed the key to be connected.
    claimed_at: Mapped[datetime | None]
    claimed_by_id: Mapped[int | None]
    # Since when the caller waits for somebody to become free.
    queued_at: Mapped[datetime | None]
    # Who is rung first when we call out.
    placed_by_id: Mapped[int | None]
    # Since when the operator keeps the recording from running; NULL while it runs.
    recording_paused_at: Mapped[datetime | None]
    # How it ended: a code of config/dispositions.toml, what is worth remembering, when and by whom.
    disposition: Mapped[str] = mapped_column(String(30), default="")
    note: Mapped[str] = mapped_column(Text, default="")
    wrapped_at: Mapped[datetime | None]
    wrapped_by_id: Mapped[int | None]

    @property
    def other_number(self) -> str:
        """The number of the other side, whoever rang; "" when it was withheld."""
        return self.to_number if self.direction == Direction.OUT else self.from_number

    @hybrid_property
    def is_told(self) -> bool:
        """Whether a machine told this caller where a ticket stands, and nobody else was wanted.

        It ended before a person took it, and yet nobody was missed.
        """
        asked = self.menu_key == STATUS_KEY and self.handled_at is not None
        return asked and self.status == Status.MISSED and self.handled_by_id is None

    @is_told.inplace.expression
    @classmethod
    def _is_told(cls) -> ColumnElement[bool]:
        asked = and_(cls.menu_key == STATUS_KEY, cls.handled_at.is_not(None))
        return and_(asked, cls.status == Status.MISSED, cls.handled_by_id.is_(None))


class CallEvent(Base):
    """One status event as it arrived; the same event twice is one row."""

    __tablename__ = "call_events"
    __table_args__ = (UniqueConstraint("call_sid", "event", "sequence"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    call_sid: Mapped[str] = mapped_column(String(34))
    event: Mapped[str] = mapped_column(String(20))
    sequence: Mapped[int] = mapped_column(default=0)
    at: Mapped[datetime]


class Recording(Base):
    """A recording that lies with the telephone company until a worker has fetched it."""

    __tablename__ = "recordings"
    __table_args__ = (
        Index("ix_recordings_due", "wake_at", sqlite_where=UNFETCHED, postgresql_where=UNFETCHED),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"), index=True)
    # The telephone company's id (RE and 32 hex digits).
    recording_sid: Mapped[str] = mapped_column(String(34), unique=True)
    # A code of calls.rules.RecordingKind: a voicemail or a conversation.
    kind: Mapped[str] = mapped_column(String(12))
    seconds: Mapped[int]
    # A code of calls.rules.RecordingStatus.
    status: Mapped[str] = mapped_column(String(10))
    # When a worker looks at it next; moves with every claim and every failure.
    wake_at: Mapped[datetime]
    claim_id: Mapped[str | None] = mapped_column(String(32))
    attempts: Mapped[int] = mapped_column(default=0)
    failures: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str] = mapped_column(String(300), default="")
    # The file it became.
    file_id: Mapped[int | None] = mapped_column(ForeignKey("evidence_files.id"))
    made_at: Mapped[datetime]


class TextMessage(Base):
    """One SMS that somebody sent to the hotline."""

    __tablename__ = "text_messages"

    id: Mapped[int] = mapped_column(primary_key=True)
    message_sid: Mapped[str] = mapped_column(String(34), unique=True)
    from_number: Mapped[str] = mapped_column(String(60))
    to_number: Mapped[str] = mapped_column(String(20))
    body: Mapped[str] = mapped_column(Text)
    received_at: Mapped[datetime]

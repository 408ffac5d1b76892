"""Tasks, whom they were offered to, what partners may see, and what it all costs."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Numeric,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from hotline.db import Base

LIVE = text("status IN ('queued', 'offered')")
ENGAGED = text("status = 'accepted' AND engaged_at IS NOT NULL")
ASKED = text("status = 'asked'")
STANDING = text("withdrawn_at IS NULL")


class Task(Base):
    """Work that partners are asked to do on one ticket, by function."""

    __tablename__ = "tasks"
    __table_args__ = (
        Index("ix_tasks_ticket", "ticket_id", "id"),
        Index("ix_tasks_vendor", "vendor_id", "status"),
        Index("ix_tasks_status", "status", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    # A code of tickets.rules.Function.
    function: Mapped[str] = mapped_column(String(20))
    # A code of coordination.rules.TaskStatus.
    status: Mapped[str] = mapped_column(String(20))
    status_since: Mapped[datetime]
    # Codes of the task list of the function (config/functions.toml) that are wanted.
    works: Mapped[list[Any]] = mapped_column(default=list)
    # What a partner reads before it answers: no company, no names.
    # What is asked for, how large it is, where, from when on.
    scope: Mapped[str] = mapped_column(String(500), default="")
    scale: Mapped[str] = mapped_column(String(200), default="")
    # A code of config/functions.toml `regions`, "" when it does not matter; and in words.
    region: Mapped[str] = mapped_column(String(20), default="")
    place: Mapped[str] = mapped_column(String(200), default="")
    # A language the work needs, ISO 639; "" when Japanese is enough.
    language: Mapped[str] = mapped_column(String(5), default="")
    starts_at: Mapped[datetime | None]
    # When the first result is wanted, and when all of it.
    first_result_by: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    # Why it was proposed: codes of rules of config/routing.toml; [] when a person thought of it.
    because: Mapped[list[Any]] = mapped_column(default=list)
    # Who does it; NULL until somebody was engaged.
    vendor_id: Mapped[int | None] = mapped_column(ForeignKey("vendors.id"))
    # Nobody is left to ask; people were alarmed. NULL while somebody is.
    nobody_left_at: Mapped[datetime | None]
    made_at: Mapped[datetime]
    # NULL when a program made it.
    made_by_id: Mapped[int | None]
    version: Mapped[int] = mapped_column(default=1)

    # Only a save of facts counts, as with tickets: the second of two savers is refused.
    __mapper_args__ = {  # noqa: RUF012 - SQLAlchemy's own form
        "version_id_col": version,
        "version_id_generator": False,
    }


class Dependency(Base):
    """A task that cannot be finished before another one has brought something."""

    __tablename__ = "task_dependencies"
    __table_args__ = (CheckConstraint("task_id <> needs_id", name="not_itself"),)

    task_id: Mapped[int] = mapped_column(
        ForeignKey("tasks.id", ondelete="CASCADE"), primary_key=True
    )
    needs_id: Mapped[int] = mapped_column(
        ForeignKey("tasks.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    # What it waits for: the code of a deliverable of the other function, "" for its end.
    output: Mapped[str] = mapped_column(String(40), default="")


class Milestone(Base):
    """One step of a task on its way, as config/functions.toml lists them."""

    __tablename__ = "task_milestones"

    task_id: Mapped[int] = mapped_column(
        ForeignKey("tasks.id", ondelete="CASCADE"), primary_key=True
    )
    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    due_at: Mapped[datetime | None]
    reached_at: Mapped[datetime | None]
    reached_by_id: Mapped[int | None]


class WorkEntry(Base):
    """One line of the work log of a task: what was done, by whom, how long."""

    __tablename__ = "task_work"
    __table_args__ = (Index("ix_task_work_task", "task_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("tasks.id", ondelete="CASCADE"))
    body: Mapped[str] = mapped_column(Text)
    # 0 when nobody counted.
    minutes: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime]
    written_at: Mapped[datetime]
    written_by_id: Mapped[int]


class Deliverable(Base):
    """Something a task has brought: a file of the store, or words where there is no file."""

    __tablename__ = "task_deliverables"
    __table_args__ = (Index("ix_task_deliverables_task", "task_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("tasks.id", ondelete="CASCADE"))
    # A code of the outputs of the function (config/functions.toml).
    kind: Mapped[str] = mapped_column(String(40))
    file_id: Mapped[int | None] = mapped_column(ForeignKey("evidence_files.id"))
    note: Mapped[str] = mapped_column(Text, default="")
    handed_in_at: Mapped[datetime]
    handed_in_by_id: Mapped[int]


class Offer(Base):
    """One partner was asked for one task: by when it answers, and what it answered."""

    __tablename__ = "offers"
    __table_args__ = (
        # One open question a partner and task; nobody is engaged twice.
        Index(
            "uq_offers_live",
            "task_id",
            "vendor_id",
            unique=True,
            sqlite_where=LIVE,
            postgresql_where=LIVE,
        ),
        Index(
            "uq_offers_engaged",
            "task_id",
            unique=True,
            sqlite_where=ENGAGED,
            postgresql_where=ENGAGED,
        ),
        Index("ix_offers_task", "task_id", "id"),
        Index("ix_offers_vendor", "vendor_id", "status"),
        Index("ix_offers_wake", "wake_at", sqlite_where=LIVE, postgresql_where=LIVE),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("tasks.id"))
    vendor_id: Mapped[int] = mapped_column(ForeignKey("vendors.id"))
    # A code of coordination.rules.OfferStatus.
    status: Mapped[str] = mapped_column(String(12))
    # Asked for a price only: several may accept, one of them is engaged later.
    for_quote: Mapped[bool] = mapped_column(default=False)
    # The place among the candidates, from 1; who is queued is asked when those before said no.
    position: Mapped[int]
    # How it was ranked when it was chosen: what coordination.rules.Ranked writes.
    ranked: Mapped[dict[str, Any]] = mapped_column(default=dict)
    # Why a person chose it although others stood before it; "" when it was the first.
    overruled: Mapped[str] = mapped_column(String(500), default="")
    made_at: Mapped[datetime]
    # Who chose it; NULL when the one before did not answer and it was next.
    made_by_id: Mapped[int | None]
    # NULL while queued.
    offered_at: Mapped[datetime | None]
    # In the partner's own hours; NULL while queued.
    reply_by: Mapped[datetime | None]
    # When the next contact is rung, or the time to answer is over; NULL while queued.
    wake_at: Mapped[datetime | None]
    # When it stopped being open, however it ended.
    answered_at: Mapped[datetime | None]
    # A code of coordination.rules.Answered: link, key, portal, desk, program; "" for silence.
    answered_by: Mapped[str] = mapped_column(String(10), default="")
    # The account (portal, desk, program) or the contact (link, key) that answered.
    person_id: Mapped[int | None]
    contact_id: Mapped[int | None]
    # A code of config/functions.toml `decline_reasons`, and words.
    decline_reason: Mapped[str] = mapped_column(String(30), default="")
    decline_text: Mapped[str] = mapped_column(String(500), default="")
    # The partner does the work from then on; NULL for a price only.
    engaged_at: Mapped[datetime | None]


class OfferRing(Base):
    """One contact of a partner who was told of an offer."""

    __tablename__ = "offer_rings"
    __table_args__ = (UniqueConstraint("offer_id", "contact_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    offer_id: Mapped[int] = mapped_column(ForeignKey("offers.id", ondelete="CASCADE"))
    contact_id: Mapped[int] = mapped_column(ForeignKey("vendor_contacts.id"))
    rung_at: Mapped[datetime]


class OpposingParty(Base):
    """Somebody on the other side of an incident: no partner that works for them is asked."""

    __tablename__ = "opposing_parties"
    __table_args__ = (UniqueConstraint("ticket_id", "company_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    company: Mapped[str] = mapped_column(String(200))
    company_key: Mapped[str] = mapped_column(String(200), index=True)
    noted_at: Mapped[datetime]
    noted_by_id: Mapped[int]


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


class CostLine(Base):
    """One item of what a ticket costs; whole yen."""

    __tablename__ = "cost_lines"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("unit_price_yen >= 0", name="unit_price"),
        Index("ix_cost_lines_ticket", "ticket_id", "id"),
        Index("ix_cost_lines_task", "task_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    # NULL for what belongs to no task.
    task_id: Mapped[int | None] = mapped_column(ForeignKey("tasks.id"))
    # Whose price it is; NULL for our own guess.
    vendor_id: Mapped[int | None] = mapped_column(ForeignKey("vendors.id"))
    function: Mapped[str] = mapped_column(String(20))
    item: Mapped[str] = mapped_column(String(200))
    # A code of coordination.rules.Unit: device, month, seat, set, hour.
    unit: Mapped[str] = mapped_column(String(10))
    quantity: Mapped[Decimal] = mapped_column(Numeric(9, 2))
    unit_price_yen: Mapped[int] = mapped_column(BigInteger)
    # A code of coordination.rules.TaxMode: excluded, included.
    tax_mode: Mapped[str] = mapped_column(String(10))
    # Whole percent.
    tax_percent: Mapped[int] = mapped_column(default=10)
    # A code of coordination.rules.CostState: guess, quote, order, invoice, paid, void.
    state: Mapped[str] = mapped_column(String(10))
    # "yes", "no" or "unknown": what is expected, never a decision.
    cover_expected: Mapped[str] = mapped_column(String(10), default="unknown")
    # What the insurer said before the work: "unasked", "asked", "given" or "refused".
    insurer_consent: Mapped[str] = mapped_column(String(10), default="unasked")
    insurer_note: Mapped[str] = mapped_column(String(500), default="")
    # The request that approved it; NULL until the member did.
    approval_id: Mapped[int | None] = mapped_column(ForeignKey("approvals.id"))
    made_at: Mapped[datetime]
    made_by_id: Mapped[int]
    changed_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    # Only a save of facts counts, as with tickets: the second of two savers is refused.
    __mapper_args__ = {  # noqa: RUF012 - SQLAlchemy's own form
        "version_id_col": version,
        "version_id_generator": False,
    }


class Approval(Base):
    """The member is asked to agree to the price of one task before the work begins."""

    __tablename__ = "approvals"
    __table_args__ = (
        Index(
            "uq_approvals_asked",
            "task_id",
            unique=True,
            sqlite_where=ASKED,
            postgresql_where=ASKED,
        ),
        Index("ix_approvals_ticket", "ticket_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    task_id: Mapped[int] = mapped_column(ForeignKey("tasks.id"))
    # A code of coordination.rules.ApprovalStatus: asked, approved, refused, withdrawn.
    status: Mapped[str] = mapped_column(String(12))
    # What was asked for: the lines as they stood, and their sum with tax, whole yen.
    lines: Mapped[list[Any]] = mapped_column(default=list)
    total_yen: Mapped[int] = mapped_column(BigInteger)
    asked_at: Mapped[datetime]
    asked_by_id: Mapped[int]
    answered_at: Mapped[datetime | None]
    # A code of coordination.rules.ApprovedBy: portal or phone.
    answered_by: Mapped[str] = mapped_column(String(10), default="")
    # The member's account (portal), or who of the desk heard it (phone).
    person_id: Mapped[int | None]
    # By phone: who said so, and the words that were read back to them.
    said_by: Mapped[str] = mapped_column(String(200), default="")
    read_back: Mapped[str] = mapped_column(Text, default="")
    reason: Mapped[str] = mapped_column(String(500), default="")


class FreeAdviceEnd(Base):
    """From here on it costs something: when the caller was told so, and in which words."""

    __tablename__ = "free_advice_ends"

    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), primary_key=True)
    said_at: Mapped[datetime]
    said_by_id: Mapped[int]
    # To whom it was said.
    said_to: Mapped[str] = mapped_column(String(200))
    words: Mapped[str] = mapped_column(Text)

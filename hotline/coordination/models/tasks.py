"""What partners are asked to do, what it waits for, and what came of it."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from hotline.db import Base


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

"""How the work on tasks goes: milestones, log, deliverables, and what waits for what."""

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import select

from hotline.coordination.models import (
    Deliverable,
    Dependency,
    Milestone,
    OfferRing,
    Task,
    WorkEntry,
)
from hotline.coordination.rules.tasks import Needed, still_waits
from hotline.db import db
from hotline.evidence.models import File
from hotline.people.models import Person

Brought = tuple[Deliverable, File | None]


def milestones_of(task_ids: Collection[int]) -> dict[int, list[Milestone]]:
    """By task, in no order: config/functions.toml knows it."""
    query = select(Milestone).where(Milestone.task_id.in_(task_ids))
    found: dict[int, list[Milestone]] = defaultdict(list)
    for one in db.session.scalars(query) if task_ids else ():
        found[one.task_id].append(one)
    return found


def log_of(task_id: int) -> list[tuple[WorkEntry, str]]:
    """The work log with who wrote each line, the newest work first."""
    query = (
        select(WorkEntry, Person.name)
        .join(Person, Person.id == WorkEntry.written_by_id)
        .where(WorkEntry.task_id == task_id)
        .order_by(WorkEntry.done_at.desc(), WorkEntry.id.desc())
    )
    return [(entry, name) for entry, name in db.session.execute(query)]


def deliverables_of(task_ids: Collection[int]) -> dict[int, list[Brought]]:
    """By task what was handed in, the first first, each with its file where it has one."""
    query = (
        select(Deliverable, File)
        .outerjoin(File, File.id == Deliverable.file_id)
        .where(Deliverable.task_id.in_(task_ids))
        .order_by(Deliverable.id)
    )
    found: dict[int, list[Brought]] = defaultdict(list)
    for deliverable, file in db.session.execute(query) if task_ids else ():
        found[deliverable.task_id].append((deliverable, file))
    return found


def deliverable(task_id: int, deliverable_id: int) -> Brought | None:
    """One deliverable of this task with its file; None when there is none of it."""
    query = (
        select(Deliverable, File)
        .outerjoin(File, File.id == Deliverable.file_id)
        .where(Deliverable.task_id == task_id, Deliverable.id == deliverable_id)
    )
    row = db.session.execute(query).one_or_none()
    return (row[0], row[1]) if row is not None else None


def rings_of_offers(offer_ids: Collection[int]) -> dict[int, list[OfferRing]]:
    """By offer who was told of it and when, in order."""
    query = select(OfferRing).where(OfferRing.offer_id.in_(offer_ids)).order_by(OfferRing.id)
    found: dict[int, list[OfferRing]] = defaultdict(list)
    for one in db.session.scalars(query) if offer_ids else ():
        found[one.offer_id].append(one)
    return found


Waited = tuple[Dependency, Task]


def waiting(task_ids: Collection[int], *, unmet: bool = True) -> dict[int, list[Waited]]:
    """By task what it waits for and of which task; with ``unmet`` only what is not there yet."""
    query = (
        select(Dependency, Task)
        .join(Task, Task.id == Dependency.needs_id)
        .where(Dependency.task_id.in_(task_ids))
        .order_by(Dependency.needs_id)
    )
    rows = list(db.session.execute(query)) if task_ids else []
    brought = _kinds_of({needed.id for _, needed in rows})
    found: dict[int, list[Waited]] = defaultdict(list)
    for need, needed in rows:
        asked = Needed(needed.status, need.output, brought[needed.id])
        if not unmet or still_waits(asked):
            found[need.task_id].append((need, needed))
    return found


def _kinds_of(task_ids: Collection[int]) -> dict[int, set[str]]:
    """By task the kinds of its deliverables."""
    query = select(Deliverable.task_id, Deliverable.kind).where(Deliverable.task_id.in_(task_ids))
    found: dict[int, set[str]] = defaultdict(set)
    for task_id, kind in db.session.execute(query) if task_ids else ():
        found[task_id].add(kind)
    return found

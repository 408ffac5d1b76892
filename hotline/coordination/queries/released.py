"""What partners may see of a ticket: the one rule, what was released, and who looked at it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, or_, select

from hotline import policy
from hotline.audit.models import AuditEntry
from hotline.coordination import rules
from hotline.coordination.models import Deliverable, Offer, Release, Task, VendorConsent
from hotline.coordination.rules import (
    ENDED,
    Both,
    Known,
    Lacking,
    OfferStatus,
    Proposed,
    ReleasingPolicy,
    Runs,
    Said,
)
from hotline.db import db
from hotline.deadlines import queries as deadlines
from hotline.deadlines.models import Clock
from hotline.deadlines.rules import DeadlinesPolicy, Status, until
from hotline.errors import Missing
from hotline.evidence.models import File
from hotline.evidence.rules import subject as file_subject
from hotline.people.models import Person
from hotline.tickets import queries as tickets
from hotline.tickets.models import Consent, Ticket
from hotline.tickets.rules import CaseTypesPolicy, Choices, ConsentsPolicy, HearingPolicy
from hotline.vendors import queries as vendors
from hotline.vendors.models import Vendor
from hotline.vendors.rules import contract_day

PARTNERS = "partners"
"""The recipient of config/consents.toml under which the caller is asked for all partners."""

SAID_NO = frozenset({Lacking.REFUSED, Lacking.REFUSED_THIS})
LOOKS = 10


def seen_by(person: Person, task: Task, *, now: datetime) -> list[Release]:
    """What somebody who works for a partner may see of a task at this moment, and nothing else.

    The rule for every page, file and brief. It is asked at each read: from the moment at which
    a consent, a release, the engagement or the partner itself is withdrawn, it is empty.
    """
    vendor = vendors.of_person(person, on=contract_day(now))
    return open_to(vendor, task.id) if vendor is not None else []


def open_to(vendor: Vendor, task_id: int) -> list[Release]:
    """What a partner that is one today may see of a task, in the order of releasing."""
    if not works_on(vendor.id, task_id) or lacks(_ticket_of(task_id), vendor) is not None:
        return []
    return released_to(task_id, vendor.id)


def is_held_back(ticket: Ticket, vendor: Vendor, task_id: int) -> bool:
    """Whether something was released that the member does not want to be seen any more."""
    refused = lacks(ticket, vendor) in SAID_NO
    return refused and works_on(vendor.id, task_id) and bool(released_to(task_id, vendor.id))


def works_on(vendor_id: int, task_id: int) -> bool:
    """Whether a partner does this task, or was asked for its price and is making one."""
    quoting = select(Offer.id).where(
        Offer.task_id == Task.id,
        Offer.vendor_id == vendor_id,
        Offer.for_quote,
        Offer.status == OfferStatus.ACCEPTED,
    )
    engaged = or_(Task.vendor_id == vendor_id, and_(Task.vendor_id.is_(None), quoting.exists()))
    query = select(Task.id).where(Task.id == task_id, Task.status.not_in(ENDED), engaged)
    return db.session.scalar(query) is not None


def talks_with(vendor: Vendor, task_id: int) -> bool:
    """Whether the thread of a task is open to a partner that is one today.

    What it needs before facts can be released is agreed there; once the member has said no,
    nothing that was written is shown any more.
    """
    said_no = lacks(_ticket_of(task_id), vendor) in SAID_NO
    return works_on(vendor.id, task_id) and not said_no


def partners_on(task: Task) -> list[Vendor]:
    """Those that do the task or make a price for it, as ``works_on`` decides, by name."""
    asked = select(Offer.vendor_id).where(Offer.task_id == task.id)
    known = or_(Vendor.id.in_(asked), Vendor.id == task.vendor_id)
    query = select(Vendor).where(known).order_by(Vendor.name, Vendor.id)
    return [one for one in db.session.scalars(query) if works_on(one.id, task.id)]


def partners_told(task: Task) -> list[Vendor]:
    """Those that work on a task now, and those to whom anything of it was ever released."""
    told = select(Release.vendor_id).where(Release.task_id == task.id)
    earlier = db.session.scalars(select(Vendor).where(Vendor.id.in_(told)).order_by(Vendor.name))
    working = partners_on(task)
    return working + [one for one in earlier if one not in working]


def released_to(task_id: int, vendor_id: int) -> list[Release]:
    """What is released to a partner and was not taken back; whether it may see it is not asked."""
    return [one for one in releases_of(task_id, vendor_id) if one.withdrawn_at is None]


def releases_of(task_id: int, vendor_id: int) -> list[Release]:
    """Everything that was ever released to a partner for a task, the first first."""
    query = select(Release).where(Release.task_id == task_id, Release.vendor_id == vendor_id)
    return list(db.session.scalars(query.order_by(Release.id)))


def release_by_id(task_id: int, release_id: int) -> Release:
    """One release of this task. Raises Missing."""
    found = db.session.get(Release, release_id)
    if found is None or found.task_id != task_id:
        raise Missing()
    return found


@dataclass(frozen=True)
class Heard:
    """What the member said about telling partners: about all of them, and about this one."""

    general: Consent | None
    own: VendorConsent | None


def heard(ticket: Ticket, vendor_id: int) -> Heard:
    """The newest answers; those of the incident's other number count too."""
    about = _numbers_of(ticket)
    general = select(Consent).where(Consent.ticket_id.in_(about), Consent.recipient == PARTNERS)
    own = select(VendorConsent).where(
        VendorConsent.ticket_id.in_(about), VendorConsent.vendor_id == vendor_id
    )
    newest = general.order_by(Consent.said_at.desc(), Consent.given).limit(1)
    newest_own = own.order_by(VendorConsent.said_at.desc(), VendorConsent.given).limit(1)
    fresh = {"populate_existing": True}
    return Heard(
        db.session.scalar(newest.execution_options(**fresh)),
        db.session.scalar(newest_own.execution_options(**fresh)),
    )


def lacks(ticket: Ticket, vendor: Vendor) -> Lacking | None:
    """What the member has to say before this partner may be told; None when it may be."""
    said = heard(ticket, vendor.id)
    general, own = (
        Said(one.given, one.said_at) if one is not None else None
        for one in (said.general, said.own)
    )
    return rules.lacking(general, own, vendor.country)


def pieces_for(ticket: Ticket) -> list[Proposed]:
    """Everything of a ticket that could be released now, in words of both languages."""
    living = tickets.living(ticket)
    known = Known(
        tickets.intake_of(living),
        tickets.contacts_of(living),
        ticket.received_at,
        severity=living.severity if living.assessed else "",
        advice=tickets.said_advice(living.id),
        clocks=_running(living.id),
    )
    choices = Choices(
        policy.get(CaseTypesPolicy), policy.get(HearingPolicy), policy.get(ConsentsPolicy)
    )
    return rules.proposed(known, policy.get(ReleasingPolicy), choices)


def _running(ticket_id: int) -> list[Runs]:
    found = deadlines.of_ticket(ticket_id)
    return [_runs(one) for one in found if one.status == Status.RUNNING]


def _runs(clock: Clock) -> Runs:
    told = policy.get(DeadlinesPolicy)
    name = told.label(clock.kind)
    end = until(clock.kind, clock.due_at, told)
    return Runs(
        Both(name.ja, name.en) if name is not None else Both(clock.kind, clock.kind),
        clock.started_at,
        datetime.fromisoformat(end) if "T" in end else date.fromisoformat(end),
    )


@dataclass(frozen=True)
class Held:
    """A file of the ticket; ``kind`` and ``function`` say which task brought it, "" for none."""

    file: File
    kind: str = ""
    function: str = ""


def files_for(task: Task) -> list[Held]:
    """The files of the ticket that can be released, what other tasks brought included."""
    about = _numbers_of(_ticket_of(task.id))
    brought = (
        select(File, Deliverable.kind, Task.function)
        .join(Deliverable, Deliverable.file_id == File.id)
        .join(Task, Task.id == Deliverable.task_id)
        .where(Task.ticket_id.in_(about), Task.id != task.id)
        .order_by(File.id)
    )
    found = {row[0].id: Held(*row) for row in db.session.execute(brought)}
    own = select(Deliverable.file_id).where(
        Deliverable.task_id == task.id, Deliverable.file_id.is_not(None)
    )
    others = select(File).where(File.ticket_id.in_(about), File.id.not_in(own))
    for file in db.session.scalars(others):
        found.setdefault(file.id, Held(file))
    return [found[file_id] for file_id in sorted(found)]


@dataclass(frozen=True)
class Look:
    """Somebody of a partner opened the task, or took a file with them (``file`` True)."""

    at: datetime
    name: str
    file: bool


def looks(task_id: int, vendor: Vendor, file_ids: Collection[int] = ()) -> list[Look]:
    """The last times people of a partner looked at a task and its files, the newest first."""
    files = [file_subject(one) for one in file_ids]
    opened = (AuditEntry.subject == f"task:{task_id}") & (AuditEntry.action == "read")
    taken = AuditEntry.subject.in_(files) & (AuditEntry.action == "file.sent")
    query = (
        select(AuditEntry.at, Person.name, AuditEntry.action)
        .join(Person, Person.id == AuditEntry.person_id)
        .where(Person.vendor_code == vendor.code, or_(opened, taken))
        .order_by(AuditEntry.id.desc())
    )
    return [
        Look(row.at, row.name, row.action != "read")
        for row in db.session.execute(query.limit(LOOKS))
    ]


def files_of(released: Sequence[Release]) -> dict[int, File]:
    """The files of releases, by their id."""
    wanted = {one.file_id for one in released if one.file_id is not None}
    query = select(File).where(File.id.in_(wanted))
    return {one.id: one for one in db.session.scalars(query)} if wanted else {}


def _ticket_of(task_id: int) -> Ticket:
    query = select(Ticket).join(Task, Task.ticket_id == Ticket.id).where(Task.id == task_id)
    return db.session.scalars(query).one()


def _numbers_of(ticket: Ticket) -> set[int]:
    """The ticket, and the one in whose place it goes on."""
    return {ticket.id, tickets.living(ticket).id}

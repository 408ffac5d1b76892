"""A whole case, and the people around it: every thing an address can name, in words of its own."""

import hashlib
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from hotline.adapters.file_store import FileStore
from hotline.coordination.models import (
    Approval,
    Deliverable,
    Offer,
    OpposingParty,
    Release,
    WorkEntry,
)
from hotline.coordination.rules import approving
from hotline.db import Base, db
from hotline.deadlines.models import Clock, Obligation
from hotline.edge import offer_links, status_links, upload_links
from hotline.edge.identity import settings
from hotline.evidence import service as evidence
from hotline.evidence.models import File
from hotline.evidence.rules import Scan, Source
from hotline.incidents import service as incidents
from hotline.messages.rules import Asked, Side, Wanted
from hotline.people.models import Invitation, Person
from hotline.tickets import service as tickets
from hotline.tickets.models import ContactChange, Ticket
from hotline.vendors.models import Vendor
from tests import builders, partners
from tests.builders import NOON

LATER = NOON + timedelta(days=2)


@dataclass(frozen=True)
class Case:
    """One ticket with everything on it, and what the places of addresses are filled with."""

    ticket: Ticket
    parts: dict[str, object]
    tokens: dict[str, str]
    """Secret parts of links: kind to token."""


def case(word: str, *, caller: Person, vendor: Vendor, desk: Person) -> Case:
    """A case of the caller's company; every text of it begins with ``word`` and の."""
    member = str(caller.member_number)
    ticket = builders.ticket(
        company=f"{word}の工業", caller_name=f"{word}の担当", caller_email=caller.email,
        caller_phone=caller.phone, member_number=member, summary=f"{word}の概要",
    )  # fmt: skip
    tickets.add_note(ticket, f"{word}の覚書", audience="staff", by_id=desk.id, now=NOON)
    tickets.add_note(ticket, f"{word}の説明", audience="member", by_id=desk.id, now=NOON)
    partners.agreed(ticket)
    parts = {
        "number": ticket.number,
        "promise": builders.promise_of(ticket).id,
        "followup_id": builders.promise_of(ticket).id,
        **_worked_on(word, ticket, vendor, desk),
        **_talked_about(word, ticket, caller, desk),
        **_at_the_desk(word, ticket, desk),
    }
    link = evidence.open_link(ticket.id, by_id=desk.id, now=NOON)
    contact = partners.contact(vendor, name="当番の者", email=f"{ticket.number}@duty.example")
    parts |= {"link_id": link.id, "contact_id": contact.id, "vendor_id": vendor.id}
    parts |= {"person_id": caller.id, "invitation_id": _invited(word, member, desk).id}
    return Case(ticket, parts, _links(ticket, link.id, int(str(parts["offer_id"])), contact.id))


def _worked_on(word: str, ticket: Ticket, vendor: Vendor, desk: Person) -> dict[str, object]:
    """What a partner does for it, brings and asks for."""
    task = partners.engaged(vendor, ticket, scope=f"{word}の範囲", place=f"{word}の町")
    offer = db.session.query(Offer).filter_by(task_id=task.id).one()
    file = on_record(f"{word}の報告.pdf", ticket, Source.DELIVERABLE, f"task:{task.id}")
    line = partners.cost_line(ticket, task, item=f"{word}の見積", vendor_id=vendor.id)
    rows = {
        "release_id": Release(
            task_id=task.id, vendor_id=vendor.id, piece=f"file:{file.id}", file_id=file.id,
            ja=f"{word}の開示",
            released_at=NOON, released_by_id=desk.id,
        ),
        "deliverable_id": Deliverable(
            task_id=task.id, kind="report", file_id=file.id, note=f"{word}の納品",
            handed_in_at=NOON, handed_in_by_id=desk.id,
        ),
        "approval_id": Approval(
            ticket_id=ticket.id, task_id=task.id, status="asked", lines=approving.snapshot([line]),
            total_yen=6_600_000, asked_at=NOON, asked_by_id=desk.id,
        ),
        "party_id": OpposingParty(
            ticket_id=ticket.id, company=f"{word}の相手", company_key=word, noted_at=NOON,
            noted_by_id=desk.id,
        ),
    }  # fmt: skip
    db.session.add_all(rows.values())
    db.session.add(
        WorkEntry(
            task_id=task.id, body=f"{word}の作業", done_at=NOON, written_at=NOON,
            written_by_id=desk.id,
        )
    )  # fmt: skip
    db.session.flush()
    made = {name: row.id for name, row in rows.items()}
    return {
        "task_id": task.id,
        "offer_id": offer.id,
        "line_id": line.id,
        "needs_id": task.id,
        **made,
    }


def _talked_about(word: str, ticket: Ticket, caller: Person, desk: Person) -> dict[str, object]:
    """What both sides said, asked for, gave and sent."""
    for side, by in ((Side.DESK, desk), (Side.MEMBER, caller)):
        tickets.write_message(ticket, f"{word}の伝言", side=side, by_id=by.id, now=NOON)
    asked = Asked(Wanted.FILE, f"{word}の記録", LATER)
    need = tickets.ask_member(ticket, asked, by_id=desk.id, now=NOON)
    file = on_record(f"{word}の脅迫.eml", ticket, Source.PORTAL, f"ticket:{ticket.number}")
    rows = {
        "change_id": ContactChange(
            ticket_id=ticket.id, field="safe_email", value=f"{ticket.number}@example.net",
            given_at=NOON, given_by_id=caller.id,
        ),
        "clock_id": Clock(
            ticket_id=ticket.id, kind="appi_preliminary", status="running", started_at=NOON,
            known_by=f"{word}の気づき", set_at=NOON, due_at=LATER,
        ),
    }  # fmt: skip
    db.session.add_all(rows.values())
    db.session.flush()
    duty = db.session.query(Obligation).filter_by(ticket_id=ticket.id).first()
    made = {name: row.id for name, row in rows.items()}
    return {"need_id": need.id, "file_id": file.id, "obligation_id": duty and duty.id, **made}


def _at_the_desk(word: str, ticket: Ticket, desk: Person) -> dict[str, object]:
    """What only the desk sees."""
    call = builders.call(ticket_id=ticket.id)
    incident = incidents.open_incident(
        f"{word}の件", f"{word}の原因", [ticket], by_id=desk.id, now=NOON
    )
    recording = on_record(f"{word}の声.wav", ticket, Source.DESK, f"call:{call.id}")
    return {"call_id": call.id, "incident_id": incident.id, "recording_id": recording.id}


def _invited(word: str, member: str, desk: Person) -> Invitation:
    email = f"{member}-{word}@example.jp".lower()
    made = Invitation(
        member_number=member, email=email, email_key=email, name=f"{word}の同僚", sent_at=NOON,
        sent_by_id=desk.id,
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    return made


def _links(ticket: Ticket, link_id: int, offer_id: int, contact_id: int) -> dict[str, str]:
    return {
        "status": status_links.mint(ticket.number, LATER, settings()),
        "offer": offer_links.mint(offer_id, contact_id, settings()),
        "send": upload_links.mint(link_id, settings()),
    }


def on_record(name: str, ticket: Ticket, source: Source, subject: str) -> File:
    """A clean file with its name for its bytes."""
    store = FileStore.from_url(settings().files_url)
    kept = store.keep(store.draft([name.encode()], most_bytes=10**6))
    return evidence.receive(
        kept, name=name, media_type="application/octet-stream", subject=subject, source=source,
        by_id=None, now=NOON, ticket_id=ticket.id, scan=Scan.CLEAN,
    )  # fmt: skip


def digest() -> str:
    """Everything that is stored, but for who was seen when and the trail."""
    db.session.rollback()
    total = hashlib.sha256()
    for table in Base.metadata.sorted_tables:
        if table.name not in ("audit_entries", "audit_head"):
            columns = [one for one in table.columns if one.name != "seen_at"]
            rows = sorted(repr(tuple(row)) for row in db.session.execute(select(*columns)))
            total.update(f"{table.name}{rows}".encode())
    return total.hexdigest()

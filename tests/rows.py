"""At least one row in every table, room by room."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sqlalchemy import select

from hotline.audit import service as audit
from hotline.calendars.models import CalendarException
from hotline.calls.models import Call, CallEvent, Recording, TextMessage
from hotline.coordination.models import (
    Approval,
    CostLine,
    Deliverable,
    Dependency,
    FreeAdviceEnd,
    Milestone,
    OfferRing,
    OpposingParty,
    Release,
    Task,
    VendorConsent,
    WorkEntry,
)
from hotline.db import Base, db
from hotline.deadlines.models import Clock, Obligation
from hotline.duty.models import Covered, HandoverNote, Ring, Shift, Swap
from hotline.evidence.models import Custody, File, UploadLink
from hotline.followups.models import Attempt
from hotline.heartbeats import beat
from hotline.idempotency.models import Remembered
from hotline.incidents.models import Broadcast, Incident, Linked
from hotline.messages.models import Message, Need
from hotline.people.models import (
    Invitation,
    OneTimeLink,
    Passkey,
    PasskeyChallenge,
    Person,
    RecoveryCode,
)
from hotline.sessions import service as sessions
from hotline.sessions.rules import Kind, Source
from hotline.tickets.models import (
    Consent,
    ContactChange,
    Draft,
    Follower,
    HearingAnswer,
    ReadBack,
    SaidAdvice,
    StatusCode,
    Ticket,
)
from hotline.transaction import transaction
from hotline.vendors.models import Conflict, Vendor, VendorDay
from tests import builders, partners
from tests.builders import NOON

TOLD = {"ja": "切り離す", "en": "Disconnect"}
HASH = "0" * 64


def fill() -> None:
    """At least one row in every table."""
    with transaction():
        on = begin()
        for rows_of in ROOMS:
            db.session.add_all(rows_of(on))
            db.session.flush()
    with transaction():
        audit.seal(100)


@dataclass(frozen=True)
class On:
    """What the rows hang on."""

    person: Person
    ticket: Ticket
    call: Call
    vendor: Vendor
    task: Task


def begin() -> On:
    """What builders and services make by themselves."""
    person, ticket = builders.person("operator"), builders.ticket()
    builders.token(person)
    builders.shift(person)
    builders.member()
    sessions.start(person.id, complete=True, address="127.0.0.1", now=NOON)
    sessions.note(Kind.PASSWORD, person.email, Source("127.0.0.1"), now=NOON)
    beat("mail", now=NOON)
    call = builders.call(ticket_id=ticket.id)
    return On(person, ticket, call, partners.vendor(), partners.task(ticket))


def accounts(on: On) -> list[Base]:
    of = {"person_id": on.person.id}
    lasts = {"made_at": NOON, "expires_at": NOON}
    answered = {"status": 201, "body": {}, "made_at": NOON}
    return [
        OneTimeLink(**of, kind="reset", token_hash=HASH, **lasts),
        RecoveryCode(**of, code_hash=HASH, made_at=NOON),
        Passkey(**of, credential_id="a", public_key=b"b", made_at=NOON),
        PasskeyChallenge(challenge_hash=HASH, expires_at=NOON),
        Invitation(member_number="M1", email="a", email_key="a", name="瀬戸 圭", sent_at=NOON),
        Remembered(**of, key="a", request_hash=HASH, **answered),
    ]


def calls(on: On) -> list[Base]:
    fetched = {"status": "waiting", "wake_at": NOON, "made_at": NOON}
    rang = {"from_number": "+819012345678", "to_number": "+81120066318"}
    return [
        CallEvent(call_sid=on.call.call_sid, event="ringing", at=NOON),
        TextMessage(message_sid="SM" + "0" * 32, **rang, body="助けて", received_at=NOON),
        Recording(
            call_id=on.call.id,
            recording_sid="RE" + "0" * 32,
            kind="voicemail",
            seconds=9,
            **fetched,
        ),
    ]


def tickets(on: On) -> list[Base]:
    of, by = {"ticket_id": on.ticket.id}, {"person_id": on.person.id}
    return [
        Attempt(**of, at=NOON, by_id=on.person.id, outcome="no_answer"),
        Consent(**of, recipient="partners", given=True, said_at=NOON),
        HearingAnswer(**of, question="ongoing", answer=["yes"], answered_at=NOON),
        Draft(**of, **by, part="site", typed={}, typed_at=NOON),
        SaidAdvice(**of, code="isolate", kind="do", said_at=NOON, **TOLD),
        ReadBack(**of, item="company", digest=HASH, said_at=NOON),
        Follower(**of, **by, since=NOON),
        StatusCode(**of, asked_at=NOON, expires_at=NOON),
        ContactChange(**of, field="safe_phone", value="090", given_at=NOON),
        Need(**of, wanted="file", text="ログ", asked_at=NOON, asked_by_id=on.person.id),
    ]


def deadlines(on: On) -> list[Base]:
    of = {"ticket_id": on.ticket.id}
    runs = {"status": "running", "started_at": NOON, "set_at": NOON, "due_at": NOON}
    return [
        Clock(**of, kind="gdpr_72h", **runs),
        Obligation(**of, code="notice", since=NOON),
    ]


def duty(on: On) -> list[Base]:
    page = builders.page(number=on.ticket.number)
    shift = db.session.scalars(select(Shift)).first()
    handed = {"from_id": on.person.id, "to_id": on.person.id}
    asked = {"status": "asked", "asked_at": NOON, "asked_by_id": on.person.id}
    return [
        Ring(page_id=page.id, person_id=on.person.id, round=0, rung_at=NOON),
        HandoverNote(line="jnx", body="折返し待ち", written_at=NOON, written_by_id=on.person.id),
        Covered(line="jnx", role="operator", gaps=[]),
        Swap(shift_id=shift.id, **handed, **asked),
    ]


def calendars(_on: On) -> list[Base]:
    why = {"reason_ja": "点検", "reason_en": "Maintenance"}
    return [
        CalendarException(calendar="hotline", day=NOON.date(), spans=[], **why, made_at=NOON),
    ]


def incidents(on: On) -> list[Base]:
    """One cause behind many tickets."""
    one = Incident(id=1, title="VPN装置", opened_at=NOON, opened_by_id=on.person.id)
    db.session.add(one)
    db.session.flush()
    return [
        Linked(ticket_id=on.ticket.id, incident_id=1, linked_at=NOON, linked_by_id=on.person.id),
        Broadcast(incident_id=1, sent_at=NOON, sent_by_id=on.person.id, **TOLD),
    ]


def evidence(on: On) -> list[Base]:
    subject = {"subject": f"call:{on.call.id}", "source": "voicemail"}
    named = {"name": "voicemail.wav", "media_type": "audio/wav"}
    db.session.add(File(id=1, sha256=HASH, size=3, **named, **subject, received_at=NOON))
    db.session.flush()
    return [
        Custody(file_id=1, touch="received", at=NOON),
        UploadLink(ticket_id=on.ticket.id, made_at=NOON, expires_at=NOON),
    ]


def vendors(on: On) -> list[Base]:
    """What is known of partners, and who must not be asked."""
    of, by = {"ticket_id": on.ticket.id}, {"noted_at": NOON, "noted_by_id": on.person.id}
    asked = {"said_how": "phone", "said_at": NOON, "asked_by_id": on.person.id}
    known = {"company": "甲社", "company_key": "甲社"}
    return [
        VendorDay(vendor_id=on.vendor.id, day=NOON.date(), reason="棚卸し"),
        Conflict(vendor_id=on.vendor.id, **known, reason="顧問", noted_at=NOON),
        OpposingParty(**of, company="乙社", company_key="乙社", **by),
        VendorConsent(**of, vendor_id=on.vendor.id, given=True, said_by="邊見", **asked),
    ]


def tasks(on: On) -> list[Base]:
    """What partners are asked and told, and what they hand in."""
    contact, other = partners.contact(on.vendor), partners.task(on.ticket)
    offer = partners.offer(on.task, on.vendor)
    of, by = {"task_id": on.task.id}, on.person.id
    wrote = {"written_at": NOON, "written_by_id": by}
    return [
        Dependency(task_id=other.id, needs_id=on.task.id),
        Milestone(**of, code="preserved"),
        WorkEntry(**of, body="保全", done_at=NOON, **wrote),
        Deliverable(**of, kind="interim", handed_in_at=NOON, handed_in_by_id=by),
        OfferRing(offer_id=offer.id, contact_id=contact.id, rung_at=NOON),
        Release(**of, vendor_id=on.vendor.id, piece="summary", released_at=NOON, released_by_id=by),
        Message(
            ticket_id=on.ticket.id,
            subject=f"task:{on.task.id}",
            body="着手しました。",
            side="vendor",
            **wrote,
        ),
    ]


def money(on: On) -> list[Base]:
    of, by = {"ticket_id": on.ticket.id}, on.person.id
    asked = {"status": "asked", "asked_at": NOON, "asked_by_id": by}
    said = {"said_at": NOON, "said_by_id": by, "said_to": "邊見"}
    priced = {"unit": "device", "quantity": 2, "unit_price_yen": 2_500_000, "tax_mode": "excluded"}
    made = {"state": "quote", "made_at": NOON, "made_by_id": by}
    return [
        Approval(**of, task_id=on.task.id, total_yen=1, **asked),
        CostLine(**of, function="forensics", item="保全", **priced, **made),
        FreeAdviceEnd(**of, **said, words="ここから有料です。"),
    ]


ROOMS: Iterable[Callable[[On], list[Base]]] = (
    accounts,
    calls,
    tickets,
    deadlines,
    duty,
    calendars,
    incidents,
    evidence,
    vendors,
    tasks,
    money,
)
"""What each room keeps, beside what begins by itself."""

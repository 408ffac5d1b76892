"""Plain builders: each saves one thing, with what a test does not care about filled in."""

import itertools
import secrets
from datetime import UTC, datetime, timedelta

from hotline.calls.models import Call
from hotline.calls.rules import Status
from hotline.db import db
from hotline.duty.models import Page, Shift
from hotline.followups import queries as followups
from hotline.followups.models import Followup
from hotline.members.models import Contact, InsurancePolicy, Member, Phone, Site
from hotline.notices import service as notices
from hotline.notices.models import Notice
from hotline.notices.rules import Kind
from hotline.people import service as people
from hotline.people.models import Person, PersonRole
from hotline.searchkeys import phone_key
from hotline.sessions import service as sessions
from hotline.tickets import service as tickets
from hotline.tickets.models import StatusCode, Ticket
from hotline.tickets.rules import STATUS_OPEN_FOR, Report

NOON = datetime(2026, 11, 4, 3, 0, tzinfo=UTC)
"""A Wednesday, 12:00 in Tokyo: in hours."""

_count = itertools.count(1)


def person(
    *roles: str, name: str = "確認 太郎", phone: str | None = None, **facts: object
) -> Person:
    """Somebody who has come in, with these roles; of a member: who looks after its accounts."""
    number = next(_count)
    email = f"person{number}@example.jp"
    values = {"manager": "member" in roles, "password_hash": "x", **facts}
    made = Person(email=email, email_key=email, name=name, phone=phone, made_at=NOON, **values)
    made.role_rows = [PersonRole(role=role) for role in roles]
    db.session.add(made)
    db.session.flush()
    return made


def shift(
    someone: Person,
    role: str = "operator",
    *,
    line: str = "jnx",
    starts_at: datetime = NOON - timedelta(hours=4),
    ends_at: datetime = NOON + timedelta(hours=4),
) -> Shift:
    """A shift of eight hours around noon."""
    made = Shift(person_id=someone.id, role=role, line=line, starts_at=starts_at, ends_at=ends_at)
    db.session.add(made)
    db.session.flush()
    return made


def page(**facts: object) -> Page:
    """Somebody is to be rung at noon about a grave ticket."""
    about = ticket(company="確認工業")
    values = {
        "subject": f"ticket:{about.number}",
        "ticket_id": about.id,
        "number": about.number,
        "line": "jnx",
        "cause": "p1_out_of_hours",
        "status": "open",
        "opened_at": NOON,
        "wake_at": NOON,
        **facts,
    }
    made = Page(**values)
    db.session.add(made)
    db.session.flush()
    return made


def member(
    number: str | None = None, *, name: str = "株式会社ヤマダ部品", **facts: object
) -> Member:
    """A company with one site, one contact, one phone and one policy; not yet searchable."""
    year = timedelta(days=365)
    made = Member(
        number=number or f"C{next(_count):03}", name=name, made_at=NOON, changed_at=NOON, **facts
    )
    made.sites = [Site(name="本社工場", address="愛知県安城市")]
    made.contacts = [Contact(name="山田 花子", kana="ヤマダ ハナコ")]
    made.phones = [Phone(raw="0120-066-318", key="0120066318", e164="+81120066318")]
    made.policies = [InsurancePolicy(number="P-1", period_from=NOON - year, period_to=NOON + year)]
    db.session.add(made)
    db.session.flush()
    return made


def call_sid() -> str:
    """A call id of the telephone company's shape that no other test has."""
    return f"CAfe{next(_count):030x}"


def call(*, status: Status = Status.RINGING, received_at: datetime = NOON, **facts: object) -> Call:
    """A call from a landline to the first line."""
    values = {
        "call_sid": call_sid(),
        "line": "jnx",
        "from_number": "+81354226351",
        "to_number": "+81120066318",
        **facts,
    }
    key = phone_key(str(values["from_number"]))
    values = {"from_key": key, "from_tail": key[::-1], **values}
    made = Call(status=status, received_at=received_at, **values)
    db.session.add(made)
    db.session.flush()
    return made


def token(someone: Person) -> str:
    """A bearer token of this person."""
    return people.create_token(someone, now=NOON)


def report(**facts: object) -> Report:
    """What is known of an encryption call at noon."""
    values = {"line": "jnx", "case_types": ("ransom",), "received_at": NOON, **facts}
    return Report(**values)


def ticket(*, now: datetime = NOON, **facts: object) -> Ticket:
    """A ticket of the call that ``report`` describes."""
    return tickets.open_ticket(report(**facts), by_id=None, now=now)


def promise_of(made: Ticket) -> Followup:
    """The first promise of a ticket."""
    return followups.of_ticket(made.id)[0]


def notice(**facts: object) -> Notice:
    """Something every coordinator is to be told at noon about a promise."""
    values = {
        "subject": f"followup:{next(_count)}",
        "kind": Kind.PROMISE_DUE,
        "due_at": NOON,
        "facts": {"number": "482170933"},
        "now": NOON,
        **facts,
    }
    if "person_id" not in facts:
        values.setdefault("audience", "coordinator")
    subject, kind = values.pop("subject"), values.pop("kind")
    return notices.tell(subject, kind, **values)


def opened_status(made: Ticket, *, now: datetime = NOON) -> str:
    """The secret of a browser in which a code opened the status of this ticket a moment ago."""
    secret = secrets.token_urlsafe(32)
    code = StatusCode(ticket_id=made.id, asked_at=now, expires_at=now, opened_at=now)
    code.opened_hash, code.opened_until = sessions.hashed(secret), now + STATUS_OPEN_FOR
    db.session.add(code)
    db.session.flush()
    return secret

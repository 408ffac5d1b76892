"""Plain builders for partners, their tasks and what they were asked."""

import itertools
from datetime import datetime, timedelta
from decimal import Decimal

from hotline.coordination.models import CostLine, FreeAdviceEnd, Offer, Task
from hotline.coordination.queries import own
from hotline.coordination.rules import OfferStatus, Standing, TaskStatus
from hotline.db import db
from hotline.people.models import Person
from hotline.searchkeys import company_key
from hotline.tickets.models import Consent, Ticket
from hotline.vendors.models import Vendor, VendorContact, VendorFunction
from tests import builders
from tests.builders import NOON

_count = itertools.count(1)

REPLY_MINUTES = 60


def vendor(*functions: str, **facts: object) -> Vendor:
    """A partner that does ``functions`` (forensics when none is said) at any hour."""
    number = next(_count)
    values = {
        "code": f"V-{number}",
        "name": f"確認フォレンジック{number}",
        "languages": ["ja"],
        "round_the_clock": True,
        "capacity": 3,
        "contract_from": NOON.date() - timedelta(days=365),
        "made_at": NOON,
        **facts,
    }
    made = Vendor(**values, name_key=company_key(str(values["name"])))
    made.functions = [
        VendorFunction(function=one, reply_minutes=REPLY_MINUTES)
        for one in functions or ("forensics",)
    ]
    db.session.add(made)
    db.session.flush()
    return made


def contact(of: Vendor, **facts: object) -> VendorContact:
    """Somebody of ``of`` on duty at any hour, whose phone was verified."""
    values = {
        "vendor_id": of.id,
        "position": 1,
        "name": "ご当番",
        "phone": "+81312345678",
        "email": "duty@partner.example",
        "channels": ["voice", "mail"],
        "at_any_hour": True,
        "verified_at": NOON,
        **facts,
    }
    made = VendorContact(**values)
    db.session.add(made)
    db.session.flush()
    return made


def somebody_of(of: Vendor) -> Person:
    """An account of somebody who works there."""
    made = builders.person("vendor", name="担当 花子")
    made.vendor_code = of.code
    db.session.flush()
    return made


def standing(on: Task, vendor_id: int, *, now: datetime) -> Standing | None:
    """What a partner is to the task for its people; None when they see nothing of it."""
    someone = somebody_of(db.session.get_one(Vendor, vendor_id))
    found = own.own_tasks(someone, vendor_id, now=now, task_id=on.id)
    return found[0].standing if found else None


def task(on: Ticket | None = None, **facts: object) -> Task:
    """A task that nobody was asked to do yet."""
    values = {
        "ticket_id": (on or builders.ticket()).id,
        "function": "forensics",
        "status": TaskStatus.DRAFTED,
        "status_since": NOON,
        "made_at": NOON,
        **facts,
    }
    made = Task(**values)
    db.session.add(made)
    db.session.flush()
    return made


def cost_line(on: Ticket, task: Task | None = None, **facts: object) -> CostLine:
    """Two servers for 3,000,000 yen each without tax, as a quote; of ``task`` when one is given."""
    values = {
        "ticket_id": on.id,
        "task_id": task.id if task is not None else None,
        "function": task.function if task is not None else "data_recovery",
        "item": "ファイルサーバーの復旧",
        "unit": "device",
        "quantity": Decimal(2),
        "unit_price_yen": 3_000_000,
        "tax_mode": "excluded",
        "state": "quote",
        "made_at": NOON,
        "made_by_id": 1,
        **facts,
    }
    made = CostLine(**values)
    db.session.add(made)
    db.session.flush()
    return made


def free_advice_end(on: Ticket) -> FreeAdviceEnd:
    """The caller was told at noon that from here on it costs something."""
    made = FreeAdviceEnd(
        ticket_id=on.id, said_at=NOON, said_by_id=1, said_to="邊見さま", words="有償です。"
    )
    db.session.add(made)
    db.session.flush()
    return made


def offer(of: Task, to: Vendor, **facts: object) -> Offer:
    """``to`` was asked at noon and has an hour to answer."""
    reply_by = NOON + timedelta(minutes=REPLY_MINUTES)
    values = {
        "task_id": of.id,
        "vendor_id": to.id,
        "status": OfferStatus.OFFERED,
        "position": 1,
        "made_at": NOON,
        "offered_at": NOON,
        "reply_by": reply_by,
        "wake_at": reply_by,
        **facts,
    }
    made = Offer(**values)
    db.session.add(made)
    db.session.flush()
    return made


def engaged(by: Vendor, on: Ticket | None = None, **facts: object) -> Task:
    """A task that ``by`` accepted at noon and does now."""
    made = task(on, **{"vendor_id": by.id, "status": TaskStatus.IN_PROGRESS, **facts})
    offer(made, by, status=OfferStatus.ACCEPTED, answered_at=NOON, engaged_at=NOON, wake_at=None)
    return made


def agreed(about: Ticket, *, given: bool = True, said_at: datetime = NOON) -> None:
    """The member said whether partners may be told."""
    row = db.session.get(Consent, (about.id, "partners")) or Consent(
        ticket_id=about.id, recipient="partners"
    )
    row.given, row.said_at = given, said_at
    db.session.add(row)
    db.session.flush()

"""Write down whether one partner may be told, as the member said it."""

from dataclasses import dataclass
from datetime import datetime

from hotline.audit import service as audit
from hotline.coordination.models import VendorConsent
from hotline.coordination.rules import SAID_BY_LETTERS, SaidHow
from hotline.db import db
from hotline.errors import N_, Invalid, Problem
from hotline.searchkeys import clean_name
from hotline.tickets import rules as tickets
from hotline.tickets.models import Ticket
from hotline.timeline import service as timeline
from hotline.timeline.rules import Event
from hotline.vendors.models import Vendor


@dataclass(frozen=True)
class ConsentSaid:
    """What the member answered; ``said_how`` is a code of SaidHow, ``said_at`` when it was."""

    given: bool
    said_by: str
    said_how: str
    said_at: datetime


def say_consent(
    ticket: Ticket, vendor: Vendor, answer: ConsentSaid, *, by_id: int, now: datetime
) -> VendorConsent:
    """Record whether this partner may be told; a no ends what it sees at once.

    Raises Invalid naming ``said_by``, ``said_how`` or ``said_at``. The same answer again changes
    nothing.
    """
    said_by, said_how = _checked(answer, now=now)
    row = db.session.get(VendorConsent, (ticket.id, vendor.id), with_for_update=True)
    values = (answer.given, said_by, said_how, answer.said_at)
    if row is not None and values == (row.given, row.said_by, row.said_how, row.said_at):
        return row
    before = row.given if row is not None else None
    row = row or VendorConsent(ticket_id=ticket.id, vendor_id=vendor.id)
    row.given, row.said_by, row.said_how, row.said_at = values
    row.asked_by_id = by_id
    db.session.add(row)
    db.session.flush()
    said = tickets.said(before, answer.given)
    facts = {"vendor": vendor.name, "answer": said}
    timeline.write(ticket.id, Event.PARTNER_CONSENTED, at=now, by_id=by_id, facts=facts)
    about = tickets.subject(ticket.number)
    audit.write(
        "ticket.partner_consented", about, by_id=by_id, now=now,
        vendor=vendor.id, answer=said, how=said_how,
    )  # fmt: skip
    return row


def _checked(answer: ConsentSaid, *, now: datetime) -> tuple[str, str]:
    problems: dict[str, Problem] = {}
    said_by = answer.said_by
    try:
        said_by = clean_name(said_by, SAID_BY_LETTERS)
        if not said_by:
            raise Problem(N_("Write who of the member said so."))
    except Problem as problem:
        problems["said_by"] = problem
    if answer.said_how not in set(SaidHow):
        problems["said_how"] = Problem(N_("Choose how it was said."))
    if answer.said_at > now:
        problems["said_at"] = Problem(N_("This time is still ahead of us."))
    if problems:
        raise Invalid(problems)
    return said_by, answer.said_how

"""Contacts that were given in writing, and whom the desk can ring to check them."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import bindparam, func, select

from hotline.asking import Counting
from hotline.audit import queries as audit
from hotline.db import db
from hotline.errors import Missing
from hotline.members import queries as members
from hotline.messages.models import Need
from hotline.messages.rules import NeedStatus
from hotline.people import queries as people
from hotline.people.rules import Role
from hotline.tickets import rules
from hotline.tickets.models import ContactChange, Ticket
from hotline.tickets.queries.alike import contacts_of
from hotline.tickets.rules import ENDED, SAFE, UNSAFE, ChangeStatus, ContactField, Rung

_OF_TICKET = (
    select(ContactChange)
    .where(ContactChange.ticket_id == bindparam("ticket_id"))
    .order_by(ContactChange.id.desc())
)


def changes_of(ticket_id: int) -> list[ContactChange]:
    """What was given on a ticket, the newest first."""
    return list(db.session.scalars(_OF_TICKET, {"ticket_id": ticket_id}))


def change_of(ticket: Ticket, change_id: int) -> ContactChange:
    """The change with this id, if it is of this ticket. Raises Missing."""
    found = db.session.get(ContactChange, change_id)
    if found is None or found.ticket_id != ticket.id:
        raise Missing()
    return found


def changes_to_check(limit: int) -> Sequence[tuple[ContactChange, Ticket]]:
    """What waits for the desk to ring somebody, on tickets that go on; the oldest first."""
    query = (
        select(ContactChange, Ticket)
        .join(Ticket, Ticket.id == ContactChange.ticket_id)
        .where(ContactChange.status == ChangeStatus.GIVEN, Ticket.status.not_in(ENDED))
        .order_by(ContactChange.id)
        .limit(limit)
    )
    return [(change, ticket) for change, ticket in db.session.execute(query)]


def needs_due(limit: int) -> Sequence[tuple[Need, Ticket]]:
    """What the desk asked for with a time, on tickets that go on; the earliest first."""
    query = (
        select(Need, Ticket)
        .join(Ticket, Ticket.id == Need.ticket_id)
        .where(Need.status == NeedStatus.OPEN, Need.due_at.is_not(None))
        .where(Ticket.status.not_in(ENDED))
        .order_by(Need.due_at, Need.id)
        .limit(limit)
    )
    return [(need, ticket) for need, ticket in db.session.execute(query)]


def counting_overdue_needs(now: datetime) -> Counting:
    """How many things did not come in their time; to be asked together with other counts."""
    return Counting(_COUNTING_OVERDUE, {"now": now})


_COUNTING_OVERDUE = (
    select(func.count())
    .select_from(Need)
    .join(Ticket, Ticket.id == Need.ticket_id)
    .where(Need.status == NeedStatus.OPEN, Need.due_at < bindparam("now"))
    .where(Ticket.status.not_in(ENDED), ~Ticket.drill)
)


def contact_now(ticket: Ticket, field: str) -> str:
    """What stands on the ticket for a field that can be given anew; "" for an unknown field."""
    if field == ContactField.CHANNELS:
        return UNSAFE if ticket.company_channels_unsafe else SAFE
    return str(getattr(ticket, field)) if field in set(ContactField) else ""


def told_before(change_id: int) -> Mapping[str, str]:
    """Channel to address by which the caller was told until this change was confirmed."""
    found = db.session.get(ContactChange, change_id)
    return found.told_before if found is not None else {}


def known_numbers(ticket: Ticket) -> list[tuple[Rung, str]]:
    """The numbers on record before, by which a change can be checked, as they were given.

    The caller's own first, then those of the company that we have on file; where the company's
    own phones are not safe, an attacker may answer them, and they are left out. So is what only
    the writer of a report typed: whoever wrote it would confirm themselves.
    """
    safe, typed = contacts_of(ticket), _typed_by_the_writer(ticket)
    own = [(Rung(name), getattr(safe, name)) for name in OWN if name not in typed]
    found = [one for one in own if one[1]]
    if ticket.member_number is None or safe.company_channels_unsafe:
        return found
    member = members.by_number(ticket.member_number)
    return found + [(Rung.ON_FILE, one.raw) for one in (member.phones if member else ())]


def _typed_by_the_writer(ticket: Ticket) -> set[str]:
    """The phones of a report in writing that nobody of the desk has written down since."""
    writer = people.by_id(ticket.opened_by_id) if ticket.opened_by_id is not None else None
    if writer is None or Role.MEMBER not in writer.roles:
        return set()
    saved = audit.newest("ticket.filled", rules.subject(ticket.number), LOOKED_AT)
    others = (one for one in saved if one.person_id != writer.id)
    by_desk = {name for one in others for name in one.detail["fields"]}
    return {str(name) for name in OWN} - by_desk


LOOKED_AT = 1000
"""More saves of one ticket's facts were never seen."""

OWN = (Rung.SAFE_PHONE, Rung.CALLBACK_PHONE, Rung.CALLER_PHONE)

"""Tickets of the same company or phone, and which of its channels may be used."""

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta

from sqlalchemy import and_, bindparam, false, func, or_, select
from sqlalchemy.sql.elements import ColumnElement

from hotline import together
from hotline.db import db
from hotline.members import queries as members
from hotline.searchkeys import company_key, phone_key
from hotline.tickets import rules
from hotline.tickets.models import (
    Ticket,
)
from hotline.tickets.queries.wanting import goes_on
from hotline.tickets.rules import ENDED, Intake, Reachable, Status


def contacts_of(ticket: Ticket) -> Reachable:
    """How its caller may be reached, by message or by telephone: see ``rules.usable``.

    The company's channels are unsafe for all its tickets when one that goes on says so.
    """
    said, own = together.ask(
        lambda: unsafe_said_in(ticket),
        lambda: members.own_phones(ticket.member_number) if ticket.member_number else (),
    )
    unsafe = ticket.company_channels_unsafe or said is not None
    return rules.usable(ticket, unsafe=unsafe, own=own if unsafe else ())


def unsafe_said_in(ticket: Ticket) -> Ticket | None:
    """The other ticket that calls the company's channels unsafe; None without one.

    It is of the same company, or was joined with this one: either caller counts for both. One
    that names a safe phone goes before others, then the newest.
    """
    wanted = {"ticket_id": ticket.id, "member_number": ticket.member_number}
    return db.session.scalar(_SAID_ELSEWHERE, wanted)


def channels_unsafe(member_number: str, *, but_for: str = "") -> bool:
    """Whether a ticket of this company that goes on says that its mail and phones are unsafe.

    ``but_for``: a mail address; False when every such ticket names it as the safe one.
    """
    named = func.lower(Ticket.safe_email) == but_for.lower() if but_for else false()
    said = _UNSAFE.where(_GOES_ON_AT, ~named)
    return db.session.scalar(said, {"member_number": member_number}) is not None


_GOES_ON_AT = and_(Ticket.member_number == bindparam("member_number"), ~Ticket.drill, goes_on())
"""Real tickets of a company that go on, or went on in another one that does."""

_UNSAFE = select(Ticket.id).where(Ticket.company_channels_unsafe).limit(1)
_SAID_ELSEWHERE = (
    select(Ticket)
    .where(Ticket.company_channels_unsafe, Ticket.id != bindparam("ticket_id"))
    .where(or_(Ticket.duplicate_of_id == bindparam("ticket_id"), _GOES_ON_AT))
    .order_by(Ticket.safe_phone == "", Ticket.received_at.desc(), Ticket.id.desc())
    .limit(1)
)


SAME_WITHIN = timedelta(hours=72)
"""A ticket that has ended may be the same incident when its call came within this."""


LEAST_DIGITS = 6
"""Fewer digits are an extension, and the same in every company."""


MOST_ALIKE = 20


def similar(ticket: Ticket, *, now: datetime, given: Intake | None = None) -> list[Ticket]:
    """Tickets that may be the same incident: the same company or the same phone, newest first.

    ``given`` is compared in place of what is saved. Those that go on are found however old they
    are, ended ones for 72 hours; what was joined already is not, and drills only among drills.
    """
    alike = list(_alike(given or ticket))
    if not alike:
        return []
    goes_on = Ticket.status.not_in(ENDED)
    recent = and_(Ticket.status != Status.DUPLICATE, Ticket.received_at >= now - SAME_WITHIN)
    query = (
        select(Ticket)
        .where(or_(*alike), or_(goes_on, recent))
        .where(Ticket.id != ticket.id, Ticket.drill == ticket.drill)
        .order_by(Ticket.received_at.desc(), Ticket.id.desc())
    )
    return list(db.session.scalars(query.limit(MOST_ALIKE)))


def _alike(given: Ticket | Intake) -> Iterator[ColumnElement[bool]]:
    if given.member_number:
        yield Ticket.member_number == given.member_number
    if key := company_key(given.company):
        yield Ticket.company_key == key
    typed = (given.caller_phone, given.callback_phone, given.safe_phone)
    phones = {key for key in map(phone_key, typed) if len(key) >= LEAST_DIGITS}
    if phones:
        for column in (Ticket.phone_key, Ticket.callback_key, Ticket.safe_key):
            yield column.in_(phones)


def going_on(members: Collection[str], phones: Collection[str]) -> list[Ticket]:
    """The tickets of these companies or phones (``phone_key``) that go on, the newest first."""
    keys = {key for key in phones if len(key) >= LEAST_DIGITS}
    alike = [Ticket.member_number.in_(members)] if members else []
    if keys:
        columns = (Ticket.phone_key, Ticket.callback_key, Ticket.safe_key)
        alike += [column.in_(keys) for column in columns]
    if not alike:
        return []
    query = select(Ticket).where(or_(*alike), Ticket.status.not_in(ENDED))
    query = query.order_by(Ticket.received_at.desc(), Ticket.id.desc())
    return list(db.session.scalars(query.limit(MOST_GOING_ON)))


MOST_GOING_ON = 100

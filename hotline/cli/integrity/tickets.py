"""Whether each ticket agrees with itself, its calls and the files of config/."""

from collections.abc import Collection, Iterator

from sqlalchemy import case, exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from hotline import policy
from hotline.calls.models import Call
from hotline.cli.integrity.finding import TAMPERED, Finding
from hotline.db import db
from hotline.duty.models import Page
from hotline.duty.rules import PageStatus
from hotline.followups.models import Followup
from hotline.followups.rules import OPEN as OWED
from hotline.searchkeys import company_key, phone_key
from hotline.tickets.models import Consent, HearingAnswer, Ticket, TicketCaseType
from hotline.tickets.rules import (
    ENDED,
    CaseTypesPolicy,
    ConsentsPolicy,
    HearingPolicy,
    parse_number,
)
from hotline.tickets.rules import Status as Stands


def ended_tickets_owe_nothing() -> Iterator[Finding]:
    """No promise is open and nobody is rung on a ticket that has ended."""
    owed = exists().where(Followup.ticket_id == Ticket.id, Followup.status.in_(OWED))
    rung = exists().where(Page.ticket_id == Ticket.id, Page.status == PageStatus.OPEN)
    ended = select(Ticket.number).where(Ticket.status.in_(ENDED))
    for number in db.session.scalars(ended.where(or_(owed, rung))):
        yield Finding(
            f"ticket:{number}",
            "has ended, and people are still told about it",
            "open it again, and end it once more",
        )


def duplicates_lead_on() -> Iterator[Finding]:
    """Each duplicate, and nothing else, leads to a ticket that is no duplicate itself."""
    into = aliased(Ticket)
    is_duplicate = Ticket.status == Stands.DUPLICATE
    leads_on = Ticket.duplicate_of_id.is_not(None)
    query = (
        select(Ticket.number)
        .outerjoin(into, into.id == Ticket.duplicate_of_id)
        .where(or_(is_duplicate != leads_on, into.status == Stands.DUPLICATE))
    )
    for number in db.session.scalars(query):
        yield Finding(
            f"ticket:{number}",
            "is a duplicate that leads nowhere, or leads on and is none",
            "open it again, and join it with the ticket that goes on",
        )


def codes_are_configured() -> Iterator[Finding]:
    """Everything that was chosen on a ticket can still be read in words."""
    kinds = policy.get(CaseTypesPolicy)
    hearing, consents = policy.get(HearingPolicy), policy.get(ConsentsPolicy)
    for column, ticket_id, known, file in (
        (TicketCaseType.case_type, TicketCaseType.ticket_id, kinds.by_code, kinds.FILE),
        (Ticket.other_kind, Ticket.id, {"", *kinds.kinds}, kinds.FILE),
        (HearingAnswer.question, HearingAnswer.ticket_id, hearing.by_key, hearing.FILE),
        (Consent.recipient, Consent.ticket_id, consents.by_code, consents.FILE),
    ):
        yield from _unknown(column, ticket_id, known, file)


def _unknown(
    column: InstrumentedAttribute[str],
    ticket_id: InstrumentedAttribute[int],
    known: Collection[str],
    file: str,
) -> Iterator[Finding]:
    holder = aliased(Ticket)
    query = select(holder.number, column).join(holder, holder.id == ticket_id)
    for number, code in db.session.execute(query.where(column.not_in(known))):
        yield Finding(
            f"ticket:{number}", f"holds the code {code}, which nothing explains any more",
            f"put it back into config/{file}",
        )  # fmt: skip


def tickets_are_found() -> Iterator[Finding]:
    """The keys under which each ticket is found are those of what it says."""
    said = (Ticket.company, Ticket.caller_phone, Ticket.callback_phone, Ticket.safe_phone)
    keys = (Ticket.company_key, Ticket.phone_key, Ticket.callback_key, Ticket.safe_key)
    query = select(Ticket.number, *said, *keys).execution_options(yield_per=1000)
    for number, company, *rest in db.session.execute(query):
        phones, held = rest[:3], rest[3:]
        if held != [company_key(company), *map(phone_key, phones)]:
            yield Finding(
                f"ticket:{number}",
                "is not found by its company or its phones",
                "flask search rebuild",
            )


def tickets_have_one_primary_type() -> Iterator[Finding]:
    """Each ticket with case types has exactly one of them in the first place."""
    first = func.sum(case((TicketCaseType.position == 0, 1), else_=0))
    query = (
        select(Ticket.number)
        .join(TicketCaseType, TicketCaseType.ticket_id == Ticket.id)
        .group_by(Ticket.id, Ticket.number)
        .having(first != 1)
    )
    for number in db.session.scalars(query):
        yield Finding(
            f"ticket:{number}", "has no single primary case type", "choose its case types again"
        )


def ticket_numbers_are_numbers() -> Iterator[Finding]:
    """The last digit of each number agrees with the others."""
    for number in db.session.scalars(select(Ticket.number)):
        if parse_number(number) != number:
            yield Finding(
                f"ticket:{number}",
                "has a number whose check digit is wrong",
                TAMPERED,
            )


def calls_refer_to_tickets() -> Iterator[Finding]:
    """The ticket of each call exists."""
    known = exists().where(Ticket.id == Call.ticket_id)
    for call_id in db.session.scalars(select(Call.id).where(Call.ticket_id.is_not(None), ~known)):
        yield Finding(
            f"call:{call_id}",
            "belongs to a ticket that does not exist",
            TAMPERED,
        )

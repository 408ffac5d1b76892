"""The code that opens the status without an account: to which phone it goes, and its digits."""

from datetime import datetime

from hotline import policy
from hotline.jobs.recipients import Address, ticket_of
from hotline.jobs.work import Work
from hotline.notices.models import Notice
from hotline.notices.rules import Kind
from hotline.tickets import queries, rules
from hotline.tickets import service as tickets


def is_one(notice: Notice) -> bool:
    """Whether it is such a code."""
    return notice.kind == Kind.STATUS_CODE


def of_phone(notice: Notice) -> Address | None:
    """The registered phone that is safe; None for a drill, a stranger's number, or without one."""
    ticket = ticket_of(notice)
    if ticket is None or ticket.drill:
        return None
    known = policy.get(rules.ReachingPolicy)
    phone = rules.phone_for_code(queries.contacts_of(ticket), notice.channel, known)
    if not phone:
        return None
    return Address("", str(notice.facts.get("language", "ja")), None, phone=phone)


def mint(notice: Notice, _work: Work, now: datetime) -> str:
    """Fresh digits; "" when nobody waits for them any more."""
    return tickets.mint_status_code(code_id(notice.subject), now=now)


def code_id(subject: str) -> int:
    """Which code a notice is about, by its subject."""
    return int(subject.removeprefix(rules.STATUS_CODE))

"""The keys under which a ticket is found."""

from typing import Protocol

from hotline.searchkeys import grams
from hotline.tickets.rules.report import Report


class Findable(Protocol):
    """What a ticket is found by."""

    number: str
    company: str
    member_number: str | None
    site: str
    caller_name: str
    caller_kana: str
    caller_phone: str
    caller_email: str
    callback_phone: str
    safe_phone: str
    safe_email: str
    summary: str


class FindableByMembers(Protocol):
    """What the member's own page shows in words."""

    number: str
    company: str
    member_number: str | None
    caller_name: str


READ_BY_MEMBERS = ("number", "company", "member_number", "caller_name")
"""Names of the columns by which a member finds a ticket: those that its page shows in full."""


def search_text_for_members(ticket: FindableByMembers) -> str:
    """What a member finds a ticket by: a part of ``search_text_of``."""
    texts = (ticket.number, ticket.member_number or "", ticket.caller_name)
    return grams(companies=[ticket.company], texts=[text for text in texts if text])


def search_text_of(ticket: Findable) -> str:
    """Everything people look for a ticket by, as ``fulltext.matches`` asks it."""
    texts = (
        ticket.number,
        ticket.member_number or "",
        ticket.site,
        ticket.caller_name,
        ticket.caller_kana,
        ticket.caller_email,
        ticket.safe_email,
        ticket.summary,  # Last: what is too long to be indexed is cut at the end.
    )
    return grams(
        companies=[ticket.company],
        texts=[text for text in texts if text],
        phones=[ticket.caller_phone, ticket.callback_phone, ticket.safe_phone],
    )


def search_text_of_report(number: str, report: Report) -> str:
    """As ``search_text_of``, for a ticket of which nothing is known yet but its report."""
    texts = (
        number,
        report.member_number or "",
        report.caller_name,
        report.caller_email,
        report.summary,
    )
    return grams(
        companies=[report.company],
        texts=[text for text in texts if text],
        phones=[report.caller_phone],
    )

"""The left pane of a ticket's desk page: who calls, and what is known of them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from hotline.calls import queries as calls
from hotline.duty.queries import ANSWERING
from hotline.errors import Problem
from hotline.members import queries as members
from hotline.members.models import Contact, Member
from hotline.members.rules import entitlement
from hotline.people import queries as people
from hotline.people.models import Person
from hotline.searchkeys import clean_name, phone_key
from hotline.tickets import queries as tickets
from hotline.tickets.models import Ticket
from hotline.web.console import caller, ringing
from hotline.web.members.entitled import in_words

NUMBER_LETTERS = 40
LEAST_DIGITS = 6
"""Fewer digits are an extension, and belong to no company alone."""


def beside(
    ticket: Ticket, form: Mapping[str, str], viewer: Person, *, now: datetime
) -> dict[str, Any]:
    """What the left pane shows for what is typed, and the call that runs."""
    line = ringing.on_the_line(ticket, viewer, now=now)
    key = phone_key(ticket.caller_phone)
    return {
        "line": line,
        "answers": bool(viewer.roles & set(ANSWERING)),
        "earlier": _earlier(key),
        "present": line.call.id if line is not None else None,
        **_company(ticket, company_of(form.get("member_number", "")), key),
    }


def company_of(number: str) -> Member | None:
    """The company with this number; None for what is no number at all, too."""
    return members.by_number(usable(number))


def usable(number: str) -> str:
    """The number as it can be looked for; "" when it holds what no number can."""
    try:
        return clean_name(number, NUMBER_LETTERS)
    except Problem:
        return ""


def caller_fields(member: Member, contact: Contact) -> dict[str, str]:
    """What the form holds of the caller when it is this contact who calls."""
    phones = phones_of(member).get(contact.id, [])
    fields = {
        "caller_name": contact.name,
        "caller_kana": contact.kana,
        "caller_email": contact.email,
        "callback_phone": next(iter(phones), ""),
    }
    return {name: text for name, text in fields.items() if text}


def phones_of(member: Member) -> dict[int | None, list[str]]:
    """The phones of each contact, and under None those of the company and its sites."""
    found: dict[int | None, list[str]] = {}
    for phone in member.phones:
        found.setdefault(phone.contact_id, []).append(phone.raw)
    return found


def _company(ticket: Ticket, member: Member | None, key: str) -> dict[str, Any]:
    if member is None:
        rang = members.by_phone(ticket.caller_phone) if ticket.caller_phone else []
        return {"member": None, "rang": rang, "unknown_phone": ""}
    known = {phone.key for phone in member.phones}
    own = (one for one in tickets.going_on({member.number}, ()) if one.id != ticket.id)
    is_new = len(key) >= LEAST_DIGITS and key not in known
    return {
        "member": member,
        "rang": [],
        "entitled": in_words(entitlement(member, ticket.received_at)),
        "sound_alike": members.sounding_like(member),
        "phones": phones_of(member),
        "contact_fields": {one.id: caller_fields(member, one) for one in member.contacts},
        # A number that is not on file with the company that calls from it can be added at once.
        "unknown_phone": ticket.caller_phone if is_new else "",
        # Another ticket of the company says that its own mail and phones may be read.
        "warning": next((one for one in own if one.company_channels_unsafe), None),
        "rung_sites": {phone.site_id for phone in member.phones if phone.key == key},
    }


def _earlier(key: str) -> list[caller.Earlier]:
    rows = calls.earlier_from([key], limit=caller.CALLS + 1) if len(key) >= LEAST_DIGITS else []
    names = people.names([row.answered_by_id for row in rows])
    return [caller.earlier_of(row, names) for row in rows]

"""How the hotline reaches the member, and another contact that a member gives."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from hotline import clock
from hotline.edge import words
from hotline.edge.access import allow
from hotline.edge.identity import person
from hotline.edge.language import gettext
from hotline.people.models import Person
from hotline.people.rules import Role
from hotline.tickets import queries, rules
from hotline.tickets import service as tickets
from hotline.tickets.models import ContactChange, Ticket
from hotline.tickets.rules import ENDED, ChangeStatus, ContactField
from hotline.web import formats
from hotline.web.portal import frame
from hotline.web.portal.frame import bp

TYPED = (
    ContactField.SAFE_PHONE,
    ContactField.SAFE_EMAIL,
    ContactField.CALLBACK_PHONE,
    ContactField.CALLBACK_HOURS,
)
"""What is given as a text; that the own channels are unsafe is one button."""

PHONES = frozenset({ContactField.SAFE_PHONE, ContactField.CALLBACK_PHONE})
DECIDED_SHOWN = 5


@frame.part
def shown(ticket: Ticket, viewer: Person, *, now: datetime) -> Mapping[str, Any]:
    """What stands on the ticket, masked, and what was given and waits for a call."""
    changes = queries.changes_of(ticket.id)
    return {
        "now": [
            (words.CONTACTS[field], masked(field, queries.contact_now(ticket, field)))
            for field in TYPED
        ],
        "given": [_line(one) for one in changes if one.status == ChangeStatus.GIVEN],
        "decided": [_line(one) for one in changes if one.status in DECIDED][:DECIDED_SHOWN],
        "choices": {field.value: words.CONTACTS[field] for field in TYPED},
        "unsafe": ticket.company_channels_unsafe,
        "asked_back": any(
            one.status == ChangeStatus.GIVEN and one.field == ContactField.CHANNELS
            for one in changes
        ),
        "may_give": ticket.status not in ENDED,
    }


DECIDED = frozenset({ChangeStatus.CONFIRMED, ChangeStatus.REFUSED})


def _line(change: ContactChange) -> tuple[ContactChange, str, str]:
    """A change, what of, and what was given, as far as it is shown."""
    return change, words.CONTACTS[change.field], masked(change.field, change.value)


def masked(field: str, value: str) -> str:
    """What its owner knows again, and nobody else can use; who looks may be the attacker."""
    if field in PHONES:
        return formats.masked(value)
    if field == ContactField.SAFE_EMAIL and value:
        name, _, host = value.rpartition("@")
        return f"{name[:1]}{formats.MASK * 3}@{host}"
    return "" if field == ContactField.CHANNELS else value


@bp.post("/tickets/<number>/contacts")
@allow(Role.MEMBER)
def give(number: str) -> ResponseReturnValue:
    """Give another contact, or say whether the company's own mail and phones are safe."""

    def write(ticket: Ticket) -> str:
        field, value = request.form.get("field", ""), request.form.get("value", "")
        tickets.give_contact(ticket, field, value, by_id=person().id, now=clock.now())
        if rules.holds_at_once(field, value):
            return gettext("From now on nothing is sent to your company's own mail and phones.")
        return gettext("Thank you. We ring a number that we know before we use it.")

    return frame.act(number, "contact", write, anchor="contacts")

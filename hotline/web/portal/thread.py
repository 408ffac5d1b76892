"""What the member and the hotline write to each other."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from hotline import clock
from hotline.edge.access import allow
from hotline.edge.identity import person
from hotline.edge.language import gettext
from hotline.messages import queries as messages
from hotline.messages.rules import BODY_LETTERS, Side
from hotline.people.models import Person
from hotline.people.rules import Role
from hotline.tickets import queries, rules
from hotline.tickets import service as tickets
from hotline.tickets.models import Ticket
from hotline.web.portal import frame
from hotline.web.portal.frame import bp


@frame.part
def shown(ticket: Ticket, viewer: Person, *, now: datetime) -> Mapping[str, Any]:
    """The thread, and whether the company's own mail is kept out of it."""
    return {
        "lines": messages.thread(rules.member_thread(ticket.id)),
        "side": Side.MEMBER,
        "most": BODY_LETTERS,
        "own_mail_unsafe": queries.contacts_of(ticket).company_channels_unsafe,
    }


@bp.post("/tickets/<number>/messages")
@allow(Role.MEMBER)
def write(number: str) -> ResponseReturnValue:
    """Write to the hotline."""

    def send(ticket: Ticket) -> str:
        body = request.form.get("body", "")
        by_id, now = person().id, clock.now()
        tickets.write_message(ticket, body, side=Side.MEMBER, by_id=by_id, now=now)
        return gettext("Your message is here, and the hotline is told.")

    return frame.act(number, "message", send, anchor="thread")

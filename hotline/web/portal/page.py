"""The page of one ticket for its member: what is, what happens next and when, and the way there."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from hotline import policy
from hotline.duty.rules import LinesPolicy
from hotline.edge import progress, requests
from hotline.edge.access import allow
from hotline.edge.identity import person
from hotline.edge.language import gettext
from hotline.people import queries as people
from hotline.people.models import Person
from hotline.people.rules import Role
from hotline.tickets import queries, rules
from hotline.tickets import service as tickets
from hotline.tickets.models import Ticket
from hotline.tickets.rules import Status
from hotline.timeline import queries as timeline
from hotline.timeline.rules import Audience
from hotline.web import formats
from hotline.web.costs import estimates
from hotline.web.portal import frame
from hotline.web.portal.frame import bp
from hotline.web.sent import Sent
from hotline.web.tickets import story

NEWEST = 6
"""So many lines of the story are told at first; a slow line brings the earlier ones when asked."""


@bp.get("/tickets/<number>")
@allow(Role.MEMBER)
def show(number: str) -> ResponseReturnValue:
    """One ticket; a number with spaces, dashes or fullwidth digits leads to it too."""
    canonical = rules.parse_number(number)
    if canonical is not None and canonical != number:
        return redirect(url_for(".show", number=canonical))
    ticket = queries.by_number(number, person())
    requests.note_read(tickets.subject(ticket.number))
    return frame.render(ticket, Sent())


@frame.part
def shown(ticket: Ticket, viewer: Person, *, now: datetime) -> Mapping[str, Any]:
    """What is, what comes next and when, which estimates wait, the way and the story."""
    status, lines = Status(ticket.status), policy.get(LinesPolicy)
    incident = queries.seen_of_incident(ticket, viewer)
    told = timeline.of_ticket(ticket.id, Audience.MEMBER)
    shown_lines = None if request.args.get("story") == "all" else NEWEST
    return {
        "said": progress.WORDS[status],
        "promise": progress.promised(ticket, now=now),
        "way": progress.WAY if status in progress.HERE else (),
        "here": progress.HERE.get(status),
        "line": lines.line(ticket.line) if ticket.line in lines.codes else None,
        "who": _who(ticket),
        "goes_on_as": next((one for one in incident if one.id == ticket.duplicate_of_id), None),
        "story": story.by_day(told[:shown_lines]),
        "older": len(told[shown_lines:]) if shown_lines else 0,
        **estimates.of_tickets(incident, viewer),
    }


def _who(ticket: Ticket) -> str:
    """Who calls, at which number: so that nobody else can say to be us. "" when nobody knows."""
    goes_on = queries.living(ticket)
    name = people.names([goes_on.coordinator_id]).get(goes_on.coordinator_id)
    numbers = rules.phones(queries.contacts_of(ticket), policy.get(rules.ReachingPolicy))
    number = next(iter(numbers.values()), "")
    if name is None or not number:
        return ""
    shown = formats.masked(formats.phone(number))
    return gettext("%(name)s, your coordinator, calls you at %(phone)s.", name=name, phone=shown)

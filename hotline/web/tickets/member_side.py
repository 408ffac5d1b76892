"""What of the member's side waits for the desk, and what it asks of the desk next."""

from dataclasses import dataclass
from datetime import datetime

from flask import url_for

from hotline import together
from hotline.edge.language import gettext
from hotline.evidence import queries as evidence
from hotline.messages import queries as messages
from hotline.messages.rules import NeedStatus, is_overdue
from hotline.tickets import queries, rules
from hotline.tickets.models import Ticket
from hotline.tickets.rules import ENDED, ChangeStatus
from hotline.web import formats
from hotline.web.formats import When
from hotline.web.tickets.nexts import Act, Next


@dataclass(frozen=True)
class Counted:
    """How much of the member's side waits for the desk on one ticket."""

    unanswered: int
    since: datetime | None
    needs: int
    overdue: int
    to_check: int
    held: int


def counted(ticket: Ticket, *, now: datetime) -> Counted:
    """What waits for the desk."""
    thread = rules.member_thread(ticket.id)
    (unanswered, since), asked, changes, held = together.ask(
        lambda: messages.unanswered_since(thread),
        lambda: messages.needs_of(ticket.id),
        lambda: queries.changes_of(ticket.id),
        lambda: evidence.quarantined(ticket.id),
    )
    needs = [one for one in asked if one.status == NeedStatus.OPEN]
    return Counted(
        unanswered=unanswered,
        since=since,
        needs=len(needs),
        overdue=sum(is_overdue(one, now=now) for one in needs),
        to_check=sum(one.status == ChangeStatus.GIVEN for one in changes),
        held=held,
    )


def nexts(ticket: Ticket, found: Counted, *, now: datetime) -> list[Next]:
    """What the member's side asks of the desk next."""
    path = url_for("correspondence.show", number=ticket.number)
    made = []
    if found.to_check and ticket.status not in ENDED:
        act = Act(f"{path}#contacts", gettext("Check it"))
        what = gettext("Another contact was given: ring a number that was known before")
        made.append(Next(When("is-due", gettext("not used yet")), what, act=act))
    if found.unanswered:
        since = found.since or now
        waits = When("is-due", gettext("for %(span)s", span=formats.span(now - since)), since)
        act = Act(f"{path}#thread", gettext("Read and answer"))
        made.append(Next(waits, gettext("The member wrote and waits for an answer"), act=act))
    if found.overdue:
        act = Act(f"{path}#needs", gettext("Look"))
        kind = "is-due" if ticket.drill else "is-late"
        what = gettext("What we asked the member for did not come: ask again or tick it")
        made.append(Next(When(kind, gettext("overdue")), what, act=act))
    return made

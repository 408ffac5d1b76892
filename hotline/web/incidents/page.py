"""One joint incident as its page shows it."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus

from flask import make_response, render_template, request
from flask.typing import ResponseReturnValue

from hotline import clock, policy
from hotline.audit import service as audit
from hotline.db import db
from hotline.edge.identity import person
from hotline.followups import queries as promises
from hotline.followups.models import Followup
from hotline.incidents import queries, rules
from hotline.incidents import service as incidents
from hotline.incidents.models import Incident
from hotline.incidents.service import Moved
from hotline.people import queries as people
from hotline.people.rules import DESK
from hotline.tickets import queries as tickets
from hotline.tickets import rules as ticketing
from hotline.tickets.rules import ReferralsPolicy, Status
from hotline.web import formats
from hotline.web.tickets.page import open_one
from hotline.web.tickets.ways import PATH

TO_ALL = (*PATH, Status.ON_HOLD, Status.OUT_OF_SCOPE, Status.CLOSED)
"""Where many tickets can go at once."""


@dataclass(frozen=True)
class Sent:
    """A form that comes back with what was typed and what to do about it, or its results."""

    name: str = ""
    errors: dict[str, str] = field(default_factory=dict)
    moved: list[Moved] = field(default_factory=list)


def again(incident_id: int, sent: Sent) -> ResponseReturnValue:
    """The page as it stands now, with what was typed and what to do about it."""
    db.session.rollback()
    incident = queries.by_id(incident_id)
    note_read(incident)
    return make_response(page(incident, sent), HTTPStatus.UNPROCESSABLE_ENTITY)


def note_read(incident: Incident) -> None:
    """What an answer to a form shows is read too."""
    audit.write("read", incidents.subject(incident), by_id=person().id, now=clock.now())


def page(incident: Incident, sent: Sent) -> str:
    """Its tickets, what was said to all of them, and how they go on."""
    now, viewer = clock.now(), person()
    linked = queries.linked(incident.id)
    owed = promises.of_tickets([one.id for one in linked])
    next_of = {ticket_id: open_one(one) for ticket_id, one in owed.items()}
    broadcasts = queries.broadcasts(incident.id)
    ids = [incident.opened_by_id, incident.closed_by_id]
    ids += [one.broadcast.sent_by_id for one in broadcasts]
    return render_template(
        "incidents/show.html",
        incident=incident,
        linked=linked,
        next_of=next_of,
        first=_first(next_of, now),
        gravest=min((one.severity for one in linked), default=""),
        by_status=Counter(one.status for one in linked).most_common(),
        broadcasts=broadcasts,
        told=Counter(one.ticket.id for sent_to in broadcasts for one in sent_to.to),
        names=people.names([*ids, *(one.coordinator_id for one in linked)]),
        statuses=TO_ALL,
        referrals=policy.get(ReferralsPolicy).referral,
        undo=_undo(incident),
        sent=sent,
        given=request.form,
        limits={
            "title": rules.TITLE_LETTERS,
            "cause": rules.CAUSE_LETTERS,
            "advice": rules.ADVICE_LETTERS,
            "reason": rules.REASON_LETTERS,
        },
        may_act=bool(viewer.roles & DESK),
        now=now,
    )


def _first(next_of: dict[int, Followup | None], now: datetime) -> formats.When | None:
    """The promise that turns late first among all tickets."""
    owed = [one for one in next_of.values() if one is not None]
    first = min(owed, key=lambda one: (one.take_up_by, one.id), default=None)
    return formats.promise(first, now=now) if first else None


def _undo(incident: Incident) -> str:
    """The number of the ticket that was taken out a moment ago, while it is still free."""
    number = ticketing.parse_number(request.args.get("undo", ""))
    if number is None or incident.closed_at is not None:
        return ""
    ticket = tickets.by_number(number, person())
    return "" if queries.already_linked([ticket.id]) else number

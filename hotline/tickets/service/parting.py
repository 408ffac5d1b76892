"""Undo that two tickets became one: each goes on as it stood."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from hotline.audit import service as audit
from hotline.db import db
from hotline.deadlines import service as deadlines
from hotline.errors import N_, Invalid, Problem, Refused
from hotline.followups import service as followups
from hotline.followups.models import Followup
from hotline.followups.rules import OPEN
from hotline.searchkeys import clean_text
from hotline.tickets import rules
from hotline.tickets.models import Ticket
from hotline.tickets.rules import Status
from hotline.tickets.service.holding import clocks_of, hold_all
from hotline.tickets.service.member.obliging import remind_again_of_obligations
from hotline.tickets.service.starting import service_start
from hotline.tickets.service.telling import tell_caller
from hotline.tickets.service.urgency import page_if_urgent
from hotline.timeline import service as timeline
from hotline.timeline.models import Line
from hotline.timeline.rules import Audience, Event


@dataclass(frozen=True)
class _Stood:
    """How a ticket stood when it was joined: status, who followed it, what was owed."""

    was: Status
    followers: frozenset[int]
    owed: frozenset[int]
    carried: int | None


def part(ticket: Ticket, *, reason: str = "", by_id: int, now: datetime) -> None:
    """Let a joined ticket go on by itself, where it stood, with what its caller was promised.

    A promised time that is still to come holds again, and whose work it was, their work it is;
    otherwise the caller is owed a call from now on. What was promised for it on the other ticket
    alone is called off there. How grave the other one became stays: a person judges that. Raises
    Refused when it is not joined, and Invalid for a ``reason`` that is no text.
    """
    reason = _cleaned(reason)
    if ticket.duplicate_of_id is None:
        raise Refused(N_("This ticket is not joined with another one."))
    into = db.session.get_one(Ticket, ticket.duplicate_of_id)
    followers = select(Ticket).where(Ticket.duplicate_of_id == into.id, Ticket.id != ticket.id)
    others = list(db.session.scalars(followers))
    owed_there = hold_all([ticket, into, *others])
    if ticket.duplicate_of_id != into.id:
        raise Refused(N_("Somebody changed this ticket at the same moment. Please look again."))
    stood = _stood(ticket, into)
    _let_go_there(owed_there, stood, ticket, by_id=by_id, now=now)
    ticket.status, ticket.duplicate_of_id = stood.was, None
    for one in others:
        if one.id in stood.followers:
            one.duplicate_of_id = ticket.id
    db.session.flush()
    timeline.write(ticket.id, Event.REOPENED, at=now, by_id=by_id, facts={"reason": reason})
    facts = {"number": ticket.number, "reason": reason}
    timeline.write(into.id, Event.PARTED, at=now, by_id=by_id, facts=facts)
    audit.write("ticket.parted", rules.subject(ticket.number), by_id=by_id, now=now,
                from_=into.number)  # fmt: skip
    _promise_again(ticket, stood, by_id=by_id, now=now)
    goes_on = f"→ {rules.spaced(into.number)}"
    deadlines.take_back(clocks_of(ticket), reason=goes_on, by_id=by_id, now=now)
    remind_again_of_obligations(ticket, now=now)
    tell_caller(ticket, now=now, by_id=by_id)


def _cleaned(reason: str) -> str:
    try:
        return clean_text(reason, rules.REASON_LETTERS).strip()
    except Problem as problem:
        raise Invalid({"reason": problem}) from problem


def _stood(ticket: Ticket, into: Ticket) -> _Stood:
    """What the line says that was written when they were joined."""
    query = select(Line.facts).where(Line.ticket_id == into.id, Line.event == Event.TOOK_IN)
    lines = db.session.scalars(query.order_by(Line.id.desc()))
    told: Mapping[str, Any] = next(
        (facts for facts in lines if facts.get("number") == ticket.number), {}
    )
    return _Stood(
        Status(told.get("was", rules.REOPENED)),
        frozenset(told.get("followers", ())),
        frozenset(told.get("owed", ())),
        told.get("carried"),
    )


def _let_go_there(
    owed: list[Followup], stood: _Stood, ticket: Ticket, *, by_id: int, now: datetime
) -> None:
    carried = [one for one in owed if one.id == stood.carried and one.status in OPEN]
    for one in carried:
        why = f"→ {rules.spaced(ticket.number)}"
        followups.call_off(one, reason=why, audience=Audience.STAFF, by_id=by_id, now=now)


def _promise_again(ticket: Ticket, stood: _Stood, *, by_id: int, now: datetime) -> None:
    query = select(Followup).where(Followup.id.in_(stood.owed), Followup.due_at > now)
    first = db.session.scalars(query.order_by(Followup.due_at, Followup.id)).first()
    if first is not None:
        followups.renew(first, ticket.number, by_id=by_id, now=now)
    else:
        followups.promise(
            ticket.id,
            ticket.number,
            service_start(ticket.line, now),
            severity=ticket.severity,
            drill=ticket.drill,
            by_id=by_id,
            now=now,
        )
    page_if_urgent(ticket, now=now)

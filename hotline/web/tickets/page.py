"""What the page of one ticket shows, read once; which form came back, and with which words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hotline import policy
from hotline.calls import queries as calls
from hotline.duty import queries as duty
from hotline.duty.models import Page
from hotline.duty.rules import PageStatus
from hotline.edge import words
from hotline.edge.language import current
from hotline.errors import Missing
from hotline.followups import queries as promises
from hotline.followups.models import Attempt, Followup
from hotline.followups.rules import OPEN
from hotline.incidents import queries as incidents
from hotline.notices import queries as notices
from hotline.notices.models import Notice
from hotline.notices.rules import OPEN as UNSENT
from hotline.notices.rules import Status as Told
from hotline.people import queries as people
from hotline.people.models import Person
from hotline.people.rules import DESK
from hotline.tickets import queries, rules
from hotline.tickets import service as tickets
from hotline.tickets.models import Ticket
from hotline.tickets.rules import (
    ConsentsPolicy,
    HearingPolicy,
    Intake,
    Question,
    ReferralsPolicy,
    Status,
)
from hotline.timeline import queries as timeline
from hotline.timeline.models import Line
from hotline.timeline.rules import Audience, Event
from hotline.web import formats
from hotline.web.correspondence import page as correspondence
from hotline.web.costs import shown as costs
from hotline.web.costs.shown import Money
from hotline.web.deadlines import clocks, obliged
from hotline.web.tickets import nexts, proposed, story, tasks
from hotline.web.tickets.nexts import Known
from hotline.web.tickets.tasks import Row

UNTOLD = UNSENT | {Told.GIVEN_UP}
"""A notice in one of these has reached nobody."""

PATH = (
    Status.HEARING,
    Status.ADVISED,
    Status.COORDINATING,
    Status.RESPONDING,
    Status.SETTLING,
)
"""The statuses between the call and the end, in the order in which a ticket passes them."""


@dataclass(frozen=True)
class Judged:
    """Who judged last how grave the ticket is, and when."""

    name: str
    at: datetime


def whole(ticket: Ticket, viewer: Person, *, now: datetime) -> dict[str, Any]:
    """Everything the desk sees of a ticket."""
    listed = promises.of_ticket(ticket.id)
    attempts = promises.attempts_of(ticket.id)
    pages = [one for one in duty.pages_of(ticket.number) if one.status == PageStatus.OPEN]
    lines = timeline.of_ticket(ticket.id, Audience.STAFF)
    names = _names(ticket, listed, attempts)
    rows = tasks.rows(ticket.id)
    money = costs.of_ticket(ticket, viewer, [row.task for row in rows])
    ticking = clocks.of_ticket(ticket, queries.kept(ticket.id).answers, viewer, now=now)
    member_side = correspondence.counted(ticket, now=now)
    known = Known(
        ticket,
        open_one(listed),
        attempts,
        pages,
        names,
        may_be_responsible=bool(viewer.roles & rules.RESPONSIBLE),
        may_be_called=bool(_phones(ticket)),
        tasks=rows,
        to_ask=frozenset(task.id for task, _ in money.to_ask),
        clocks=ticking["clocks"],
        beside=correspondence.nexts(ticket, member_side, now=now),
    )
    return {
        **_promised(listed, attempts),
        **_heard(ticket),
        **_joined(ticket),
        **_ways(ticket, viewer),
        **_incident(ticket),
        **_partners(ticket, rows, money, now=now),
        **ticking,
        "ticket": ticket,
        "obliged": obliged.of_ticket(ticket),
        "known": known,
        "member_side": member_side,
        "nexts": nexts.nexts(known, now=now),
        "names": names,
        "judged": _judged(lines),
        "story": story.by_day(lines),
        "audiences": words.AUDIENCES,
        "now": now,
    }


def open_one(listed: list[Followup]) -> Followup | None:
    """The promise that is owed next; None when nothing is owed."""
    return next((one for one in listed if one.status in OPEN), None)


def page_of(ticket: Ticket, page_id: int) -> Page:
    """The page with this id, if it is about this ticket. Raises Missing."""
    found = duty.page_by_id(page_id)
    if found is None or found.number != ticket.number:
        raise Missing()
    return found


def coordinators() -> list[Person]:
    """Everybody who can be responsible for a ticket, by name."""
    found = {one.id: one for role in rules.RESPONSIBLE for one in people.with_role(role)}
    return sorted(found.values(), key=lambda one: (one.name, one.id))


def _names(
    ticket: Ticket, listed: Sequence[Followup], attempts: Sequence[Attempt]
) -> dict[int | None, str]:
    ids = [one.taken_by_id for one in listed] + [one.by_id for one in attempts]
    return people.names([ticket.coordinator_id, *ids])


def _promised(listed: list[Followup], attempts: list[Attempt]) -> dict[str, Any]:
    promise = open_one(listed)
    return {
        "promise": promise,
        "untold": _untold(promise),
        "ended": [one for one in listed if one.status not in OPEN],
        "attempts": attempts,
    }


def _untold(promise: Followup | None) -> Notice | None:
    """The notice of this promise that could not be delivered so far, if there is one."""
    told = notices.about(f"followup:{promise.id}") if promise is not None else ()
    return next((one for one in told if one.failures and one.status in UNTOLD), None)


def _heard(ticket: Ticket) -> dict[str, Any]:
    """What the caller said, in words."""
    intake = queries.intake_of(ticket)
    return {
        "intake": intake,
        "answers": _answers(intake),
        "consents": _consents(intake),
        "other_kind": _other_kind(intake.other_kind),
        "proposal": rules.proposal(intake, tickets.choices()),
        "tongue": current(),
    }


def _other_kind(code: str) -> str:
    kind = tickets.choices().kinds.kinds.get(code)
    return str(getattr(kind, current(), code))


def _answers(intake: Intake) -> list[tuple[str, str]]:
    """Question and answer in words, in the order of the sheet."""
    known = policy.get(HearingPolicy).by_key
    asked = [key for key in known if key in intake.answers]
    asked += [key for key in intake.answers if key not in known]
    return [
        (str(getattr(known.get(key), current(), key)), _answer(known.get(key), intake.answers[key]))
        for key in asked
    ]


def _answer(question: Question | None, given: Sequence[str]) -> str:
    options = {one.code: getattr(one, current()) for one in question.options} if question else {}
    said = [str(options.get(one, one)) for one in given]
    if question is not None and question.input == "datetime":
        said = [formats.full_moment(datetime.fromisoformat(one)) for one in given]
    return formats.listed(said)


def _consents(intake: Intake) -> list[tuple[str, str]]:
    """Recipient in words, and what was said: yes, no or unasked."""
    codes = {True: "yes", False: "no", None: "unasked"}
    return [
        (getattr(one, current()), codes[intake.consents.get(one.code)])
        for one in policy.get(ConsentsPolicy).recipient
    ]


def _joined(ticket: Ticket) -> dict[str, Any]:
    """The tickets of the same incident, and the calls of them all."""
    joined = queries.joined(ticket)
    numbers = {ticket.id: ticket.number, **{one.id: one.number for one in joined}}
    taken_in = [one for one in joined if one.duplicate_of_id == ticket.id]
    followed = [ticket.id, *(one.id for one in taken_in)]
    rang = calls.of_tickets(followed)
    return {
        "goes_on_as": next((one for one in joined if one.id == ticket.duplicate_of_id), None),
        "taken_in": taken_in,
        "calls": rang,
        "moves": calls.moves([ticket.id]),
        "endings": {
            one.id: formats.disposition(one.disposition) for one in rang if one.disposition
        },
        "numbers": numbers,
    }


def _partners(
    ticket: Ticket, rows: Sequence[Row], money: Money, *, now: datetime
) -> dict[str, Any]:
    """What partners do and cost, what more may be needed, and who is on the other side."""
    return {
        "tasks": rows,
        "tasks_counted": tasks.counted(rows),
        "prices": tasks.prices(money),
        "money": money,
        "proposed": proposed.shown(ticket, now=now),
        "parties": proposed.parties(ticket),
    }


def _incident(ticket: Ticket) -> dict[str, Any]:
    """The incident of many tickets that it belongs to, or those that it could belong to."""
    incident = incidents.of_ticket(ticket.id)
    return {"incident": incident, "incidents": [] if incident else incidents.going_on()}


def _judged(lines: Sequence[tuple[Line, str | None]]) -> Judged | None:
    """The newest judgement the story tells of; ``lines`` come newest first."""
    found = (Judged(name, line.at) for line, name in lines if name and line.event == Event.ASSESSED)
    return next(found, None)


def _ways(ticket: Ticket, viewer: Person) -> dict[str, Any]:
    """Where the ticket may go from here, and who may be responsible."""
    status = Status(ticket.status)
    may = rules.NEXT[status]
    backward = [one for one in PATH if one in may and rules.needs_reason(status, one)]
    may_act = bool(viewer.roles & DESK)
    return {
        "may_act": may_act,
        "may_be_responsible": bool(viewer.roles & rules.RESPONSIBLE),
        "path": PATH,
        "may": may,
        "forward": [one for one in PATH if one in may and one not in backward],
        "backward": backward,
        "closing_needs_reason": rules.needs_reason(status, Status.CLOSED),
        "has_ended": status in rules.ENDED,
        "reached_by": _reached_by(ticket),
        "phones": _phones(ticket),
        "severities": tuple(rules.Severity),
        "referrals": policy.get(ReferralsPolicy).referral,
        "coordinators": coordinators() if may_act else [],
    }


def _phones(ticket: Ticket) -> Mapping[str, str]:
    """Which phones of the caller may be rung, the first to try first; in a drill none."""
    if ticket.drill:
        return {}
    return rules.phones(queries.contacts_of(ticket), policy.get(rules.ReachingPolicy))


def _reached_by(ticket: Ticket) -> tuple[str, ...]:
    """The channels by which its caller can be sent something; none for a drill and an ended one."""
    if ticket.drill or ticket.status in rules.ENDED:
        return ()
    return tuple(rules.reach(queries.contacts_of(ticket), policy.get(rules.ReachingPolicy)))

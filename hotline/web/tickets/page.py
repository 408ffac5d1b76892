"""What the page of one ticket shows, read once; which form came back, and with which words."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from hotline import policy, together
from hotline.calls import queries as calls
from hotline.calls.models import Call
from hotline.duty import queries as duty
from hotline.duty.models import Page
from hotline.duty.rules import PageStatus
from hotline.edge import words
from hotline.edge.language import current
from hotline.errors import Missing
from hotline.followups import queries as promises
from hotline.followups.models import Followup
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
    Reachable,
    ReferralsPolicy,
    Status,
)
from hotline.timeline import queries as timeline
from hotline.timeline.models import Line
from hotline.timeline.rules import Audience, Event
from hotline.web import formats, frame
from hotline.web.costs import shown as costs
from hotline.web.costs.shown import Money
from hotline.web.deadlines import clocks, obliged
from hotline.web.tickets import member_side, nexts, proposed, story, tasks
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
    read = together.named(
        promised=lambda: _promised(ticket),
        pages=lambda: duty.pages_of(ticket.number),
        lines=lambda: timeline.of_ticket(ticket.id, Audience.STAFF),
        heard=lambda: _heard(ticket),
        joined=lambda: _joined(ticket),
        incident=lambda: _incident(ticket),
        rows=lambda: tasks.rows(ticket.id),
        money=lambda: costs.of_ticket(ticket, viewer),
        ticking=lambda: clocks.of_ticket(ticket, _answered(ticket), viewer, now=now),
        member_side=lambda: member_side.counted(ticket, now=now),
        ways=lambda: _ways(ticket, viewer),
        proposed=lambda: proposed.shown(ticket, now=now),
        parties=lambda: proposed.parties(ticket),
        obliged=lambda: obliged.of_ticket(ticket),
        frame=frame.reading_ahead(),
    )
    known = Known(
        ticket,
        read["promised"]["promise"],
        read["promised"]["attempts"],
        [one for one in read["pages"] if one.status == PageStatus.OPEN],
        read["promised"]["names"],
        may_be_responsible=bool(viewer.roles & rules.RESPONSIBLE),
        may_be_called=bool(read["ways"]["phones"]),
        tasks=read["rows"],
        to_ask=frozenset(task.id for task, _ in read["money"].to_ask),
        clocks=read["ticking"]["clocks"],
        beside=member_side.nexts(ticket, read["member_side"], now=now),
    )
    return {
        **read["promised"],
        **read["heard"],
        **read["joined"],
        **read["ways"],
        **read["incident"],
        **read["ticking"],
        **_partners(read["rows"], read["money"]),
        "proposed": read["proposed"],
        "parties": read["parties"],
        "ticket": ticket,
        "obliged": read["obliged"],
        "known": known,
        "member_side": read["member_side"],
        "nexts": nexts.nexts(known, now=now),
        "judged": _judged(read["lines"]),
        "story": story.by_day(read["lines"]),
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
    held = together.ask(*(partial(people.with_role, role) for role in rules.RESPONSIBLE))
    found = {one.id: one for of_role in held for one in of_role}
    return sorted(found.values(), key=lambda one: (one.name, one.id))


def _promised(ticket: Ticket) -> dict[str, Any]:
    """The promises, every try to keep one, and who had to do with them."""
    listed, attempts = together.ask(
        lambda: promises.of_ticket(ticket.id), lambda: promises.attempts_of(ticket.id)
    )
    promise = open_one(listed)
    ids = [one.taken_by_id for one in listed] + [one.by_id for one in attempts]
    names, untold = together.ask(
        lambda: people.names([ticket.coordinator_id, *ids]), lambda: _untold(promise)
    )
    return {
        "promise": promise,
        "untold": untold,
        "ended": [one for one in listed if one.status not in OPEN],
        "attempts": attempts,
        "names": names,
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
    (joined, rang), moves = together.ask(
        lambda: _joined_and_rang(ticket), lambda: calls.moves([ticket.id])
    )
    numbers = {ticket.id: ticket.number, **{one.id: one.number for one in joined}}
    taken_in = [one for one in joined if one.duplicate_of_id == ticket.id]
    return {
        "goes_on_as": next((one for one in joined if one.id == ticket.duplicate_of_id), None),
        "taken_in": taken_in,
        "calls": rang,
        "moves": moves,
        "endings": {
            one.id: formats.disposition(one.disposition) for one in rang if one.disposition
        },
        "numbers": numbers,
    }


def _joined_and_rang(ticket: Ticket) -> tuple[list[Ticket], list[Call]]:
    joined = queries.joined(ticket)
    taken_in = [one.id for one in joined if one.duplicate_of_id == ticket.id]
    return joined, calls.of_tickets([ticket.id, *taken_in])


def _partners(rows: Sequence[Row], money: Money) -> dict[str, Any]:
    """What partners do and cost."""
    return {
        "tasks": rows,
        "tasks_counted": tasks.counted(rows),
        "prices": tasks.prices(money),
        "money": money,
    }


def _answered(ticket: Ticket) -> Collection[str]:
    return queries.kept(ticket.id).answers


def _incident(ticket: Ticket) -> dict[str, Any]:
    """The incident of many tickets that it belongs to, or those that it could belong to."""
    incident, going_on = together.ask(
        lambda: incidents.of_ticket(ticket.id), lambda: incidents.going_on()
    )
    return {"incident": incident, "incidents": [] if incident else going_on}


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
    reachable, named = together.ask(
        lambda: None if ticket.drill else queries.contacts_of(ticket),
        lambda: coordinators() if may_act else [],
    )
    return {
        "may_act": may_act,
        "may_be_responsible": bool(viewer.roles & rules.RESPONSIBLE),
        "path": PATH,
        "may": may,
        "forward": [one for one in PATH if one in may and one not in backward],
        "backward": backward,
        "closing_needs_reason": rules.needs_reason(status, Status.CLOSED),
        "has_ended": status in rules.ENDED,
        "reached_by": _reached_by(ticket, reachable),
        "phones": _phones(reachable),
        "severities": tuple(rules.Severity),
        "referrals": policy.get(ReferralsPolicy).referral,
        "coordinators": named,
    }


def _phones(reachable: Reachable | None) -> Mapping[str, str]:
    """Which phones of the caller may be rung, the first to try first; in a drill none."""
    return rules.phones(reachable, policy.get(rules.ReachingPolicy)) if reachable else {}


def _reached_by(ticket: Ticket, reachable: Reachable | None) -> tuple[str, ...]:
    """The channels by which its caller can be sent something; none for a drill and an ended one."""
    if reachable is None or ticket.status in rules.ENDED:
        return ()
    return tuple(rules.reach(reachable, policy.get(rules.ReachingPolicy)))

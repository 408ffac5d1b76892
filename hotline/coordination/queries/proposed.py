"""Which work is proposed for a ticket now, and who stands on its other side."""

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import bindparam, select

from hotline import together
from hotline.calendars import service as calendars
from hotline.coordination import rules
from hotline.coordination.models import OpposingParty, Task
from hotline.coordination.queries.tasks import tasks_of
from hotline.coordination.rules import (
    FunctionsPolicy,
    Going,
    RoutingPolicy,
    Situation,
    TaskProposal,
    TaskStatus,
)
from hotline.db import db
from hotline.members import queries as members
from hotline.policy import get
from hotline.tickets import queries as tickets
from hotline.tickets.models import Ticket
from hotline.tickets.rules import ENDED, HearingPolicy, Intake

_PARTIES = (
    select(OpposingParty)
    .where(OpposingParty.ticket_id == bindparam("ticket_id"))
    .order_by(OpposingParty.id)
)


def proposals_for(ticket: Ticket, *, now: datetime) -> list[TaskProposal]:
    """What the rules ask for and nobody has dealt with yet; nothing once the ticket has ended."""
    if ticket.status in ENDED:
        return []
    intake, tasks, calendar = together.ask(
        lambda: tickets.intake_of(ticket),
        lambda: tasks_of(ticket.id),
        lambda: calendars.current("hotline"),
    )
    hearing = get(HearingPolicy)
    situation = Situation(
        case_types=ticket.case_types,
        other_kind=ticket.other_kind,
        answers=intake.answers,
        severity=ticket.severity,
        received_at=ticket.received_at,
        now=now,
        moments=_moments(intake, hearing),
    )
    return rules.proposals(
        situation,
        [_going(one) for one in tasks],
        policies=(get(RoutingPolicy), get(FunctionsPolicy), hearing),
        calendar=calendar,
    )


def opposing_parties(ticket_id: int) -> Sequence[OpposingParty]:
    """Who stands on the other side of a ticket, in the order they were noted."""
    return db.session.scalars(_PARTIES, {"ticket_id": ticket_id}).all()


def place_of(ticket: Ticket) -> tuple[str, str]:
    """Region and prefecture of the site that called, or of the company; "" where nobody knows.

    No more than the prefecture: partners read it before they answer.
    """
    member = members.by_number(ticket.member_number) if ticket.member_number else None
    sites = member.sites if member is not None else []
    here = [one.address for one in sites if ticket.site and one.name == ticket.site]
    own = [one.address for one in sites if not one.name]
    functions = get(FunctionsPolicy)
    places = (functions.place_of(text) for text in (*here, ticket.site, *own))
    return next((one for one in places if one[0]), ("", ""))


def _going(task: Task) -> Going:
    withdrawn = task.status in (TaskStatus.WITHDRAWN, TaskStatus.CANCELLED)
    return Going(task.function, task.works, task.because, withdrawn=withdrawn)


def _moments(intake: Intake, hearing: HearingPolicy) -> dict[str, datetime]:
    """Question to the moment that was answered; UTC."""
    found: dict[str, datetime] = {}
    for one in hearing.question:
        at = _moment(intake, one.key, one.field) if one.input == "datetime" else None
        if at is not None:
            found[one.key] = at.astimezone(UTC)
    return found


def _moment(intake: Intake, key: str, field: str | None) -> datetime | None:
    if field is not None:
        at = getattr(intake, field)
        return at if isinstance(at, datetime) else None
    answer = intake.answers.get(key)
    return datetime.fromisoformat(answer[0]) if answer else None

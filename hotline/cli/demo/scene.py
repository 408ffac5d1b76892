"""Play the stories of the demo through the same verbs that the desk uses."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.resources import files
from typing import Any

from sqlalchemy import select

from hotline import policy
from hotline.calendars import service as calendars
from hotline.calls import service as calls
from hotline.cli.demo import corresponding, partnering
from hotline.cli.demo.stories import STORIES
from hotline.cli.demo.story import Came, Since, Step, Story
from hotline.db import db
from hotline.duty import queries as duty
from hotline.duty.rules import LinesPolicy
from hotline.followups import queries as promises
from hotline.followups import service as followups
from hotline.followups.models import Followup
from hotline.followups.rules import OPEN
from hotline.members import queries as members
from hotline.members import service as companies
from hotline.people import queries as people
from hotline.people.models import Person
from hotline.people.rules import Role
from hotline.tickets import service as tickets
from hotline.tickets.models import Ticket
from hotline.tickets.rules import Intake, Status

HOUR = timedelta(hours=1)
TYPED_AFTER = timedelta(minutes=2)
JUST_NOW = timedelta(minutes=6)
LATE_BY = timedelta(minutes=100)
LONG_AGO = timedelta(days=4)
LOOK_BACK_HOURS = 24 * 14
APART = timedelta(hours=1, minutes=47, seconds=13)
DEEP_NIGHT = timedelta(hours=9)


@dataclass(frozen=True)
class Desk:
    """The people who act in the stories."""

    operator: Person
    coordinator: Person


def import_companies(*, now: datetime) -> None:
    """Take over the companies of the demo from its file, as anybody takes over theirs."""
    content = files("hotline.cli.demo").joinpath("companies.csv").read_bytes()
    companies.import_rows(companies.read_file(content), by_id=None, now=now)


def open_tickets(*, now: datetime) -> list[Ticket]:
    """Play every story that was not played before; the tickets of all, in their order."""
    desk = Desk(people.with_role(Role.OPERATOR)[0], people.with_role(Role.COORDINATOR)[0])
    return [
        _known(story) or _play(story, desk, place, now=now) for place, story in enumerate(STORIES)
    ]


def _known(story: Story) -> Ticket | None:
    told = Ticket.summary == story.intake["summary"]
    query = select(Ticket).where(Ticket.member_number == story.member, told)
    return db.session.scalars(query).first()


def _play(story: Story, desk: Desk, place: int, *, now: datetime) -> Ticket:
    received_at = _received_at(story, place, now=now)
    typed_at = received_at + TYPED_AFTER
    ticket = calls.new_call(
        line=story.line,
        by_id=desk.operator.id,
        now=received_at,
        from_number=str(story.intake["caller_phone"]),
    )
    company = members.by_number(story.member)
    intake = Intake(
        **story.intake,
        member_number=story.member,
        company=company.name if company else "",
        discovered_at=received_at - HOUR,
    )
    tickets.fill_in(ticket, intake, version=ticket.version, by=desk.operator, now=typed_at)
    began = {
        Since.THE_CALL: typed_at,
        Since.THE_PROMISE: max(typed_at, _promise(ticket).due_at),
        Since.NOW: now,
    }
    if story.came is Came.JUST_NOW:
        began[Since.THE_PROMISE] = typed_at
    for step in story.steps:
        _do(step, ticket, desk, min(began[step.since] + step.after, now))
    return ticket


def _do(step: Step, ticket: Ticket, desk: Desk, at: datetime) -> None:
    if step.verb in OF_THE_COORDINATOR:
        OF_THE_COORDINATOR[step.verb](ticket, desk.coordinator, step.facts, at)
    else:
        VERBS[step.verb](ticket, desk, step.facts, at)


def _received_at(story: Story, place: int, *, now: datetime) -> datetime:
    """A moment that makes the promise fall due as the story says.

    No two calls come together: the ``place`` of a story sets it apart from the others.
    """
    if story.came is Came.JUST_NOW:
        return now - JUST_NOW - place * timedelta(seconds=19)
    calendar = calendars.current(policy.get(LinesPolicy).line(story.line).calendar)
    due_before = now - (LATE_BY if story.came is Came.LATE else LONG_AGO)
    first = due_before - place * APART
    for hours in range(LOOK_BACK_HOURS):
        at = first - hours * HOUR
        start = calendar.service_start(at)
        at_night = start.at - at > DEEP_NIGHT
        if start.at <= due_before and (at_night or story.came is not Came.AT_NIGHT):
            return at
    raise ValueError("The calendar was not open for two weeks.")


def _promise(ticket: Ticket) -> Followup:
    """What is owed next on the ticket, or on the one that it was joined with."""
    listed = promises.of_ticket(ticket.duplicate_of_id or ticket.id)
    return next(one for one in listed if one.status in OPEN)


Facts = Mapping[str, Any]
Verb = Callable[[Ticket, Desk, Facts, datetime], object]


def _take(ticket: Ticket, desk: Desk, _facts: Facts, now: datetime) -> None:
    followups.take(_promise(ticket), by_id=desk.coordinator.id, now=now)


def _take_page(ticket: Ticket, desk: Desk, _facts: Facts, now: datetime) -> None:
    for page in duty.pages_of(ticket.number):
        followups.take_page(page.id, by_id=desk.coordinator.id, now=now)


def _charge(ticket: Ticket, desk: Desk, _facts: Facts, now: datetime) -> None:
    tickets.take_charge(ticket, by_id=desk.coordinator.id, now=now)


def _attempt(ticket: Ticket, desk: Desk, facts: Facts, now: datetime) -> None:
    again = facts.get("next_in")
    followups.attempt(
        _promise(ticket),
        facts["outcome"],
        with_whom=facts.get("with_whom", ""),
        next_try_at=now + again if again else None,
        by_id=desk.coordinator.id,
        now=now,
    )


def _keep(ticket: Ticket, desk: Desk, _facts: Facts, now: datetime) -> None:
    tickets.keep_promise(_promise(ticket), by_id=desk.coordinator.id, now=now)


def _move(ticket: Ticket, desk: Desk, facts: Facts, now: datetime) -> None:
    """Move it to the next opening, or by some hours while we are open."""
    calendar = calendars.current(policy.get(LinesPolicy).line(ticket.line).calendar)
    due_at = calendar.service_start(now + 3 * HOUR).at
    followups.move(
        _promise(ticket),
        ticket.number,
        due_at=due_at,
        reason=facts["reason"],
        by_id=desk.coordinator.id,
        now=now,
    )


def _go_to(ticket: Ticket, desk: Desk, facts: Facts, now: datetime) -> None:
    why = {name: facts[name] for name in ("reason", "referral") if name in facts}
    tickets.go_to(ticket, Status(facts["status"]), **why, by_id=desk.coordinator.id, now=now)


def _join(ticket: Ticket, desk: Desk, _facts: Facts, now: datetime) -> None:
    """Join it to the first ticket of the same company."""
    same = Ticket.member_number == ticket.member_number
    query = select(Ticket).where(same, Ticket.id != ticket.id).order_by(Ticket.id)
    tickets.join(ticket, db.session.scalars(query.limit(1)).one(), by_id=desk.operator.id, now=now)


def _note(ticket: Ticket, desk: Desk, facts: Facts, now: datetime) -> None:
    tickets.add_note(ticket, facts["text"], audience="staff", by_id=desk.coordinator.id, now=now)


OF_THE_COORDINATOR = {**partnering.VERBS, **corresponding.VERBS}

VERBS: dict[str, Verb] = {
    "take": _take,
    "take_page": _take_page,
    "charge": _charge,
    "attempt": _attempt,
    "keep": _keep,
    "move": _move,
    "go_to": _go_to,
    "join": _join,
    "note": _note,
}
"""What a step of a story does."""

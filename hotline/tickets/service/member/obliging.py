"""What an insured company has to see to after an accident: when it begins, and reminding of it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from hotline import policy
from hotline.audit import service as audit
from hotline.db import db
from hotline.deadlines import rules as duties
from hotline.deadlines import service as deadlines
from hotline.deadlines.models import Obligation
from hotline.deadlines.rules import ObligationsPolicy
from hotline.members import queries as members
from hotline.notices.rules import Kind
from hotline.tickets import rules
from hotline.tickets.models import Ticket
from hotline.tickets.rules import Intake
from hotline.tickets.service.holding import clocks_of, hold
from hotline.tickets.service.member.telling import tell_member
from hotline.timeline import service as timeline
from hotline.timeline.rules import Event


def owe_from_the_start(ticket: Ticket, *, by_id: int | None, now: datetime) -> None:
    """Let the duties begin of a company that is known, and insured, when its ticket is opened."""
    if ticket.member_number and members.is_insured(ticket.member_number, ticket.received_at):
        deadlines.begin_obligations(clocks_of(ticket), {}, by_id=by_id, now=now)


def owe(ticket: Ticket, was: Intake, will: Intake, *, by_id: int | None, now: datetime) -> None:
    """Let the duties begin that this save asks for: another company, or other answers.

    Where it changes nothing about them, nothing is asked of the database.
    """
    known = policy.get(ObligationsPolicy)
    if _decisive(was, known) == _decisive(will, known):
        return
    number = will.member_number
    insured = duties.says_insured(will.answers, known) or (
        bool(number) and members.is_insured(number, ticket.received_at)
    )
    if insured:
        deadlines.begin_obligations(clocks_of(ticket), will.answers, by_id=by_id, now=now)


def remind_of_obligations(ticket_id: int, *, now: datetime) -> int:
    """Tell the company's people and the caller that something is open; by how many ways.

    Nobody is told of a drill, or after the end.
    """
    ticket = db.session.scalars(select(Ticket).where(Ticket.id == ticket_id)).one()
    hold(ticket)
    due = deadlines.take_reminders(ticket.id, now=now)
    if not due or ticket.drill or ticket.status in rules.ENDED:
        return 0
    about = rules.subject(ticket.number)
    ways = tell_member(ticket, about, Kind.OBLIGATION_OPEN, due_at=now, now=now)
    _note(ticket, due, ways=ways, now=now)
    return ways


def remind_again_of_obligations(ticket: Ticket, *, now: datetime) -> None:
    """The ticket goes on after its end, during which nobody was told what is open."""
    if not ticket.drill:
        deadlines.remind_again(ticket.id, now=now)


def _decisive(intake: Intake, known: ObligationsPolicy) -> object:
    """What of an intake decides about duties."""
    answers = {key: tuple(intake.answers[key]) for key in known.asked if intake.answers.get(key)}
    return intake.member_number or "", answers


def _note(ticket: Ticket, due: Sequence[Obligation], *, ways: int, now: datetime) -> None:
    codes = [one.code for one in due]
    timeline.write(
        ticket.id, Event.OBLIGATIONS_REMINDED, at=now, by_id=None, facts={"obligations": codes}
    )
    about = rules.subject(ticket.number)
    audit.write("obligations.reminded", about, by_id=None, now=now, codes=codes, ways=ways)

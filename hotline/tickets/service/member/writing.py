"""The desk and the member write to each other, and the desk asks for what it needs."""

from datetime import datetime

from hotline.errors import N_, Invalid, Problem
from hotline.messages import queries as written
from hotline.messages import service as messages
from hotline.messages.models import Message, Need
from hotline.messages.rules import MEMBER_WRITES, MEMBER_WRITES_WITHIN, Asked, Side
from hotline.notices import service as notices
from hotline.notices.rules import RESPONSIBLE, Kind
from hotline.tickets import rules
from hotline.tickets.models import Ticket
from hotline.tickets.service.holding import check_goes_on
from hotline.tickets.service.member.telling import tell_member, together
from hotline.timeline import service as timeline
from hotline.timeline.rules import Event


def write_message(
    ticket: Ticket,
    body: str,
    *,
    side: Side,
    by_id: int | None,
    now: datetime,
    up_to: int | None = None,
) -> Message:
    """Write in the thread of member and desk; the other side is told.

    ``by_id``: None for the caller behind a code. ``up_to``: the last message that the desk had
    before its eyes, which it answers herewith; None answers all. Raises Invalid naming ``body``,
    also for a member's side that writes without end.
    """
    about = rules.member_thread(ticket.id)
    if side is Side.MEMBER:
        _check_pace(about, by_id=by_id, now=now)
        made = messages.write(about, ticket.id, body, side=side, by_id=by_id, now=now)
        timeline.write(ticket.id, Event.MEMBER_WROTE, at=now, by_id=by_id, subject=about)
        _tell_desk(ticket, about, now=now)
        return made
    made = messages.write(about, ticket.id, body, side=Side.DESK, by_id=by_id, now=now)
    timeline.write(ticket.id, Event.DESK_WROTE_MEMBER, at=now, by_id=by_id, subject=about)
    _settle(ticket, by_id=by_id, now=now, up_to=up_to)
    due_at = together(about, Kind.DESK_WROTE_MEMBER, now=now)
    tell_member(ticket, about, Kind.DESK_WROTE_MEMBER, due_at=due_at, now=now)
    return made


def _check_pace(about: str, *, by_id: int | None, now: datetime) -> None:
    since = now - MEMBER_WRITES_WITHIN
    if written.written_since(about, by_id, since) >= MEMBER_WRITES:
        sentence = N_(
            "You wrote %(most)s messages within an hour. Please call us, or write again later."
        )
        raise Invalid({"body": Problem(sentence, most=MEMBER_WRITES)})


def needs_no_answer(ticket: Ticket, *, up_to: int, by_id: int, now: datetime) -> None:
    """What the member wrote up to this message was read, and nothing has to be answered."""
    _settle(ticket, by_id=by_id, now=now, up_to=up_to)


def ask_member(ticket: Ticket, asked: Asked, *, by_id: int, now: datetime) -> Need:
    """Ask the member for a file, an answer or a call; the accounts and the caller are told.

    Raises Invalid naming ``wanted``, ``text`` or ``due_at``, and Refused when the ticket has ended.
    """
    check_goes_on(ticket)
    made = messages.ask(ticket.id, asked, by_id=by_id, now=now)
    about = rules.member_thread(ticket.id)
    due_at = together(about, Kind.NEED_ASKED, now=now)
    tell_member(ticket, about, Kind.NEED_ASKED, due_at=due_at, now=now)
    return made


def _settle(ticket: Ticket, *, by_id: int | None, now: datetime, up_to: int | None) -> None:
    """What waited is answered: nobody is told of it any more, unless something newer waits."""
    about = rules.member_thread(ticket.id)
    messages.settle(about, up_to=up_to, by_id=by_id, now=now)
    if not written.unanswered(about):
        notices.withdraw(about, {Kind.MEMBER_WROTE})


def _tell_desk(ticket: Ticket, about: str, *, now: datetime) -> None:
    notices.tell(
        about,
        Kind.MEMBER_WROTE,
        audience=RESPONSIBLE,
        due_at=together(about, Kind.MEMBER_WROTE, now=now),
        facts={"number": ticket.number},
        now=now,
    )

"""Write in a thread, and ask the member for something; nothing that was written is changed."""

from datetime import datetime

from sqlalchemy import update

from hotline.audit import service as audit
from hotline.db import db
from hotline.errors import N_, Refused
from hotline.messages import rules
from hotline.messages.models import Message, Need
from hotline.messages.rules import Asked, NeedStatus, Side
from hotline.timeline import service as timeline
from hotline.timeline.rules import Event


def write(
    subject: str, ticket_id: int, body: str, *, side: Side, by_id: int | None, now: datetime
) -> Message:
    """Add a message to the thread ``subject``, for example "task:12:vendor:5".

    ``by_id``: None for a caller without an account. Raises Invalid naming ``body``.
    """
    made = Message(
        subject=subject,
        ticket_id=ticket_id,
        body=rules.checked_body(body),
        written_at=now,
        written_by_id=by_id,
        side=side,
    )
    db.session.add(made)
    db.session.flush()
    audit.write("message.written", subject, by_id=by_id, now=now, message=made.id, side=str(side))
    return made


def settle(subject: str, *, up_to: int | None = None, by_id: int | None, now: datetime) -> int:
    """The desk has answered what the member wrote in a thread, or it needs no answer.

    ``up_to``: the last message that the desk had before its eyes; what came while it typed still
    waits. Returns how many messages waited.
    """
    waiting = (
        (Message.subject == subject)
        & (Message.side == Side.MEMBER)
        & (Message.answered_at.is_(None))
    )
    if up_to is not None:
        waiting &= Message.id <= up_to
    answered = update(Message).where(waiting).values(answered_at=now, answered_by_id=by_id)
    found = len(db.session.scalars(answered.returning(Message.id)).all())
    if found:
        audit.write("message.settled", subject, by_id=by_id, now=now, messages=found)
    return found


def ask(ticket_id: int, asked: Asked, *, by_id: int, now: datetime) -> Need:
    """Ask the member of a ticket for something; the story tells it.

    Raises Invalid naming ``wanted``, ``text`` or ``due_at``.
    """
    asked = rules.checked_need(asked, now=now)
    made = Need(
        ticket_id=ticket_id,
        wanted=asked.wanted,
        text=asked.text,
        due_at=asked.due_at,
        asked_at=now,
        asked_by_id=by_id,
        status=NeedStatus.OPEN,
    )
    db.session.add(made)
    db.session.flush()
    _tell(Event.NEED_ASKED, made, by_id=by_id, now=now)
    return made


def meet(need: Need, *, by_id: int, now: datetime) -> None:
    """It came. Raises Refused when it is open no more."""
    _end(need, NeedStatus.MET, Event.NEED_MET, by_id=by_id, now=now)


def drop(need: Need, *, by_id: int, now: datetime) -> None:
    """It is needed no more. Raises Refused when it is open no more."""
    _end(need, NeedStatus.DROPPED, Event.NEED_DROPPED, by_id=by_id, now=now)


def _end(need: Need, status: NeedStatus, event: Event, *, by_id: int, now: datetime) -> None:
    db.session.refresh(need, with_for_update=True)
    if need.status != NeedStatus.OPEN:
        raise Refused(N_("Somebody ticked this already. Please look again."))
    need.status, need.ended_at, need.ended_by_id = status, now, by_id
    db.session.flush()
    _tell(event, need, by_id=by_id, now=now)


def _tell(event: Event, need: Need, *, by_id: int, now: datetime) -> None:
    about = rules.subject_of(need.id)
    facts = {"wanted": need.wanted, "text": need.text}
    timeline.write(need.ticket_id, event, at=now, by_id=by_id, subject=about, facts=facts)
    details = {"ticket": need.ticket_id, "wanted": need.wanted}
    audit.write(f"need.{NeedStatus(need.status)}", about, by_id=by_id, now=now, **details)

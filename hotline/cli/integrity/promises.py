"""Whether what was promised has somebody to be told of it, and every notice its key."""

from collections.abc import Iterator

from sqlalchemy import ColumnElement, String, cast, exists, func, literal, select

from hotline import clock
from hotline.cli.integrity.finding import TAMPERED, Finding
from hotline.db import db
from hotline.followups.models import Followup
from hotline.followups.rules import Status as Promise
from hotline.notices import rules
from hotline.notices.models import Notice
from hotline.notices.rules import Kind, Status
from hotline.tickets.models import Ticket
from hotline.tickets.rules import (
    ENDED,
)


def open_tickets_have_a_promise() -> Iterator[Finding]:
    """Every ticket that is not ended was promised something.

    Who goes on with it once the promise was kept is a matter of people, not of rows: the list
    of tickets shows those that nobody is responsible for.
    """
    promised = exists().where(Followup.ticket_id == Ticket.id)
    query = select(Ticket.number).where(Ticket.status.not_in(ENDED), ~promised)
    for number in db.session.scalars(query):
        yield Finding(
            f"ticket:{number}", "is open and was promised nothing", "call the caller back now"
        )


def moved_promises_have_a_successor() -> Iterator[Finding]:
    """A promise of an open ticket that was moved was moved to another one."""
    newest = select(func.max(Followup.id)).group_by(Followup.ticket_id)
    query = (
        select(Ticket.number)
        .join(Followup, Followup.ticket_id == Ticket.id)
        .where(Ticket.status.not_in(ENDED), Followup.id.in_(newest))
        .where(Followup.status == Promise.MOVED)
    )
    for number in db.session.scalars(query):
        yield Finding(
            f"ticket:{number}",
            "is open, and its last promise was moved to no other",
            "call the caller back now",
        )


def pending_promises_have_a_notice() -> Iterator[Finding]:
    """Every promise not announced yet has a notice for its moment that a worker will look at."""
    unsent = Notice.status.in_([*rules.OPEN, Status.GIVEN_UP])
    waiting = _notice_of_promise(unsent & (Notice.due_at == Followup.due_at))
    query = select(Followup.id).where(Followup.status == Promise.PENDING, ~waiting)
    for followup_id in db.session.scalars(query):
        yield Finding(
            f"followup:{followup_id}",
            "is pending and nobody will be told",
            "move the promise to the same time, which makes a new notice",
        )


def announced_promises_were_told() -> Iterator[Finding]:
    """Every announced promise has a notice that was sent."""
    sent = _notice_of_promise(Notice.status == Status.SENT)
    query = select(Followup.id).where(Followup.status == Promise.ANNOUNCED, ~sent)
    for followup_id in db.session.scalars(query):
        yield Finding(
            f"followup:{followup_id}",
            "is announced, and no notice of it was sent",
            "tell the coordinator, then take the promise up",
        )


def notices_wake_in_time() -> Iterator[Finding]:
    """No notice sleeps past its moment for longer than a failure would make it wait."""
    latest = clock.now() + rules.CAP
    asleep = select(Notice).where(Notice.status.in_(rules.OPEN), Notice.wake_at > latest)
    for notice in db.session.scalars(asleep):
        if notice.wake_at > notice.due_at + rules.CAP:
            yield Finding(
                f"notice:{notice.id}",
                "sleeps past the moment it is for",
                f"flask notice retry {notice.id}, which sends it now",
            )


def notices_have_their_key() -> Iterator[Finding]:
    """The key of each notice is the one its facts give, so no two keys name the same thing."""
    for notice in db.session.scalars(select(Notice).execution_options(yield_per=1000)):
        if notice.dedup_key not in _keys(notice):
            yield Finding(
                f"notice:{notice.id}",
                "has a key that does not belong to it",
                TAMPERED,
            )
        if (notice.status == Status.SENT) != (notice.sent_at is not None):
            yield Finding(
                f"notice:{notice.id}",
                "has a status that its times do not agree with",
                TAMPERED,
            )


def _notice_of_promise(status: ColumnElement[bool]) -> ColumnElement[bool]:
    subject = literal("followup:") + cast(Followup.id, String)
    about = (Notice.subject == subject) & (Notice.kind == Kind.PROMISE_DUE)
    return exists().where(about, status)


def _keys(notice: Notice) -> set[str]:
    """What the key may be: an audience's notice keeps its key when it has found its person."""
    meant: list[tuple[str, int | None]] = []
    if notice.person_id is not None:
        meant.append(("", notice.person_id))
    if notice.audience:
        meant.append((notice.audience, None))
    return {
        rules.dedup_key(
            notice.subject,
            Kind(notice.kind),
            notice.due_at,
            channel=notice.channel,
            recipient=rules.recipient(person_id, audience),
        )
        for audience, person_id in meant
    }

"""One statement for each kind of thing: how many of each part and of the same facts."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    Subquery,
    and_,
    case,
    func,
    literal,
    literal_column,
    or_,
    select,
)
from sqlalchemy.orm import InstrumentedAttribute, aliased

from hotline.calls.models import Call
from hotline.calls.rules import FORGOTTEN_AFTER, Direction
from hotline.calls.rules import Status as Ring
from hotline.calls.service.concluding import CALLED_BACK
from hotline.coordination.models import Approval, Offer, Task
from hotline.coordination.queries.offers import ANSWER_OF, was_answered
from hotline.coordination.rules import ApprovalStatus, OfferStatus
from hotline.db import db
from hotline.deadlines.models import Clock
from hotline.deadlines.rules import Status as Runs
from hotline.evidence.models import File
from hotline.evidence.rules.words import RECORDED
from hotline.followups.models import Followup
from hotline.followups.rules import UNTAKEN
from hotline.followups.rules import Status as Promise
from hotline.reports.queries.moments import Instant, part_of, seconds_from, within
from hotline.reports.queries.opening import is_open
from hotline.reports.rules import (
    Answer,
    CallTally,
    ChainTally,
    ClockTally,
    CostTally,
    FileTally,
    Kept,
    Met,
    OfferTally,
    PromiseTally,
    Said,
    Span,
    TicketTally,
)
from hotline.tickets.models import Ticket, TicketCaseType
from hotline.tickets.rules import Status
from hotline.timeline.models import CLOSED, Line

Spans = Sequence[Span]
"""The days that are compared with, then the parts of the span in order."""

MINUTE, HOUR = 60, 3600
DAY, LONG = 24, 72
"""Hours. What lasted longer than three days is counted in whole days: fewer different values."""


def calls(spans: Spans, *, now: datetime) -> list[CallTally]:
    """Calls that came in; one that rings longer than anything rings was missed."""
    took = and_(Call.answered_at.is_not(None), Call.call_sid.is_not(None))
    back = Call.disposition == CALLED_BACK
    query = select(
        part_of(Call.received_at, spans).label("part"),
        _is_drill(Call.ticket_id).label("drill"),
        is_open(Call.received_at, spans).label("in_hours"),
        _answer(now).label("answer"),
        case((took, seconds_from(Call.received_at, Call.answered_at))).label("waited"),
        case((back, _whole(Call.received_at, Call.handled_at, MINUTE))).label("back"),
    ).where(Call.direction == Direction.IN, within(Call.received_at, spans))
    return [CallTally(*row) for row in _counted(query)]


def _answer(now: datetime) -> ColumnElement[str]:
    forgotten = and_(Call.status == Ring.RINGING, Call.received_at <= now - FORGOTTEN_AFTER)
    return case(
        (Call.status.in_([Ring.ANSWERED, Ring.DONE]), Answer.ANSWERED),
        (Call.status == Ring.VOICEMAIL, Answer.VOICEMAIL),
        (Call.is_told, Answer.HEARD),
        (or_(Call.status == Ring.MISSED, forgotten), Answer.MISSED),
        else_=Answer.RINGING,
    )


def tickets(spans: Spans) -> list[TicketTally]:
    """Tickets by their call, with the primary case type and the hours of the first promise."""
    first = (
        select(Followup.in_hours)
        .where(Followup.ticket_id == Ticket.id)
        .order_by(Followup.made_at, Followup.id)
        .limit(1)
        .scalar_subquery()
    )
    primary = and_(TicketCaseType.ticket_id == Ticket.id, TicketCaseType.position == 0)
    closed = case((Ticket.status == Status.CLOSED, closed_at()))
    each = _once(
        select(
            part_of(Ticket.received_at, spans).label("part"),
            Ticket.drill.label("drill"),
            func.coalesce(first, literal(value=False)).label("in_hours"),
            Ticket.line.label("line"),
            Ticket.severity.label("severity"),
            Ticket.status.label("status"),
            func.coalesce(TicketCaseType.case_type, "").label("case_type"),
            _units(Ticket.received_at, closed, HOUR).label("hours"),
        )
        .outerjoin(TicketCaseType, primary)
        .where(within(Ticket.received_at, spans))
    )
    hours = each.c.hours
    lasted = case((hours >= LONG, hours // DAY * DAY), (hours > 0, hours), else_=0)
    of_closed = case((each.c.status == Status.CLOSED, lasted)).label("lasted")
    query = select(*(one for one in each.c if one is not hours), of_closed)
    return [TicketTally(*row) for row in _counted(query)]


def closed_at() -> ColumnElement[Any]:
    """When a ticket was closed for the last time, as its story says; NULL when it never was."""
    query = select(func.max(Line.at)).where(Line.ticket_id == Ticket.id, CLOSED)
    return query.scalar_subquery()


def promises(spans: Spans, *, now: datetime) -> list[PromiseTally]:
    """Promises by when they are due; the words are those of ``rules.kept``."""
    taken = func.coalesce(Followup.taken_at, Followup.ended_at)
    was_late = and_(Followup.status == Promise.DONE, taken > Followup.take_up_by)
    is_late = and_(Followup.status.in_(UNTAKEN), Followup.take_up_by < now)
    kept = case(
        (was_late, Kept.LATE),
        (Followup.status == Promise.DONE, Kept.IN_TIME),
        (Followup.status == Promise.MOVED, Kept.MOVED),
        (Followup.status == Promise.CALLED_OFF, Kept.CALLED_OFF),
        (is_late, Kept.OPEN_LATE),
        else_=Kept.OPEN,
    )
    late = case(
        (was_late, _whole(Followup.due_at, taken, MINUTE)),
        (is_late, _whole(Followup.due_at, _moment(now), MINUTE)),
    )
    query = (
        select(
            part_of(Followup.due_at, spans).label("part"),
            Ticket.drill.label("drill"),
            Followup.in_hours.label("at_once"),
            Ticket.severity.label("severity"),
            kept.label("kept"),
            late.label("late"),
        )
        .join(Ticket, Ticket.id == Followup.ticket_id)
        .where(within(Followup.due_at, spans))
    )
    return [PromiseTally(*row) for row in _counted(query)]


def offers(spans: Spans) -> list[OfferTally]:
    """What partners were asked; what still stands in line was never asked."""
    answers = {status: Said(answer) for status, answer in ANSWER_OF.items()}
    said = case(
        *((and_(Offer.status == one, was_answered()), answer) for one, answer in answers.items()),
        else_=Said.OTHER,
    )
    spoke = and_(was_answered(), Offer.status != OfferStatus.EXPIRED)
    took = _whole(Offer.offered_at, Offer.answered_at, MINUTE)
    query = (
        select(
            part_of(Offer.offered_at, spans).label("part"),
            _is_drill(Task.ticket_id).label("drill"),
            Offer.vendor_id.label("vendor_id"),
            Task.function.label("function"),
            said.label("said"),
            case((spoke, took)).label("took"),
        )
        .join(Task, Task.id == Offer.task_id)
        .where(within(Offer.offered_at, spans))
    )
    return [OfferTally(*row) for row in _counted(query)]


def chains(spans: Spans) -> list[ChainTally]:
    """How many were asked up to the one who accepted; whoever only named a price is no one."""
    others = aliased(Offer)
    asked = (
        select(func.count())
        .where(others.task_id == Offer.task_id, others.offered_at <= Offer.offered_at)
        .scalar_subquery()
    )
    accepted = and_(was_answered(), Offer.status.in_([OfferStatus.ACCEPTED, OfferStatus.WITHDRAWN]))
    query = (
        select(
            part_of(Offer.answered_at, spans).label("part"),
            _is_drill(Task.ticket_id).label("drill"),
            Task.function.label("function"),
            asked.label("asked"),
        )
        .join(Task, Task.id == Offer.task_id)
        .where(within(Offer.answered_at, spans), accepted, ~Offer.for_quote)
    )
    return [ChainTally(*row) for row in _counted(query)]


def clocks(spans: Spans, *, now: datetime) -> list[ClockTally]:
    """Legal deadlines by their end, which is the first instant that is too late."""
    met = case(
        (and_(Clock.status == Runs.MET, Clock.ended_at < Clock.due_at), Met.IN_TIME),
        (Clock.status == Runs.MET, Met.LATE),
        (Clock.status == Runs.CALLED_OFF, Met.CALLED_OFF),
        (Clock.due_at <= now, Met.OPEN_LATE),
        else_=Met.OPEN,
    )
    query = select(
        part_of(Clock.due_at, spans).label("part"),
        _is_drill(Clock.ticket_id).label("drill"),
        Clock.kind.label("kind"),
        met.label("met"),
    ).where(within(Clock.due_at, spans))
    return [ClockTally(*row) for row in _counted(query)]


def files(spans: Spans) -> list[FileTally]:
    """Files that somebody sent in."""
    query = select(
        part_of(File.received_at, spans).label("part"),
        _is_drill(File.ticket_id).label("drill"),
    ).where(within(File.received_at, spans), File.source.not_in(RECORDED))
    return [FileTally(*row) for row in _counted(query)]


def costs(spans: Spans) -> list[CostTally]:
    """What members agreed to, as they were asked, by when they agreed."""
    query = (
        select(
            part_of(Approval.answered_at, spans).label("part"),
            _is_drill(Approval.ticket_id).label("drill"),
            Task.function.label("function"),
            Approval.total_yen.label("yen"),
        )
        .join(Task, Task.id == Approval.task_id)
        .where(within(Approval.answered_at, spans), Approval.status == ApprovalStatus.APPROVED)
    )
    return [
        CostTally(row.part, row.drill, row.function, row.yen * row.times, row.times)
        for row in _counted(query)
    ]


def _is_drill(ticket_id: InstrumentedAttribute[Any]) -> ColumnElement[bool]:
    """Whether it belongs to a drill: there are few, so no ticket is opened to see."""
    drills = select(Ticket.id).where(Ticket.drill)
    return func.coalesce(ticket_id.in_(drills), literal(value=False))


def _counted(facts: Select[*tuple[Any, ...]]) -> list[Any]:
    """Each different row of ``facts``, and how often it is there: counted by the database.

    The last column tells most rows apart, so they are sorted by it first.
    """
    rows = _once(facts)
    query = select(*rows.c, func.count().label("times")).group_by(*reversed(list(rows.c)))
    return list(db.session.execute(query))


def _once(facts: Select[*tuple[Any, ...]]) -> Subquery:
    """These rows, reckoned before anything is done with them.

    An offset keeps both databases from writing an expression anew wherever it is spoken of: each
    time it would be reckoned again, and so would a question within it.
    """
    return facts.offset(0).subquery()


def _whole(start: Instant, end: Instant, seconds: int) -> ColumnElement[int]:
    """Whole units of so many ``seconds`` between two instants, never below 0."""
    units = _units(start, end, seconds)
    return case((units > 0, units), else_=0)


def _units(start: Instant, end: Instant, seconds: int) -> ColumnElement[int]:
    return seconds_from(start, end) // literal_column(str(seconds), Integer())


def _moment(now: datetime) -> ColumnElement[Any]:
    return literal(now, Followup.due_at.type)

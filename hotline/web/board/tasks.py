"""The rows of partners' tasks: each stands in the list once, with what it wants of the desk."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from flask import url_for

from hotline.coordination.models import Offer, Task
from hotline.coordination.rules import LIVE, OfferStatus, TaskStatus
from hotline.edge.language import gettext
from hotline.tickets.models import Ticket
from hotline.web import formats
from hotline.web.board.rows import Act, Row, Work, calm, lane, open_, since_when


def row(work: Work, task: Task, ticket: Ticket, now: datetime) -> Row | None:
    """The one thing that a task wants of the desk now; None while it is with others, in time."""
    for is_so, make in TASK_ROWS:
        if is_so(work, task, now):
            return make(work, task, ticket, now)
    return None


def _silent(work: Work, task: Task, now: datetime) -> Offer | None:
    """An offer whose time is over and from which nobody went on."""
    asked = (one for one in work.offers.get(task.id, ()) if one.status == OfferStatus.OFFERED)
    return next((one for one in asked if one.reply_by and one.reply_by < now), None)


def _row(
    task: Task, ticket: Ticket, now: datetime, what: str, since: datetime, *, late: bool = False
) -> Row:
    """Work that waits for the desk since a moment."""
    lane = "drill" if ticket.drill else "late" if late else "now"
    return Row(
        lane,
        since,
        since_when(ticket, since, now, "is-late" if late else ""),
        what,
        ticket,
        open_(url_for("tasks.show", task_id=task.id)),
        formats.function(task.function),
    )


def _nobody_left(work: Work, task: Task, ticket: Ticket, now: datetime) -> Row:
    since = task.nobody_left_at or task.status_since
    found = _row(task, ticket, now, gettext("No partner is left: choose others"), since, late=True)
    return _with_candidates(found, task)


def _no_answer(work: Work, task: Task, ticket: Ticket, now: datetime) -> Row:
    offer = _silent(work, task, now)
    since = offer.reply_by if offer and offer.reply_by else now
    what = gettext("No answer: ask the next partner")
    found = _row(task, ticket, now, what, since, late=True)
    name = work.vendors.get(offer.vendor_id, "") if offer else ""
    when = calm(ticket, formats.left(since, now=now))
    hint = formats.listed([found.hint, name] if name else [found.hint])
    return _with_candidates(Row(**{**vars(found), "when": when, "hint": hint}), task)


def _overdue(work: Work, task: Task, ticket: Ticket, now: datetime) -> Row:
    due_at = task.due_at or now
    name = work.vendors.get(task.vendor_id, "") if task.vendor_id else ""
    found = _row(task, ticket, now, gettext("Ask how the task stands"), due_at, late=True)
    when = calm(ticket, formats.left(due_at, now=now))
    hint = formats.listed(one for one in (found.hint, name) if one)
    return Row(**{**vars(found), "when": when, "hint": hint})


def _to_check(work: Work, task: Task, ticket: Ticket, now: datetime) -> Row:
    return _row(task, ticket, now, gettext("Check what was delivered"), task.status_since)


def _to_ask(work: Work, task: Task, ticket: Ticket, now: datetime) -> Row:
    what = gettext("Ask the member to approve the estimate")
    return _row(task, ticket, now, what, task.status_since)


def _to_choose(work: Work, task: Task, ticket: Ticket, now: datetime) -> Row:
    what = gettext("Compare the estimates and choose")
    return _row(task, ticket, now, what, task.status_since)


def _to_offer(work: Work, task: Task, ticket: Ticket, now: datetime) -> Row:
    found = _row(task, ticket, now, gettext("Choose a partner to ask"), task.status_since)
    return _with_candidates(found, task)


def _approval(work: Work, task: Task, ticket: Ticket, now: datetime) -> Row:
    """It waits for the member: in sight, and not urgent before a day has passed."""
    since = work.asked.get(task.id, task.status_since)
    found = _row(task, ticket, now, gettext("The member has not approved yet"), since)
    waits = "now" if now - since > A_DAY else "today"
    return Row(**{**vars(found), "lane": "drill" if ticket.drill else waits})


A_DAY = timedelta(days=1)


def _due_later(work: Work, task: Task, ticket: Ticket, now: datetime) -> Row:
    due_at = task.due_at or now
    found = _row(task, ticket, now, gettext("Delivery is expected"), due_at)
    group, when = lane(ticket, due_at, now, late=False), formats.due(due_at, due_at, now=now)
    name = work.vendors.get(task.vendor_id, "") if task.vendor_id else ""
    hint = formats.listed(one for one in (found.hint, name) if one)
    return Row(**{**vars(found), "lane": group, "when": when, "hint": hint})


def _with_candidates(row: Row, task: Task) -> Row:
    act = Act(url_for("tasks.offering", task_id=task.id), gettext("See candidates"))
    return Row(**{**vars(row), "act": act})


def _has_answers(work: Work, task: Task) -> bool:
    """Whether estimates were promised, nobody is asked any more, and nobody was chosen."""
    found = work.offers.get(task.id, ())
    return any(one.status == OfferStatus.ACCEPTED for one in found) and not _is_asked(work, task)


def _is_asked(work: Work, task: Task) -> bool:
    return any(one.status in LIVE for one in work.offers.get(task.id, ()))


Is = Callable[[Work, Task, datetime], bool]
Make = Callable[[Work, Task, Ticket, datetime], Row]

TASK_ROWS: Sequence[tuple[Is, Make]] = (
    (
        lambda _w, task, _n: task.status == TaskStatus.DRAFTED and task.nobody_left_at is not None,
        _nobody_left,
    ),
    (lambda work, task, now: _silent(work, task, now) is not None, _no_answer),
    (lambda _w, task, _n: task.status == TaskStatus.DELIVERED, _to_check),
    (lambda _w, task, now: _is_overdue(task, now), _overdue),
    (
        lambda work, task, _n: task.status == TaskStatus.ESTIMATING and task.id in work.quoted,
        _to_ask,
    ),
    (
        lambda work, task, _n: task.status == TaskStatus.OFFERED and _has_answers(work, task),
        _to_choose,
    ),
    (
        lambda work, task, _n: task.status == TaskStatus.DRAFTED and not _is_asked(work, task),
        _to_offer,
    ),
    (lambda _w, task, _n: task.status == TaskStatus.WAITING_APPROVAL, _approval),
    (
        lambda _w, task, _n: task.due_at is not None and task.status != TaskStatus.CHECKED,
        _due_later,
    ),
)
"""Whether it is so to the row it makes, the most urgent first: a task stands in the list once."""


def _is_overdue(task: Task, now: datetime) -> bool:
    return task.due_at is not None and task.due_at < now and task.status != TaskStatus.CHECKED

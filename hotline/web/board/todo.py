"""What is to be done over all tickets, the most urgent first, each with the one act it needs."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import url_for

from hotline.clock import TOKYO
from hotline.coordination.models import Offer, Task
from hotline.coordination.rules import LIVE, OfferStatus, TaskStatus
from hotline.deadlines.models import Clock
from hotline.duty.models import Page
from hotline.edge import words
from hotline.edge.language import gettext
from hotline.errors import N_
from hotline.followups.models import Followup
from hotline.followups.queries import Tried
from hotline.followups.rules import Status as Promise
from hotline.followups.rules import is_late
from hotline.tickets.models import Ticket
from hotline.web import clocks, formats
from hotline.web.formats import When

LANES = {
    "late": N_("Late"),
    "now": N_("Now"),
    "today": N_("Today"),
    "later": N_("Later"),
    "drill": N_("Drills"),
}
"""The groups of the list, the most urgent first; drills stand apart and are never late."""


@dataclass(frozen=True)
class Act:
    """A button (``posts``) or a link, and what it says."""

    path: str
    words: str
    posts: bool = False
    icon: str = ""


@dataclass(frozen=True)
class Row:
    """One thing to do: in which group, by when, what, on which ticket, by whom, and how."""

    lane: str
    at: datetime
    when: When
    what: str
    ticket: Ticket
    act: Act | None = None
    hint: str = ""
    who: int | None = None


@dataclass(frozen=True)
class Work:
    """Everything the rows are made of, read once.

    ``offers``: task to its offers. ``quoted``: tasks whose price the member can be asked about.
    ``asked``: task to when its member was asked. ``names``: of partners. ``callable``: ids of the
    tickets whose caller can be rung by one click.
    """

    promises: Sequence[tuple[Ticket, Followup]]
    tried: Mapping[int, Tried]
    tasks: Sequence[tuple[Task, Ticket]]
    offers: Mapping[int, Sequence[Offer]]
    quoted: frozenset[int]
    asked: Mapping[int, datetime]
    clocks: Sequence[tuple[Clock, Ticket]]
    pages: Sequence[tuple[Page, Ticket]]
    vendors: Mapping[int, str]
    callable: frozenset[int]


def rows(work: Work, *, now: datetime) -> list[Row]:
    """Everything to do, late first, then by time."""
    found = [
        *(_page(page, ticket, now) for page, ticket in work.pages),
        *(
            one
            for ticket, followup in work.promises
            for one in _promise(work, ticket, followup, now)
        ),
        *(one for task, ticket in work.tasks if (one := _task(work, task, ticket, now))),
        *(_clock(clock, ticket, now) for clock, ticket in work.clocks),
    ]
    order = list(LANES)
    return sorted(found, key=lambda one: (order.index(one.lane), one.at, one.ticket.id))


def lanes(found: Iterable[Row]) -> list[tuple[str, str, list[Row]]]:
    """The rows in their groups: code, title, rows; empty groups are left out."""
    groups: dict[str, list[Row]] = {code: [] for code in LANES}
    for row in found:
        groups[row.lane].append(row)
    return [(code, gettext(LANES[code]), rows) for code, rows in groups.items() if rows]


def _lane(ticket: Ticket, at: datetime, now: datetime, *, late: bool) -> str:
    if ticket.drill:
        return "drill"
    if late:
        return "late"
    if at - now <= formats.SOON:
        return "now"
    return "today" if _same_day(at, now) else "later"


def _same_day(one: datetime, other: datetime) -> bool:
    return one.astimezone(TOKYO).date() == other.astimezone(TOKYO).date()


def _calm(ticket: Ticket, when: When) -> When:
    """That of a drill is never late."""
    return When("is-due", when.words) if ticket.drill and when.kind == "is-late" else when


def _since(ticket: Ticket, since: datetime, now: datetime, kind: str = "") -> When:
    """What waits without an end: for how long."""
    words_ = gettext("for %(span)s", span=formats.span(now - since))
    return _calm(ticket, When(kind, words_))


def _page(page: Page, ticket: Ticket, now: datetime) -> Row:
    path = url_for("workflow.take_page", number=ticket.number, page_id=page.id)
    return Row(
        "drill" if ticket.drill else "late",
        page.opened_at,
        _calm(ticket, formats.unanswered(page.opened_at, now=now)),
        gettext("Take up what people are rung for"),
        ticket,
        Act(path, gettext("Take up"), posts=True, icon="bell-slash"),
        gettext(words.CAUSES.get(page.cause, page.cause)),
    )


# Promises


def _promise(work: Work, ticket: Ticket, followup: Followup, now: datetime) -> Iterator[Row]:
    tried = work.tried.get(followup.id)
    if tried is not None and tried.last.next_try_at is not None:
        yield _next_try(work, ticket, followup, tried, now)
        return
    when = _calm(ticket, formats.promise(followup, now=now))
    late = is_late(followup.status, followup.take_up_by, now=now)
    taken = followup.status == Promise.TAKEN
    yield Row(
        _lane(ticket, followup.due_at, now, late=late),
        followup.due_at,
        when,
        gettext("Call back") if taken else gettext("Call back as promised"),
        ticket,
        _call_act(work, ticket, followup),
        who=followup.taken_by_id,
    )


def _next_try(work: Work, ticket: Ticket, followup: Followup, tried: Tried, now: datetime) -> Row:
    at = tried.last.next_try_at or followup.due_at
    when = formats.due(at, max(now, at), now=now)
    return Row(
        _lane(ticket, at, now, late=False),
        at,
        when,
        gettext("Call again, try %(number)s", number=tried.tries + 1),
        ticket,
        _call_act(work, ticket, followup),
        who=followup.taken_by_id or tried.last.by_id,
    )


def _call_act(work: Work, ticket: Ticket, followup: Followup) -> Act:
    if followup.status != Promise.TAKEN and not (
        ticket.id in work.callable and ticket.coordinator_id
    ):
        path = url_for("promises.take", number=ticket.number, promise=followup.id)
        return Act(path, gettext("Take up"), posts=True)
    if ticket.id in work.callable:
        path = url_for("callback.place", number=ticket.number)
        return Act(path, gettext("Ring them"), posts=True, icon="telephone-outbound")
    return _open(url_for("tickets.show", number=ticket.number))


def _open(path: str) -> Act:
    return Act(path, gettext("Open"))


# Tasks


def _task(work: Work, task: Task, ticket: Ticket, now: datetime) -> Row | None:
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
        _since(ticket, since, now, "is-late" if late else ""),
        what,
        ticket,
        _open(url_for("tasks.show", task_id=task.id)),
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
    when = _calm(ticket, formats.left(since, now=now))
    hint = formats.listed([found.hint, name] if name else [found.hint])
    return _with_candidates(Row(**{**vars(found), "when": when, "hint": hint}), task)


def _overdue(work: Work, task: Task, ticket: Ticket, now: datetime) -> Row:
    due_at = task.due_at or now
    name = work.vendors.get(task.vendor_id, "") if task.vendor_id else ""
    found = _row(task, ticket, now, gettext("Ask how the task stands"), due_at, late=True)
    when = _calm(ticket, formats.left(due_at, now=now))
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
    lane, when = _lane(ticket, due_at, now, late=False), formats.due(due_at, due_at, now=now)
    name = work.vendors.get(task.vendor_id, "") if task.vendor_id else ""
    hint = formats.listed(one for one in (found.hint, name) if one)
    return Row(**{**vars(found), "lane": lane, "when": when, "hint": hint})


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


# Clocks


def _clock(clock: Clock, ticket: Ticket, now: datetime) -> Row:
    drawn = clocks.drawn(clock, now=now, drill=ticket.drill)
    near = drawn.when.kind == "is-due"
    lane = _lane(ticket, clock.due_at, now, late=now >= clock.due_at)
    if near and lane == "later":
        lane = "today"
    return Row(
        lane,
        clock.due_at,
        drawn.when,
        gettext("Report: %(clock)s", clock=drawn.label),
        ticket,
        _open(url_for("tickets.show", number=ticket.number, _anchor="clocks")),
    )

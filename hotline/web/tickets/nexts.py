"""What is to be done next on a ticket, the most urgent first, each with the one act it needs."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from flask import url_for

from hotline.coordination.rules import ENGAGED, TaskStatus
from hotline.duty.models import Page
from hotline.edge import progress, words
from hotline.edge.language import gettext
from hotline.errors import N_
from hotline.followups.models import Attempt, Followup
from hotline.followups.rules import Status as Promise
from hotline.tickets.models import Ticket
from hotline.tickets.rules import ENDED, Status
from hotline.web import formats
from hotline.web.deadlines.clocks import Drawn
from hotline.web.formats import When
from hotline.web.tickets.tasks import Row

RANKS = {"is-late": 0, "is-due": 1}


@dataclass(frozen=True)
class Act:
    """A button (``posts``) or a link, and what it says."""

    path: str
    words: str
    icon: str = ""
    posts: bool = False


@dataclass(frozen=True)
class Next:
    """One thing to do: by when, what, why, and how."""

    when: When
    what: str
    hint: str = ""
    act: Act | None = None


@dataclass(frozen=True)
class Known:
    """What is known of a ticket, for telling what comes next."""

    ticket: Ticket
    promise: Followup | None = None
    attempts: Sequence[Attempt] = ()
    pages: Sequence[Page] = ()
    names: dict[int | None, str] = field(default_factory=dict)
    may_be_responsible: bool = False
    may_be_called: bool = False
    tasks: Sequence[Row] = ()
    # The tasks whose estimate the member can be asked to approve.
    to_ask: Collection[int] = frozenset()
    clocks: Sequence[Drawn] = ()
    # What other parts of the page ask for.
    beside: Sequence["Next"] = ()


def nexts(known: Known, *, now: datetime) -> list[Next]:
    """What is to be done, late first, then soon, then the rest in its order."""
    found = [
        *_pages(known, now),
        *_promise(known, now),
        *_next_try(known, now),
        *_clocks(known),
        *known.beside,
        *_tasks(known, now),
        *_behind(known),
        *_gaps(known),
    ]
    return sorted(found, key=lambda one: RANKS.get(one.when.kind, len(RANKS)))


def _pages(known: Known, now: datetime) -> Iterator[Next]:
    number = known.ticket.number
    for page in known.pages:
        path = url_for("workflow.take_page", number=number, page_id=page.id)
        act = Act(path, gettext("Take it"), "bell-slash", posts=True)
        yield Next(
            formats.unanswered(page.opened_at, now=now),
            gettext("People are being rung: somebody must take this at once"),
            gettext(words.CAUSES.get(page.cause, page.cause)),
            act if known.may_be_responsible else None,
        )


def _promise(known: Known, now: datetime) -> Iterator[Next]:
    if (promise := known.promise) is None:
        return
    number = known.ticket.number
    if promise.status == Promise.TAKEN:
        name = known.names.get(promise.taken_by_id, "")
        path = url_for("promises.keep", number=number, promise=promise.id)
        act = Act(path, gettext("Called back"), "check-lg", posts=True)
        hint = gettext("taken up by %(name)s", name=name)
        yield Next(formats.promise(promise, now=now), gettext("Call back"), hint, act)
        return
    path = url_for("promises.take", number=number, promise=promise.id)
    act = Act(path, gettext("Take up"), "person-check", posts=True)
    hint = gettext("promised for %(moment)s", moment=formats.moment(promise.due_at, now))
    when = formats.promise(promise, now=now, drill=known.ticket.drill)
    yield Next(when, gettext("Call back as promised"), hint, act)


def _next_try(known: Known, now: datetime) -> Iterator[Next]:
    """The next try that was planned last, while the promise is open."""
    last = known.attempts[0] if known.attempts and known.promise else None
    if last is None or last.next_try_at is None:
        return
    when = formats.due(last.next_try_at, last.next_try_at + formats.SOON, now=now)
    hint = gettext("planned by %(name)s", name=known.names.get(last.by_id, ""))
    number = known.ticket.number
    act = Act(
        url_for("callback.place", number=number), gettext("Ring them"), "telephone-outbound", True
    )
    if known.ticket.drill or not known.may_be_called:
        act = Act("#attempt-h", gettext("Write down how it went"))
    yield Next(when, gettext("Try to call again"), hint, act)


def _tasks(known: Known, now: datetime) -> Iterator[Next]:
    """What the work of partners needs from the desk."""
    for row in known.tasks:
        if row.has_ended:
            continue
        late = formats.task_due(row.task, now=now)
        if late is not None and late.kind == "is-late":
            yield _of_task(row, late, N_("%(function)s is not handed in"), row.vendor)
        if row.is_left:
            hint = gettext("%(name)s is no partner any more", name=row.vendor)
            yield _of_task(row, When("", ""), N_("Find another partner for %(function)s"), hint)
            continue
        ask = _ASKS.get(TaskStatus(row.task.status))
        yield from ask(row, known, now) if ask else ()


def _to_begin(row: Row, _known: Known, now: datetime) -> Iterator[Next]:
    """Nobody does it: who is to be asked, or who has not answered."""
    offering = f"/tasks/{row.task.id}/offering"
    act = Act(offering, gettext("See who fits"))
    if row.task.nobody_left_at is not None:
        when = When("is-late", gettext("nobody left to ask"))
        hint = gettext("since %(moment)s", moment=formats.moment(row.task.nobody_left_at, now))
        yield _of_task(row, when, N_("Decide who else can do %(function)s"), hint, act)
    elif row.live:
        yield from _to_answer(row, now)
    elif row.quoting:
        hint = gettext("one of those that agreed to make an estimate")
        yield _of_task(row, When("", ""), N_("Choose who does %(function)s"), hint)
    elif not row.waits and not row.queued:
        hint = gettext("nobody was asked yet")
        yield _of_task(row, When("", ""), N_("Ask partners for %(function)s"), hint, act)


def _to_answer(row: Row, now: datetime) -> Iterator[Next]:
    """The answer that is due within the hour, and who comes next."""
    first = row.live[0]
    when = formats.left(first.reply_by or now, now=now)
    if not when.kind:
        return
    name = row.names.get(first.vendor_id, "")
    hint = gettext("nobody stands in line behind it")
    if row.queued:
        following = row.names.get(row.queued[0].vendor_id, "")
        hint = gettext("then %(name)s is asked", name=following)
    function = formats.function(row.task.function)
    what = gettext("Hear from %(name)s: %(function)s", name=name, function=function)
    yield Next(when, what, hint, Act(f"/tasks/{row.task.id}#offers-h", gettext("Open")))


def _to_estimate(row: Row, known: Known, _now: datetime) -> Iterator[Next]:
    if row.task.id in known.to_ask:
        what = N_("Have the member approve the estimate: %(function)s")
        path = url_for("costs.show", number=known.ticket.number)
        yield _of_task(row, When("", ""), what, row.vendor, Act(path, gettext("See the costs")))


def _to_approve(row: Row, _known: Known, now: datetime) -> Iterator[Next]:
    hint = gettext("asked %(moment)s", moment=formats.moment(row.task.status_since, now))
    yield _of_task(row, When("", ""), N_("Hear the member's approval: %(function)s"), hint)


def _to_check(row: Row, _known: Known, now: datetime) -> Iterator[Next]:
    hint = gettext(
        "%(name)s handed it in, %(moment)s",
        name=row.vendor,
        moment=formats.moment(row.task.status_since, now),
    )
    yield _of_task(row, When("", ""), N_("Check what came: %(function)s"), hint)


def _to_finish(row: Row, _known: Known, _now: datetime) -> Iterator[Next]:
    yield _of_task(
        row, When("", ""), N_("Finish the task: %(function)s"), gettext("it was checked")
    )


_ASKS: Mapping[TaskStatus, Callable[[Row, Known, datetime], Iterator[Next]]] = {
    TaskStatus.DRAFTED: _to_begin,
    TaskStatus.OFFERED: _to_begin,
    TaskStatus.ESTIMATING: _to_estimate,
    TaskStatus.WAITING_APPROVAL: _to_approve,
    TaskStatus.DELIVERED: _to_check,
    TaskStatus.CHECKED: _to_finish,
}
"""Status to what the desk is to do; in all others it is the partner's turn."""


def _of_task(row: Row, when: When, what: str, hint: str, act: Act | None = None) -> Next:
    said = gettext(what, function=formats.function(row.task.function))
    return Next(when, said, hint, act or Act(f"/tasks/{row.task.id}", gettext("Open")))


def _behind(known: Known) -> Iterator[Next]:
    """A status that lags behind partners who have taken it on: the caller reads it."""
    engaged = any(row.task.status in ENGAGED for row in known.tasks)
    status = Status(known.ticket.status)
    if engaged and status in _BEFORE_PARTNERS:
        said = gettext(progress.WORDS[status].now)
        act = Act("#way-h", gettext("Status"))
        yield Next(
            When("", ""),
            gettext("A partner has taken it on: move the ticket on"),
            gettext("until then its caller reads: %(sentence)s", sentence=said),
            act,
        )


_BEFORE_PARTNERS = frozenset(
    {
        Status.RECEIVED,
        Status.CALLBACK_PENDING,
        Status.HEARING,
        Status.ADVISED,
        Status.COORDINATING,
    }
)


def _clocks(known: Known) -> Iterator[Next]:
    """The reports whose time is near or over."""
    for one in known.clocks:
        if one.runs and one.when.kind:
            what = gettext("Report: %(clock)s", clock=one.label)
            yield Next(one.when, what, one.ends, Act("#clocks", gettext("Open")))


def _gaps(known: Known) -> Iterator[Next]:
    ticket = known.ticket
    if ticket.status in ENDED:
        return
    if not ticket.case_types or not ticket.company or not ticket.assessed:
        act = Act(f"/tickets/{ticket.number}/intake", gettext("Fill in"), "pencil")
        yield Next(When("", ""), gettext("Complete the intake"), _missing(ticket), act)
    if ticket.coordinator_id is None:
        path = url_for("workflow.charge", number=ticket.number)
        act = Act(path, gettext("Be responsible"), "person-badge", posts=True)
        named = Act("#responsible-h", gettext("Name somebody"))
        yield Next(
            When("", ""),
            gettext("Nobody is responsible yet"),
            "",
            act if known.may_be_responsible else named,
        )


def _missing(ticket: Ticket) -> str:
    gaps = (
        (not ticket.company, gettext("the company")),
        (not ticket.case_types, gettext("the case type")),
        (not ticket.assessed, gettext("how grave it is")),
    )
    missing = [said for is_missing, said in gaps if is_missing]
    return gettext("not known yet: %(what)s", what=gettext(", ").join(missing))

"""One ticket behind a code: where it stands, what comes next, and what the caller can do.

Whoever holds the phone of a ticket sees this, so it names nobody: no company, no person, no phone
but our own.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from http import HTTPStatus

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from hotline import clock, policy
from hotline.audit import service as audit
from hotline.coordination import queries as coordination
from hotline.coordination.models import Task
from hotline.coordination.rules import ENDED, TaskStatus
from hotline.db import db
from hotline.deadlines import queries as deadlines
from hotline.deadlines.rules import Status as Clock
from hotline.duty.rules import LinesPolicy
from hotline.edge import errors, progress, requests, status_links, upload_links
from hotline.edge.access import public
from hotline.edge.identity import settings
from hotline.edge.language import gettext
from hotline.edge.words import TASKS_TOLD
from hotline.errors import Invalid
from hotline.evidence import service as evidence
from hotline.messages import queries as messages
from hotline.messages.models import Message
from hotline.messages.rules import BODY_LETTERS, NeedStatus, Side
from hotline.tickets import queries, rules
from hotline.tickets import service as tickets
from hotline.tickets.models import Ticket
from hotline.tickets.queries import Opened
from hotline.tickets.rules import Status
from hotline.web.status.frame import bp, cookie, drop_cookie
from hotline.web.unlisted import unlisted


@dataclass(frozen=True)
class Row:
    """One task, in the words of somebody who waits for it."""

    function: str
    words: str
    look: str
    """"is-done", "is-wait" or "is-stop"."""


DONE = frozenset({TaskStatus.CHECKED, TaskStatus.CLOSED})

Verb = Callable[[Opened, datetime], ResponseReturnValue]


@bp.get("/status/mine")
@public
def mine() -> ResponseReturnValue:
    """The ticket that a code opened in this browser; the way to a code for anybody else."""
    now = clock.now()
    opened = queries.opened_with(cookie(), now=now)
    if opened is None:
        return _over()
    requests.note_read(rules.subject(opened.ticket.number), by="code")
    return _page(opened, {}, now=now)


@bp.post("/status/mine/close")
@public
def close() -> ResponseReturnValue:
    """Nothing is seen in this browser any more, nor with a copy of its cookie."""
    tickets.close_status(cookie(), now=clock.now())
    flash(gettext("It is closed. Nothing of the ticket can be seen in this browser any more."))
    answer = redirect(url_for(".form"), code=303)
    drop_cookie(answer)
    return answer


def _opened(verb: Verb) -> Callable[[], ResponseReturnValue]:
    """Let a form in while its page is open; what was typed comes back when it is over."""

    @wraps(verb)
    def view() -> ResponseReturnValue:
        now = clock.now()
        opened = queries.opened_with(cookie(), now=now)
        if opened is None:
            typed = request.form.get("body", "")
            return unlisted(
                "status/over.html", HTTPStatus.CONFLICT, typed=typed, lines=_lines().lines
            )
        return verb(opened, now)

    return view


@bp.post("/status/mine/messages")
@public
@_opened
def write(opened: Opened, now: datetime) -> ResponseReturnValue:
    """Write to the desk, without an account."""
    try:
        tickets.write_message(
            _own(opened.ticket)[0],
            request.form.get("body", ""),
            side=Side.MEMBER,
            by_id=None,
            now=now,
        )
    except Invalid as invalid:
        db.session.rollback()
        about = rules.subject(opened.ticket.number)
        audit.write("read", about, by_id=None, now=now, by="code")
        return _page(opened, errors.said(invalid), now=now)
    flash(gettext("We have your message. Whoever looks after your ticket reads it."))
    return redirect(url_for(".mine", _anchor="messages"), code=303)


@bp.post("/status/mine/files")
@public
@_opened
def send_files(opened: Opened, now: datetime) -> ResponseReturnValue:
    """On to a page that takes files for this ticket."""
    link = evidence.open_link(_own(opened.ticket)[0].id, by_id=None, now=now)
    token = upload_links.mint(link.id, settings())
    return redirect(url_for("sending.show", token=token), code=303)


def _over() -> ResponseReturnValue:
    """To the form; who looked at something a moment ago is told why it is gone."""
    answer = redirect(url_for(".form"), code=303)
    if cookie():
        flash(gettext("This page has closed by itself. A new code opens it again."))
        drop_cookie(answer)
    return answer


def _page(opened: Opened, wrong: dict[str, str], *, now: datetime) -> ResponseReturnValue:
    ticket, status = opened.ticket, Status(opened.ticket.status)
    ids = [one.id for one in _own(ticket)]
    tasks = _tasks(ticket, ids)
    advised = len(queries.said_advice(ticket.id))
    return unlisted(
        "status/mine.html",
        HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK,
        ticket=ticket,
        until=opened.until,
        now=now,
        said=progress.WORDS[status],
        promise=progress.promised(ticket, now=now),
        way=progress.WAY if status in progress.HERE else (),
        here=progress.HERE.get(status),
        line=_lines().line(ticket.line),
        needs=[
            one for id_ in ids for one in messages.needs_of(id_) if one.status == NeedStatus.OPEN
        ],
        written=[one for id_ in ids for one in _written(id_)],
        tasks=[_row(one) for one in tasks],
        begun=progress.begun({one.status for one in tasks}),
        is_watched=any(one.status == Clock.RUNNING for one in deadlines.of_tickets(ids)),
        advised=advised,
        token=status_links.mint(ticket.number, opened.until, settings()) if advised else "",
        errors=wrong,
        typed=request.form.get("body", ""),
        longest=BODY_LETTERS,
    )


def _lines() -> LinesPolicy:
    return policy.get(LinesPolicy)


def _own(ticket: Ticket) -> list[Ticket]:
    """The ticket and those of the same incident and company, the one that goes on first.

    What another company told of the same incident is nobody else's business.
    """
    incident = queries.joined(queries.living(ticket))
    return [one for one in [queries.living(ticket), *incident] if _is_ours(one, ticket)]


def _is_ours(one: Ticket, ticket: Ticket) -> bool:
    if one.id == ticket.id:
        return True
    if one.member_number or ticket.member_number:
        return one.member_number == ticket.member_number
    return bool(ticket.company_key) and one.company_key == ticket.company_key


def _written(ticket_id: int) -> list[Message]:
    """What the desk wrote, and what was written behind a code: colleagues' accounts write apart."""
    thread = messages.thread(rules.member_thread(ticket_id))
    return [one for one, _ in thread if one.side == Side.DESK or one.written_by_id is None]


def _tasks(ticket: Ticket, ids: Collection[int]) -> list[Task]:
    """What specialists do, those going on first."""
    found = coordination.tasks_of(ticket.duplicate_of_id or ticket.id)
    ours = [one for one in found if one.ticket_id in ids]
    return sorted(ours, key=lambda one: one.status in ENDED)


def _row(task: Task) -> Row:
    """The function and where it stands, no company."""
    return Row(task.function, TASKS_TOLD[task.status], _look(task))


def _look(task: Task) -> str:
    if task.status in DONE:
        return "is-done"
    return "is-stop" if task.status in ENDED else "is-wait"

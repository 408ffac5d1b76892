"""What the desk and a partner write to each other about a task."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hotline import clock
from hotline.audit import service as audit
from hotline.coordination import queries
from hotline.coordination import service as coordination
from hotline.coordination.models import Task
from hotline.coordination.rules import thread_of
from hotline.db import db
from hotline.edge import errors, requests
from hotline.edge.access import allow
from hotline.edge.identity import person
from hotline.edge.language import gettext
from hotline.errors import Invalid, Missing, Problem, Refused
from hotline.messages import queries as messages
from hotline.messages.models import Message
from hotline.messages.rules import BODY_LETTERS, Side
from hotline.people.models import Person
from hotline.people.rules import DESK, READERS, Role
from hotline.tickets.models import Ticket
from hotline.vendors import queries as vendors
from hotline.vendors.models import Vendor
from hotline.vendors.rules import contract_day

bp = Blueprint("threads", __name__)

PAGES = {"task": "tasks.show", "partner": "partner.task"}
"""Where a thread stands besides its own page; its form names the one it came from."""


@dataclass(frozen=True)
class Thread:
    """The thread of a task with one partner, as somebody of either side sees it."""

    task_id: int
    partner: Vendor
    side: Side
    lines: list[tuple[Message, str]]
    may_write: bool
    most: int = BODY_LETTERS


@dataclass(frozen=True)
class Sent:
    """A form that comes back, and what to do about it."""

    body: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)
    refused: str = ""


def of_task(task: Task, viewer: Person, *, now: datetime) -> list[Thread]:
    """The threads of a task that ``viewer`` may read: at the desk all, for a partner its own."""
    if viewer.roles & READERS:
        may_write = bool(viewer.roles & DESK)
        return [_at_the_desk(task, one, may_write) for one in _partners(task)]
    vendor = vendors.of_person(viewer, on=contract_day(now))
    if vendor is None or not queries.talks_with(vendor, task.id):
        return []
    return [Thread(task.id, vendor, Side.VENDOR, _lines(task, vendor), may_write=True)]


@bp.get("/tasks/<int:task_id>/messages")
@allow(READERS, Role.VENDOR)
def show(task_id: int) -> ResponseReturnValue:
    """The threads of a task on a page of their own."""
    task = queries.task_for(person(), task_id, now=clock.now())
    requests.note_read(f"task:{task.id}", part="messages")
    return _page(task, Sent())


@bp.post("/tasks/<int:task_id>/messages")
@allow(DESK, Role.VENDOR)
def write(task_id: int) -> ResponseReturnValue:
    """Write to the other side."""
    now = clock.now()
    task = queries.task_for(person(), task_id, now=now)
    thread = _thread(task, now=now)
    body = request.form.get("body", "")
    try:
        coordination.write_message(
            task, body, side=thread.side, by_id=person().id, now=now, vendor_id=thread.partner.id
        )
    except (Invalid, Refused) as problem:
        return _again(task_id, body, problem)
    flash(gettext("The message stands in the thread; the other side is told."))
    page = PAGES.get(request.form.get("back", ""), ".show")
    return redirect(url_for(page, task_id=task.id, _anchor="threads"), code=303)


def _thread(task: Task, *, now: datetime) -> Thread:
    """The thread that the form names; the only one when it names none. Raises Missing."""
    threads = of_task(task, person(), now=now)
    named = request.form.get("partner", "")
    found = [one for one in threads if named in ("", str(one.partner.id))]
    if not found:
        raise Missing()
    return found[0]


def _at_the_desk(task: Task, vendor: Vendor, may_write: bool) -> Thread:
    open_ = may_write and queries.talks_with(vendor, task.id)
    return Thread(task.id, vendor, Side.DESK, _lines(task, vendor), may_write=open_)


def _partners(task: Task) -> list[Vendor]:
    """Those that work on it, and those with whom anything was written."""
    working = queries.partners_on(task)
    asked = {one.vendor_id for one in queries.offers_of([task.id])} - {one.id for one in working}
    before = [vendors.by_id(one) for one in sorted(asked)]
    return working + [one for one in before if _lines(task, one)]


def _lines(task: Task, vendor: Vendor) -> list[tuple[Message, str]]:
    return messages.thread(thread_of(task.id, vendor.id))


def _again(task_id: int, body: str, problem: Problem) -> ResponseReturnValue:
    """The page with the form as it was typed; it is a read too."""
    db.session.rollback()
    now = clock.now()
    task = queries.task_for(person(), task_id, now=now)
    audit.write("read", f"task:{task.id}", by_id=person().id, now=now, part="messages")
    if isinstance(problem, Invalid):
        sent, status = Sent(body, errors.said(problem)), HTTPStatus.UNPROCESSABLE_ENTITY
    else:
        sent, status = Sent(body, refused=errors.say(problem)), HTTPStatus.CONFLICT
    return make_response(_page(task, sent), status)


def _page(task: Task, sent: Sent) -> str:
    now, viewer = clock.now(), person()
    return render_template(
        "threads/show.html",
        task=task,
        ticket=db.session.get_one(Ticket, task.ticket_id),
        threads=of_task(task, viewer, now=now),
        at_the_desk=bool(viewer.roles & READERS),
        sent=sent,
        now=now,
    )

"""Tasks of partners: write one down, list them, read one, move one on."""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

import marshmallow as ma
from flask_smorest import Blueprint

from hotline import clock, policy
from hotline.api.idempotent import idempotent
from hotline.api.offers import OfferOut, VendorName, VendorRef, asked
from hotline.api.offers import shapes as offer_shapes
from hotline.api.pages import PageArgs, page, place_of
from hotline.api.schemas import Both, Instant
from hotline.api.shapes import both
from hotline.coordination import queries, service
from hotline.coordination.models import Milestone, Offer, Task
from hotline.coordination.queries import working
from hotline.coordination.rules import (
    ARRANGERS,
    FUNCTIONS,
    FunctionsPolicy,
    TaskGiven,
    TaskStatus,
    check_decides,
    side_of,
    steps_open_to,
    subject,
)
from hotline.edge import words
from hotline.edge.access import allow
from hotline.edge.identity import person
from hotline.edge.limits import LARGEST_ID
from hotline.edge.requests import note_read
from hotline.errors import N_, Forbidden
from hotline.people.models import Person
from hotline.people.rules import DESK, READERS, Role
from hotline.tickets import queries as tickets
from hotline.tickets import service as ticket_service
from hotline.tickets.models import Ticket
from hotline.vendors import queries as vendors

bp = Blueprint("api_tasks", __name__, description="What partners are asked to do")

STATUSES = [str(one) for one in TaskStatus]


class Needs(ma.Schema):
    """Another task of the same ticket, and what it must bring first ("": its end)."""

    task = ma.fields.Integer(required=True, validate=ma.validate.Range(1, LARGEST_ID))
    output = ma.fields.String(load_default="")


class NewTask(ma.Schema):
    """What is asked for: no company and no names, because partners read it before they answer.

    With ``vendor`` this partner is asked at once, as in POST /tasks/{id}/offers.
    """

    function = ma.fields.String(required=True)
    scope = ma.fields.String(load_default="")
    scale = ma.fields.String(load_default="")
    region = ma.fields.String(load_default="")
    place = ma.fields.String(load_default="")
    language = ma.fields.String(load_default="")
    starts_at = Instant(load_default=None, allow_none=True)
    first_result_by = Instant(load_default=None, allow_none=True)
    due_at = Instant(load_default=None, allow_none=True)
    works = ma.fields.List(
        ma.fields.String(), load_default=list, validate=ma.validate.Length(max=50)
    )
    waits_for = ma.fields.List(
        ma.fields.Nested(Needs), load_default=list, validate=ma.validate.Length(max=20)
    )
    vendor = VendorRef(load_default=None, allow_none=True)
    reply_by = Instant(load_default=None, allow_none=True)
    for_quote = ma.fields.Boolean(load_default=False)


class TaskArgs(PageArgs):
    """Which tasks are listed."""

    status = ma.fields.String(load_default=None, validate=ma.validate.OneOf(STATUSES))
    function = ma.fields.String(load_default=None, validate=ma.validate.OneOf(FUNCTIONS))


class TaskMove(ma.Schema):
    """Where to, and why: some steps must be explained."""

    status = ma.fields.String(required=True, validate=ma.validate.OneOf(STATUSES))
    reason = ma.fields.String(load_default="")


class StepOut(ma.Schema):
    """One step that can be chosen now."""

    status = ma.fields.String()
    needs_reason = ma.fields.Boolean()


class MilestoneOut(ma.Schema):
    """One step of the work on its way; ``reached_at`` is null until it was reached."""

    code = ma.fields.String()
    label = ma.fields.Nested(Both)
    due_at = Instant(allow_none=True)
    reached_at = Instant(allow_none=True)


class TaskOut(ma.Schema):
    """A task; partners read neither who else was asked nor what it waits for.

    ``next`` are the steps that whoever asks may choose now, the usual one first. Members read
    what their pages show: where it stands (``label``), who does it, and its milestones.
    """

    id = ma.fields.Integer()
    ticket = ma.fields.String()
    function = ma.fields.String()
    status = ma.fields.String()
    status_since = Instant()
    scope = ma.fields.String()
    scale = ma.fields.String()
    region = ma.fields.String()
    place = ma.fields.String()
    language = ma.fields.String()
    starts_at = Instant(allow_none=True)
    first_result_by = Instant(allow_none=True)
    due_at = Instant(allow_none=True)
    works = ma.fields.List(ma.fields.String())
    because = ma.fields.List(ma.fields.String())
    waits_for = ma.fields.List(ma.fields.Nested(Needs))
    vendor = ma.fields.Nested(VendorName, allow_none=True)
    nobody_left_at = Instant(allow_none=True)
    made_at = Instant()
    version = ma.fields.Integer()
    next = ma.fields.List(ma.fields.Nested(StepOut))
    offers = ma.fields.List(ma.fields.Nested(OfferOut))
    label = ma.fields.Nested(Both)
    milestones = ma.fields.List(ma.fields.Nested(MilestoneOut))


class TaskPage(ma.Schema):
    """One page of tasks."""

    items = ma.fields.List(ma.fields.Nested(TaskOut))
    next_cursor = ma.fields.String(allow_none=True)


def of_an_own_task(view: Callable[..., Any]) -> Callable[..., Any]:
    """Ask first whether the task may be known: also before an answer is given a second time."""

    @wraps(view)
    def seen(*args: Any, task_id: int, **kwargs: Any) -> Any:
        queries.task_for(person(), task_id, now=clock.now())
        return view(*args, task_id=task_id, **kwargs)

    return seen


@bp.route("/tickets/<number>/tasks", methods=["POST"])
@allow(DESK)
@idempotent
@bp.arguments(NewTask)
@bp.response(201, TaskOut)
def add(values: dict[str, Any], number: str) -> dict[str, Any]:
    """Write down that something is needed; only coordinators and supervisors ask a partner."""
    now, who = clock.now(), person()
    if values["vendor"] is not None and not who.roles & ARRANGERS:
        raise Forbidden(N_("Only coordinators and supervisors ask partners."))
    ticket = tickets.by_number(number, who)
    task = service.add_task(ticket, values["function"], given=_given(values), by_id=who.id, now=now)
    if values["vendor"] is not None:
        asked(task, {**values, "queue": False, "reason": ""}, by=who)
    return _shapes([task], who)[0]


@bp.route("/tickets/<number>/tasks")
@allow(READERS, Role.MEMBER)
@bp.response(200, TaskPage)
def of_ticket(number: str) -> dict[str, Any]:
    """Every task of an incident in the order they were made, those of joined tickets too; members
    read of those that belong to tickets they see."""
    who = person()
    ticket = tickets.by_number(number, who)
    note_read(ticket_service.subject(ticket.number), part="tasks")
    return {"items": _shapes(_of_incident(ticket, who), who), "next_cursor": None}


def _of_incident(ticket: Ticket, who: Person) -> list[Task]:
    if who.roles & READERS:
        return queries.tasks_of(ticket.id)
    seen = {one.id for one in tickets.seen_of_incident(ticket, who)}
    found = queries.tasks_of(ticket.duplicate_of_id or ticket.id)
    return [one for one in found if one.ticket_id in seen]


@bp.route("/tasks")
@allow(READERS, Role.VENDOR)
@bp.arguments(TaskArgs, location="query")
@bp.response(200, TaskPage)
def list_tasks(args: dict[str, Any]) -> dict[str, Any]:
    """Tasks, the newest first; partners see those they may still do something about."""
    who = person()
    wanted = queries.WantedTasks(args["status"], args["function"], place_of(args["cursor"]))
    found = queries.tasks_page(wanted, who, args["limit"] + 1, now=clock.now())
    rows, cursor = page(found, args["limit"], lambda row: (row.made_at, row.id))
    note_read("list:tasks")
    return {"items": _shapes(rows, who), "next_cursor": cursor}


@bp.route("/tasks/<int:task_id>")
@allow(READERS, Role.VENDOR)
@bp.response(200, TaskOut)
def read(task_id: int) -> dict[str, Any]:
    """One task with its offers."""
    who = person()
    task = queries.task_for(who, task_id, now=clock.now())
    note_read(subject(task.id))
    return _shapes([task], who)[0]


@bp.route("/tasks/<int:task_id>/move", methods=["POST"])
@allow(DESK, Role.VENDOR)
@bp.arguments(TaskMove)
@of_an_own_task
@idempotent
@bp.response(200, TaskOut)
def move(values: dict[str, Any], task_id: int) -> dict[str, Any]:
    """Make a step; asking, answering and approving have verbs of their own. Operators move a task
    on, coordinators and supervisors also take it back, stop it or release the partner."""
    now, who = clock.now(), person()
    task = queries.task_for(who, task_id, now=now)
    status = TaskStatus(values["status"])
    if who.roles & DESK:
        check_decides(status, who.roles)
    service.move_task(
        task, status, actor=side_of(who.roles), reason=values["reason"], by_id=who.id, now=now
    )
    return _shapes([task], who)[0]


def _given(values: dict[str, Any]) -> TaskGiven:
    plain = {name: values[name] for name in WRITTEN}
    waits_for = tuple((one["task"], one["output"]) for one in values["waits_for"])
    return TaskGiven(**plain, works=tuple(values["works"]), waits_for=waits_for)


WRITTEN = (
    "scope", "scale", "region", "place", "language", "starts_at", "first_result_by", "due_at",
)  # fmt: skip


def _shapes(rows: Sequence[Task], viewer: Person) -> list[dict[str, Any]]:
    ids, staff = [row.id for row in rows], bool(viewer.roles & READERS)
    numbers = tickets.numbers([row.ticket_id for row in rows])
    needs = queries.waiting(ids, unmet=False) if staff else {}
    offers, marks = _offers(ids, viewer), working.milestones_of(ids)
    hidden = _hidden(viewer)
    return [
        {
            **{name: getattr(row, name) for name in PLAIN},
            "ticket": numbers[row.ticket_id],
            "vendor": _vendor(row, viewer),
            "waits_for": [
                {"task": one.needs_id, "output": one.output} for one, _ in needs.get(row.id, ())
            ],
            "next": [
                {"status": step.to, "needs_reason": step.needs_reason}
                for step in steps_open_to(row.status, viewer.roles)
            ],
            "offers": offer_shapes([one for one in offers if one.task_id == row.id], viewer),
            "label": both(words.TASKS_TOLD[row.status]),
            "milestones": _milestones(row, marks[row.id]) if _goes_on(row, viewer) else [],
            **hidden,
        }
        for row in rows
    ]


def _hidden(viewer: Person) -> dict[str, Any]:
    if viewer.roles & READERS:
        return {}
    return NOT_FOR_MEMBERS if Role.MEMBER in viewer.roles else NOT_RELEASED


def _goes_on(row: Task, viewer: Person) -> bool:
    """Whether there is a way to see: a partner that was only asked reads the brief alone."""
    return Role.VENDOR not in viewer.roles or _vendor(row, viewer) is not None


def _milestones(row: Task, marks: Sequence[Milestone]) -> list[dict[str, Any]]:
    """Those on record, in the order of the configuration."""
    rule = policy.get(FunctionsPolicy).by_code.get(row.function)
    reached = {one.code: one for one in marks}
    return [
        {
            "code": one.code,
            "label": {"ja": one.ja, "en": one.en},
            "due_at": reached[one.code].due_at,
            "reached_at": reached[one.code].reached_at,
        }
        for one in (rule.milestones if rule else ())
        if one.code in reached
    ]


PLAIN = (
    "id", "function", "status", "status_since", *WRITTEN, "works", "because", "nobody_left_at",
    "made_at", "version",
)  # fmt: skip

NOT_RELEASED: dict[str, Any] = {"because": [], "nobody_left_at": None}
"""What the desk keeps to itself, as partners get it."""

NOT_FOR_MEMBERS: dict[str, Any] = {
    **NOT_RELEASED,
    **dict.fromkeys(("scope", "scale", "region", "place", "language"), ""),
    **dict.fromkeys(("starts_at", "first_result_by", "due_at")),
    "works": [],
}
"""The words with partners are not the member's, either."""


def _offers(task_ids: Sequence[int], viewer: Person) -> list[Offer]:
    found = queries.offers_of(task_ids)
    if viewer.roles & READERS:
        return found
    own = vendors.by_code(viewer.vendor_code or "")
    return [one for one in found if own and one.vendor_id == own.id and one.offered_at]


def _vendor(row: Task, viewer: Person) -> Any:
    """Who does it; a partner reads itself here or nobody."""
    if row.vendor_id is None:
        return None
    found = vendors.by_id(row.vendor_id)
    told = viewer.roles & TOLD or found.code == viewer.vendor_code
    return found if told else None


TOLD = READERS | {Role.MEMBER}
"""They read who does a task."""

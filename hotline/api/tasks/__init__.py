"""Tasks of partners: write one down, list them, read one, move one on."""

from typing import Any

from flask_smorest import Blueprint

from hotline import clock
from hotline.api.idempotent import idempotent
from hotline.api.offers import asked
from hotline.api.pages import page, place_of
from hotline.api.seen import seen_first
from hotline.api.tasks.schemas import NewTask, TaskArgs, TaskMove, TaskOut, TaskPage
from hotline.api.tasks.shapes import WRITTEN, shapes
from hotline.coordination import queries, service
from hotline.coordination.models import Task
from hotline.coordination.rules import (
    ARRANGERS,
    TaskGiven,
    TaskStatus,
    check_decides,
    side_of,
    subject,
)
from hotline.edge.access import allow
from hotline.edge.identity import person
from hotline.edge.requests import note_read
from hotline.errors import N_, Forbidden
from hotline.people.models import Person
from hotline.people.rules import DESK, READERS, Role
from hotline.tickets import queries as tickets
from hotline.tickets import service as ticket_service
from hotline.tickets.models import Ticket

bp = Blueprint("api_tasks", __name__, description="What partners are asked to do")


of_an_own_task = seen_first(
    "task_id", lambda task_id: queries.task_for(person(), task_id, now=clock.now())
)


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
    return shapes([task], who)[0]


@bp.route("/tickets/<number>/tasks")
@allow(READERS, Role.MEMBER)
@bp.response(200, TaskPage)
def of_ticket(number: str) -> dict[str, Any]:
    """Every task of an incident in the order they were made, those of joined tickets too; members
    read of those that belong to tickets they see."""
    who = person()
    ticket = tickets.by_number(number, who)
    note_read(ticket_service.subject(ticket.number), part="tasks")
    return {"items": shapes(_of_incident(ticket, who), who), "next_cursor": None}


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
    return {"items": shapes(rows, who), "next_cursor": cursor}


@bp.route("/tasks/<int:task_id>")
@allow(READERS, Role.VENDOR)
@bp.response(200, TaskOut)
def read(task_id: int) -> dict[str, Any]:
    """One task with its offers."""
    who = person()
    task = queries.task_for(who, task_id, now=clock.now())
    note_read(subject(task.id))
    return shapes([task], who)[0]


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
    return shapes([task], who)[0]


def _given(values: dict[str, Any]) -> TaskGiven:
    plain = {name: values[name] for name in WRITTEN}
    waits_for = tuple((one["task"], one["output"]) for one in values["waits_for"])
    return TaskGiven(**plain, works=tuple(values["works"]), waits_for=waits_for)

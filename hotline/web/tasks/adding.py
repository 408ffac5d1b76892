"""Add a task to a ticket by hand, and say otherwise what is asked for."""

from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Any

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hotline import clock, policy
from hotline.audit import service as audit
from hotline.coordination import service as coordination
from hotline.coordination.models import Task
from hotline.coordination.rules import FunctionRule, FunctionsPolicy, TaskGiven
from hotline.db import db
from hotline.edge import errors, requests
from hotline.edge.access import allow
from hotline.edge.identity import person
from hotline.edge.language import current, gettext
from hotline.errors import Invalid, Missing
from hotline.members import queries as members
from hotline.people.rules import DESK
from hotline.tickets import queries as tickets
from hotline.tickets import service as ticketing
from hotline.tickets.models import Ticket
from hotline.web import formats
from hotline.web.tasks import form as task_form
from hotline.web.tasks.acting import act, bp
from hotline.web.tasks.form import Form
from hotline.web.tickets import tasks as ticket_tasks


@bp.get("/tickets/<number>/tasks/new")
@allow(DESK)
def new(number: str) -> ResponseReturnValue:
    """Choose what partners are to be asked for; then say what exactly."""
    ticket = tickets.by_number(number, person())
    requests.note_read(ticketing.subject(ticket.number))
    code = request.args.get("function", "")
    if not code:
        return render_template("tasks/choose.html", **_choices(ticket))
    rule = _rule(code)
    return _page(ticket, rule, task_form.written(_proposed(ticket, rule)), {})


@bp.post("/tickets/<number>/tasks")
@allow(DESK)
def add(number: str) -> ResponseReturnValue:
    """Write the task down; nobody is asked yet."""
    ticket = tickets.by_number(number, person())
    rule = _rule(request.form.get("function", ""))
    try:
        given = task_form.read(request.form)
        task = coordination.add_task(
            ticket, rule.code, given=given, by_id=person().id, now=clock.now()
        )
    except Invalid as invalid:
        db.session.rollback()
        about = ticketing.subject(ticket.number)
        audit.write("read", about, by_id=person().id, now=clock.now())
        said = errors.said(invalid)
        page = _page(tickets.by_number(number, person()), rule, request.form, said)
        return make_response(page, HTTPStatus.UNPROCESSABLE_ENTITY)
    flash(gettext("%(function)s was added.", function=formats.function(rule.code)))
    return redirect(url_for("tasks.show", task_id=task.id), code=303)


@bp.post("/tasks/<int:task_id>")
@allow(DESK)
def change(task_id: int) -> ResponseReturnValue:
    """Save what is asked for; whoever comes second sees what the first one saved."""

    def verb(task: Task) -> str:
        given = task_form.read(request.form)
        by_id, now, version = person().id, clock.now(), task_form.version(request.form)
        coordination.change_task(task, given, version=version, by_id=by_id, now=now)
        return gettext("It was saved.")

    return act(task_id, "change", verb)


def _rule(code: str) -> FunctionRule:
    rule = policy.get(FunctionsPolicy).by_code.get(code)
    if rule is None:
        raise Missing()
    return rule


def _choices(ticket: Ticket) -> dict[str, Any]:
    """Every function, with the task of it that goes on already."""
    going = {
        row.task.function: row
        for row in ticket_tasks.rows(ticket.duplicate_of_id or ticket.id)
        if not row.has_ended
    }
    return {
        "ticket": ticket,
        "functions": policy.get(FunctionsPolicy).function,
        "going": going,
        "tongue": current(),
        "now": clock.now(),
    }


def _proposed(ticket: Ticket, rule: FunctionRule) -> TaskGiven:
    """What is usually asked for: where the ticket is, and what it waits for of other tasks."""
    region, prefecture = policy.get(FunctionsPolicy).place_of(_address(ticket))
    return TaskGiven(region=region, place=prefecture, waits_for=_usual_waits(ticket, rule))


def _address(ticket: Ticket) -> str:
    member = members.by_number(ticket.member_number) if ticket.member_number else None
    sites = {one.name: one.address for one in member.sites} if member else {}
    return sites.get(ticket.site) or next(iter(sites.values()), "")


def _usual_waits(ticket: Ticket, rule: FunctionRule) -> tuple[tuple[int, str], ...]:
    wanted = {one.function: one.output for one in rule.waits_for}
    rows = ticket_tasks.rows(ticket.duplicate_of_id or ticket.id)
    return tuple(
        (row.task.id, wanted[row.task.function])
        for row in rows
        if row.task.function in wanted and not row.has_ended
    )


def _page(ticket: Ticket, rule: FunctionRule, given: Form, said: Mapping[str, str]) -> str:
    now: datetime = clock.now()
    rows = ticket_tasks.rows(ticket.duplicate_of_id or ticket.id)
    return render_template(
        "tasks/new.html",
        ticket=ticket,
        rule=rule,
        form=given,
        errors=said,
        others=[row.task for row in rows if not row.has_ended],
        functions=policy.get(FunctionsPolicy),
        output_of=ticket_tasks.output,
        tongue=current(),
        now=now,
    )

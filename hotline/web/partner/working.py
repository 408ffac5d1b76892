"""What a partner does on its task: the next step, a line in the log, something handed in."""

from datetime import datetime

from flask import request
from flask.typing import ResponseReturnValue

from hotline import clock
from hotline.coordination import service as coordination
from hotline.coordination.models import Deliverable
from hotline.coordination.queries import own
from hotline.coordination.queries import working as on_record
from hotline.coordination.queries.own import Own
from hotline.coordination.rules import Actor, TaskStatus
from hotline.coordination.rules.tasks import subject
from hotline.edge import bodies, limits, requests, uploads
from hotline.edge.access import allow
from hotline.edge.identity import person
from hotline.edge.language import gettext
from hotline.errors import N_, Invalid, Missing, Problem
from hotline.evidence import service as evidence
from hotline.evidence.rules import Source
from hotline.people.rules import Role
from hotline.vendors.models import Vendor
from hotline.web.files import giving
from hotline.web.partner.frame import bp, engaged
from hotline.web.partner.task import act

DIGITS = 6


@bp.post("/tasks/<int:task_id>/step")
@allow(Role.VENDOR)
def step(task_id: int) -> ResponseReturnValue:
    """Make one of the steps that are the partner's."""

    def go(_vendor: Vendor, one: Own, now: datetime) -> str:
        wanted, reason = request.form.get("to", ""), request.form.get("reason", "")
        if wanted not in set(TaskStatus):
            raise Invalid({"to": Problem(N_("There is no such choice."))})
        coordination.move_task(
            one.task,
            TaskStatus(wanted),
            actor=Actor.VENDOR,
            reason=reason,
            by_id=person().id,
            now=now,
        )
        return gettext("Thank you. The coordinator sees it.")

    return act(task_id, f"step-{request.form.get('to', '')}", go, engaged)


@bp.post("/tasks/<int:task_id>/milestones")
@allow(Role.VENDOR)
def reach(task_id: int) -> ResponseReturnValue:
    """A milestone is reached; once is enough."""

    def note(_vendor: Vendor, one: Own, now: datetime) -> str:
        code = request.form.get("code", "")
        coordination.reach_milestone(one.task, code, by_id=person().id, now=now)
        return gettext("The milestone is marked as reached.")

    return act(task_id, "milestone", note, engaged)


@bp.post("/tasks/<int:task_id>/log")
@allow(Role.VENDOR)
def log(task_id: int) -> ResponseReturnValue:
    """Write down what was done just now, and how many minutes it took."""

    def write(_vendor: Vendor, one: Own, now: datetime) -> str:
        body = request.form.get("body", "").replace("\r\n", "\n")
        coordination.log_work(one.task, body, _minutes(), now, by_id=person().id, now=now)
        return gettext("It stands in the work log.")

    return act(task_id, "log", write, engaged)


def _minutes() -> int:
    typed = request.form.get("minutes", "").strip()
    if not typed:
        return 0
    if not typed.isdecimal() or len(typed) > DIGITS:
        raise Invalid({"minutes": Problem(N_("Give the minutes as a number from 0 on."))})
    return int(typed)


@bp.post("/tasks/<int:task_id>/deliverables")
@allow(Role.VENDOR)
@limits.takes_files(uploads.BODY)
@requests.prepared_by(uploads.draft)
def hand_in(task_id: int) -> ResponseReturnValue:
    """Hand in what was made: a file, or words."""

    def keep(_vendor: Vendor, one: Own, now: datetime) -> str:
        kept = uploads.keep()
        file = kept and evidence.receive(
            kept,
            name=uploads.name(),
            media_type=bodies.OPAQUE,
            subject=subject(one.task.id),
            source=Source.DELIVERABLE,
            scan=uploads.scan_of(Source.DELIVERABLE),
            by_id=person().id,
            now=now,
            ticket_id=one.task.ticket_id,
        )
        coordination.hand_in(
            one.task,
            request.form.get("kind", ""),
            file_id=file.id if file else None,
            note=request.form.get("note", "").replace("\r\n", "\n"),
            by_id=person().id,
            now=now,
        )
        return gettext("It is handed in. The coordinator sees it.")

    return act(task_id, "hand_in", keep, engaged)


@bp.post("/tasks/<int:task_id>/deliverables/<int:deliverable_id>/file")
@allow(Role.VENDOR)
def download(task_id: int, deliverable_id: int) -> ResponseReturnValue:
    """The file of something the reader's company handed in; it is on record who was given it."""
    now = clock.now()
    vendor, one = engaged(task_id, now=now)
    row = on_record.deliverable(one.task.id, deliverable_id)
    if row is None or row[1] is None or not _is_theirs(row[0], one, vendor):
        raise Missing()
    return giving.give(row[1], person(), now=now, released=True)


def _is_theirs(given: Deliverable, one: Own, vendor: Vendor) -> bool:
    part = own.part_of(one, vendor.code, [given.handed_in_by_id])
    return part.holds(given.handed_in_at, given.handed_in_by_id)

"""Release facts and files to partners, one by one; and the two-language brief out of them."""

from datetime import datetime
from http import HTTPStatus

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hotline import clock
from hotline.audit import service as audit
from hotline.coordination import queries
from hotline.coordination import service as coordination
from hotline.coordination.models import Release, Task
from hotline.coordination.rules import ARRANGERS
from hotline.coordination.rules.tasks import subject
from hotline.coordination.service import ConsentSaid
from hotline.db import db
from hotline.edge import errors, requests
from hotline.edge.access import allow
from hotline.edge.identity import person
from hotline.edge.language import gettext, ngettext
from hotline.errors import N_, Invalid, Missing, Problem, Refused
from hotline.evidence import queries as files
from hotline.evidence.models import File
from hotline.people.rules import DESK, READERS, Role
from hotline.tickets.models import Ticket
from hotline.vendors import queries as vendors
from hotline.vendors.models import Vendor
from hotline.vendors.rules import contract_day
from hotline.web import typed
from hotline.web.files import giving
from hotline.web.releases import page
from hotline.web.releases.page import Given, Sent, shown

__all__ = ["bp", "shown"]

bp = Blueprint("releases", __name__)

GIVEN = {"yes": True, "no": False}


@bp.get("/tasks/<int:task_id>/releases")
@allow(READERS)
def show(task_id: int) -> ResponseReturnValue:
    """What could be released to a partner of a task, what is, and who looked at it."""
    task = _task(task_id)
    partner = _partner(task, request.args.get("partner", ""))
    requests.note_read(subject(task.id), part="releases")
    return _page(task, partner, Sent())


@bp.post("/tasks/<int:task_id>/releases")
@allow(ARRANGERS)
def release(task_id: int) -> ResponseReturnValue:
    """Release what is ticked, or only show how the partner would see it (``act=preview``)."""
    task = _task(task_id)
    partner = _partner(task, request.form.get("partner", ""))
    if partner is None:
        raise Missing()
    given = Given(frozenset(request.form.getlist("piece")), request.form.to_dict())
    if request.form.get("act") == "preview":
        return _again(task_id, partner.id, Sent(given, preview=True), HTTPStatus.OK)
    try:
        fresh = _release(task, partner, given)
    except Invalid as invalid:
        sent = Sent(given, errors.said(invalid))
        return _again(task_id, partner.id, sent, HTTPStatus.UNPROCESSABLE_ENTITY)
    except Refused as refused:
        sent = Sent(given, refused=errors.say(refused))
        return _again(task_id, partner.id, sent, HTTPStatus.CONFLICT)
    flash(_said(fresh))
    return _to(task, partner)


@bp.post("/tasks/<int:task_id>/releases/<int:release_id>/back")
@allow(ARRANGERS)
def take_back(task_id: int, release_id: int) -> ResponseReturnValue:
    """The partner does not see it any more."""
    task = _task(task_id)
    found = queries.release_by_id(task.id, release_id)
    coordination.take_back(found, by_id=person().id, now=clock.now())
    flash(gettext("It was taken back: the partner does not see it any more."))
    return _to(task, vendors.by_id(found.vendor_id))


@bp.post("/tasks/<int:task_id>/consent")
@allow(ARRANGERS)
def consent(task_id: int) -> ResponseReturnValue:
    """Write down what the member said about telling this partner."""
    task = _task(task_id)
    partner = _partner(task, request.form.get("partner", ""))
    if partner is None:
        raise Missing()
    ticket, now = db.session.get_one(Ticket, task.ticket_id), clock.now()
    try:
        said = _consent_said(now)
        coordination.say_consent(ticket, partner, said, by_id=person().id, now=now)
    except Invalid as invalid:
        sent = Sent(errors=errors.said(invalid), consent=request.form.to_dict())
        return _again(task_id, partner.id, sent, HTTPStatus.UNPROCESSABLE_ENTITY)
    flash(gettext("The member's answer is on record."))
    return _to(task, partner)


@bp.post("/tasks/<int:task_id>/releases/<int:release_id>/file")
@allow(DESK, Role.VENDOR)
def download(task_id: int, release_id: int) -> ResponseReturnValue:
    """A released file, as it came; it is on record who was given it."""
    now = clock.now()
    task = queries.task_for(person(), task_id, now=now)
    found = _visible(task, release_id, now=now)
    to_partner = Role.VENDOR in person().roles
    return giving.give(found, person(), now=now, released=to_partner)


@bp.get("/tasks/<int:task_id>/brief")
@allow(READERS, Role.VENDOR)
def brief(task_id: int) -> ResponseReturnValue:
    """What was released in two languages side by side, arranged as GDPR Art. 33 asks for it."""
    now, viewer = clock.now(), person()
    task = queries.task_for(viewer, task_id, now=now)
    if viewer.roles & READERS:
        partner = _partner(task, request.args.get("partner", ""))
    else:
        partner = vendors.of_person(viewer, on=contract_day(now))
    if partner is None or not _may_have(partner, task):
        raise Missing()
    released = _released(partner, task, now=now)
    ids = [one.id for one in released]
    requests.note_read(subject(task.id), part="brief", releases=ids)
    shown_brief = page.brief(task, partner, released, now=now)
    at_the_desk = bool(viewer.roles & READERS)
    return render_template("releases/brief.html", **shown_brief, at_the_desk=at_the_desk)


def _task(task_id: int) -> Task:
    return queries.task_for(person(), task_id, now=clock.now())


def _partner(task: Task, named: str) -> Vendor | None:
    """The partner that was named, the first one when none was; None when there is none.

    Raises Missing for one that has nothing to do with the task.
    """
    told = queries.partners_told(task)
    if not named:
        return told[0] if told else None
    for one in told:
        if str(one.id) == named:
            return one
    raise Missing()


def _may_have(partner: Vendor, task: Task) -> bool:
    at_the_desk = bool(person().roles & READERS)
    return at_the_desk or queries.works_on(partner.id, task.id)


def _released(partner: Vendor, task: Task, *, now: datetime) -> list[Release]:
    if person().roles & READERS:
        return queries.released_to(task.id, partner.id)
    return queries.seen_by(person(), task, now=now)


def _visible(task: Task, release_id: int, *, now: datetime) -> File:
    """The file of a release that this person may have. Raises Missing."""
    found = queries.release_by_id(task.id, release_id)
    if not person().roles & READERS:
        seen = {one.id for one in queries.seen_by(person(), task, now=now)}
        if found.id not in seen:
            raise Missing()
    file = files.by_id(found.file_id) if found.file_id is not None else None
    if file is None:
        raise Missing()
    return file


def _release(task: Task, partner: Vendor, given: Given) -> list[Release]:
    """Everything that is ticked, or nothing of it."""
    now, by_id = clock.now(), person().id
    pieces, file_ids = given.pieces(), given.file_ids()
    fresh: list[Release] = []
    if pieces or not file_ids:
        fresh += coordination.release(task, partner.id, pieces, by_id=by_id, now=now)
    for file_id in file_ids:
        file = files.by_id(file_id)
        if file is None:
            raise Invalid({"pieces": Problem(N_("This file does not belong to the ticket."))})
        fresh += coordination.release_file(task, partner.id, file, by_id=by_id, now=now)
    return fresh


def _consent_said(now: datetime) -> ConsentSaid:
    form = request.form
    given = GIVEN.get(form.get("given", ""))
    if given is None:
        raise Invalid({"given": Problem(N_("Choose what the member said."))})
    timed = form.get("day", "").strip() or form.get("time", "").strip()
    said_at = typed.parse_moment(form) if timed else now
    return ConsentSaid(given, form.get("said_by", ""), form.get("said_how", ""), said_at)


def _said(fresh: list[Release]) -> str:
    if not fresh:
        return gettext("The partner saw this already; nothing was changed.")
    return ngettext(
        "%(num)s thing was released; the partner is told.",
        "%(num)s things were released; the partner is told.",
        len(fresh),
    )


def _to(task: Task, partner: Vendor) -> ResponseReturnValue:
    return redirect(url_for(".show", task_id=task.id, partner=partner.id), code=303)


def _again(task_id: int, partner_id: int, sent: Sent, status: HTTPStatus) -> ResponseReturnValue:
    """The page with the form as it was typed; it is a read too."""
    db.session.rollback()
    task, partner = _task(task_id), vendors.by_id(partner_id)
    audit.write("read", subject(task.id), by_id=person().id, now=clock.now(), part="releases")
    return make_response(_page(task, partner, sent), status)


def _page(task: Task, partner: Vendor | None, sent: Sent) -> str:
    now, viewer = clock.now(), person()
    shown_page = page.whole(task, partner, viewer, sent=sent, now=now)
    return render_template("releases/show.html", **shown_page)

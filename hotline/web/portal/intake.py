"""A member writes down what happened, for when the phone is busy: same promise, same ticket."""

import hashlib
import re
import secrets
from http import HTTPStatus

from flask import Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from hotline import clock, policy
from hotline.audit import service as audit
from hotline.calls import service as calls
from hotline.db import db
from hotline.duty.rules import LinesPolicy
from hotline.edge import errors, progress, requests
from hotline.edge.access import allow
from hotline.edge.identity import person
from hotline.errors import N_, Invalid, Problem, Slowed
from hotline.idempotency import service as idempotency
from hotline.members import queries as members
from hotline.members.rules import entitlement
from hotline.people.models import Person
from hotline.people.rules import Role
from hotline.tickets import queries
from hotline.tickets import service as tickets
from hotline.tickets.queries import Wanted
from hotline.tickets.rules import (
    ENDED,
    AdvicePolicy,
    CaseTypesPolicy,
    ConsentsPolicy,
    HearingPolicy,
    Intake,
    Status,
)
from hotline.web.deadlines import obliged
from hotline.web.intake import form as intake_form
from hotline.web.intake.form import ANSWER, CONSENT, Form
from hotline.web.portal.frame import bp

ASKED = ("ongoing", "stopped", "personal_data")
"""The questions of the hearing sheet that are asked here: their answers say how grave it is."""

TYPED = (
    "summary",
    "callback_phone",
    "callback_hours",
    "safe_phone",
    "safe_email",
    "company_channels_unsafe",
    "discovered_day",
    "discovered_time",
    "case_types",
)
"""The controls that are read; whatever else is sent along is as if it were not there."""

LOOKED_AT = 20
GOING_ON = 3
KEY_BYTES = 16
KEY = re.compile(r"[A-Za-z0-9_-]{16,64}")
SAME = hashlib.sha256(b"portal/new").hexdigest()
"""Every form under one key is one report: what was typed when it was sent first counts."""


@bp.get("/new")
@allow(Role.MEMBER)
def new() -> ResponseReturnValue:
    """The short form; above everything stands the number to call."""
    viewer = person()
    form: Form = MultiDict({"callback_phone": viewer.phone or "", "line": _line_of(viewer)})
    requests.note_read("list:tickets")
    return _page(form, {})


@bp.post("/new")
@allow(Role.MEMBER)
def send_in() -> ResponseReturnValue:
    """Open the ticket, once for each form; what cannot be used comes back as it was typed."""
    viewer, form = person(), request.form
    try:
        number, is_first = _taken_in(viewer, form)
    except Invalid as invalid:
        return _again(form, errors.said(invalid), HTTPStatus.UNPROCESSABLE_ENTITY)
    except Slowed as slowed:
        said = {"": errors.say(slowed)}
        answer = _again(form, said, HTTPStatus.TOO_MANY_REQUESTS)
        answer.headers["Retry-After"] = str(slowed.retry_after)
        return answer
    again = None if is_first else "1"
    return redirect(url_for(".sent", number=number, again=again), code=303)


@bp.get("/new/<number>")
@allow(Role.MEMBER)
def sent(number: str) -> ResponseReturnValue:
    """What was sent has this number; what is promised, and what to do first."""
    ticket, now = queries.by_number(number, person()), clock.now()
    requests.note_read(tickets.subject(ticket.number))
    line, kept = policy.get(LinesPolicy).line(ticket.line), queries.intake_of(ticket)
    return render_template(
        "portal/sent.html",
        ticket=ticket,
        line=line,
        again="again" in request.args,
        spreads="yes" in kept.answers.get("ongoing", ()),
        promise=progress.promised(ticket, now=now),
        said=progress.WORDS[Status(ticket.status)],
        advice=policy.get(AdvicePolicy).lines(ticket.case_types, ticket.other_kind),
        now=now,
        **obliged.said(),
    )


def _taken_in(viewer: Person, form: Form) -> tuple[str, bool]:
    """The number of the ticket, and whether it is a new one. Raises Invalid and Slowed."""
    now, key = clock.now(), _key(form)
    first = idempotency.begin(viewer.id, key, SAME, now=now)
    if first is not None:
        return str(first.body["number"]), False
    intake = _checked(viewer, form)
    ticket = calls.take_in_from_web(form.get("line", ""), intake, by=viewer, now=now)
    idempotency.finish(viewer.id, key, status=HTTPStatus.SEE_OTHER, body={"number": ticket.number})
    return ticket.number, True


def _checked(viewer: Person, form: Form) -> Intake:
    """What the form says. Raises Invalid with what is wrong in every field at once."""
    intake, problems = _read(form)
    try:
        calls.check_from_web(form.get("line", ""), intake, by=viewer, now=clock.now())
    except Invalid as invalid:
        raise Invalid({**invalid.fields, **problems}) from None
    if problems:
        raise Invalid(problems)
    return intake


def _read(form: Form) -> tuple[Intake, dict[str, Problem]]:
    """What of the form is ours to read, and what is wrong with its moment."""
    questions = {f"{ANSWER}{code}" for code in ASKED}
    consents = {f"{CONSENT}{one.code}" for one in policy.get(ConsentsPolicy).recipient}
    known: Form = MultiDict()
    for name in form:
        if name in questions | consents or name in TYPED:
            known.setlist(name, form.getlist(name))
    if known.get("discovered_day", "").strip() and not known.get("discovered_time", "").strip():
        # Who knows the day alone means any time of it: clocks then run from its beginning.
        known["discovered_time"] = "0:00"
    return intake_form.read(known, now=clock.now())


def _key(form: Form) -> str:
    """The hidden key of the form. Raises Invalid for one that we did not make."""
    if not _is_key(form.get("key", "")):
        raise Invalid({"": Problem(N_("Please send it once more."))})
    return f"portal/new:{form['key']}"


def _is_key(key: str) -> bool:
    return bool(KEY.fullmatch(key))


def _line_of(viewer: Person) -> str:
    """The line that looks after this company; the first one where nobody knows."""
    lines = policy.get(LinesPolicy)
    number = viewer.member_number
    member = members.by_number(number) if number else None
    fitting = entitlement(member, clock.now()).lines
    return next((code for code in fitting if code in lines.codes), lines.codes[0])


def _again(form: Form, said: dict[str, str], status: int) -> Response:
    db.session.rollback()
    audit.write("read", "list:tickets", by_id=person().id, now=clock.now())
    return make_response(_page(form, said), status)


def _page(form: Form, said: dict[str, str]) -> str:
    viewer, lines, key = person(), policy.get(LinesPolicy), form.get("key", "")
    asked = policy.get(HearingPolicy).by_key
    mine = queries.newest(Wanted(), viewer, LOOKED_AT)
    going_on = [one for one in mine if one.status not in ENDED][:GOING_ON]
    return render_template(
        "portal/new.html",
        form=form,
        errors=said,
        key=key if _is_key(key) else secrets.token_urlsafe(KEY_BYTES),
        lines=lines.lines,
        line=lines.line(form["line"]) if form.get("line") in lines.codes else lines.lines[0],
        kinds=policy.get(CaseTypesPolicy),
        questions={code: asked[code] for code in ASKED},
        consents=policy.get(ConsentsPolicy),
        going_on=going_on,
        company=_company(viewer),
        now=clock.now(),
        **obliged.said(),
    )


def _company(viewer: Person) -> str:
    number = viewer.member_number or ""
    return members.names([number]).get(number, number)

"""The member looks at an estimate, and agrees to it or not; the desk may hear it by telephone."""

from collections.abc import Callable
from functools import partial
from http import HTTPStatus

from flask import Blueprint, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hotline import clock
from hotline.audit import service as audit
from hotline.coordination.models import Approval
from hotline.coordination.queries import costs as on_record
from hotline.coordination.rules import ARRANGERS, ApprovalStatus, ApprovedBy
from hotline.coordination.rules.costs import NOTE_LETTERS, SAID_LETTERS
from hotline.coordination.service import approving
from hotline.coordination.service.approving import Answer
from hotline.coordination.service.withdrawing import subject
from hotline.duty.rules import LinesPolicy
from hotline.edge import requests
from hotline.edge.access import allow
from hotline.edge.identity import person
from hotline.edge.language import LANGUAGES, current, gettext
from hotline.errors import N_, Invalid, Problem
from hotline.people import queries as people
from hotline.people.rules import READERS, Role
from hotline.policy import get
from hotline.vendors import queries as vendors
from hotline.web.costs import shown, words
from hotline.web.sent import Sent, answer_form

bp = Blueprint("approvals", __name__)

CHOICES = {"approve": ApprovalStatus.APPROVED, "refuse": ApprovalStatus.REFUSED}


@bp.get("/approvals/<int:approval_id>")
@allow(READERS, Role.MEMBER)
def show(approval_id: int) -> ResponseReturnValue:
    """One estimate as it was asked for; looking at it agrees to nothing."""
    approval, _, _ = on_record.approval_for(person(), approval_id)
    requests.note_read(subject(approval))
    return _page(approval_id, Sent())


@bp.post("/approvals/<int:approval_id>")
@allow(Role.MEMBER)
def answer(approval_id: int) -> ResponseReturnValue:
    """The member agrees, or says why not."""
    given = Answer(ApprovedBy.PORTAL, person().id)
    return _act(approval_id, "answer", lambda one: _answer(one, given))


@bp.post("/approvals/<int:approval_id>/heard")
@allow(ARRANGERS)
def heard(approval_id: int) -> ResponseReturnValue:
    """The member said so on the telephone, and it was read back."""
    form = request.form

    def hear(approval: Approval) -> str:
        _, task, _ = on_record.approval_for(person(), approval_id)
        tongue = form.get("read_in", "")
        confirmed = form.get("confirmed") == "1" and tongue in LANGUAGES
        read_back = shown.read_back_of(approval, task, tongue) if confirmed else ""
        said_by = form.get("said_by", "")
        return _answer(approval, Answer(ApprovedBy.PHONE, person().id, said_by, read_back))

    return _act(approval_id, "heard", hear)


@bp.post("/approvals/<int:approval_id>/take-back")
@allow(ARRANGERS)
def take_back(approval_id: int) -> ResponseReturnValue:
    """The desk does not ask any more: the estimate is made anew."""

    def withdraw(approval: Approval) -> str:
        approving.take_back(approval, by_id=person().id, now=clock.now())
        return gettext("The request is taken back.")

    return _act(approval_id, "take-back", withdraw)


def _answer(approval: Approval, given: Answer) -> str:
    """Agree or not, as the button says. Raises Invalid for ``act``."""
    now, wanted = clock.now(), CHOICES.get(request.form.get("act", ""))
    if wanted is ApprovalStatus.APPROVED:
        approving.approve(approval, given, now=now)
        if given.by is ApprovedBy.PORTAL:
            return gettext("Thank you for your approval. The work can begin.")
        return gettext("The estimate is approved. The work can begin.")
    if wanted is ApprovalStatus.REFUSED:
        approving.refuse(approval, request.form.get("reason", ""), given, now=now)
        return gettext("The estimate is not approved. The coordinator gets in touch.")
    raise Invalid({"act": Problem(N_("Choose whether it is approved."))})


def _act(approval_id: int, form: str, verb: Callable[[Approval], str]) -> ResponseReturnValue:
    """Do something with a request and show it again; 422 and 409 as on the page of a ticket."""
    approval, _, _ = on_record.approval_for(person(), approval_id)
    again, back = partial(_again, approval_id), url_for(".show", approval_id=approval_id)
    return answer_form(form, lambda: verb(approval), again, back=back)


def _again(approval_id: int, sent: Sent, status: HTTPStatus) -> ResponseReturnValue:
    approval, _, _ = on_record.approval_for(person(), approval_id)
    audit.write("read", subject(approval), by_id=person().id, now=clock.now())
    return make_response(_page(approval_id, sent), status)


def _page(approval_id: int, sent: Sent) -> str:
    viewer = person()
    approval, task, ticket = on_record.approval_for(viewer, approval_id)
    lines = get(LinesPolicy)
    staff = bool(viewer.roles & READERS)
    vendor_id = on_record.vendor_asked(approval, task)
    return render_template(
        "approvals/show.html",
        approval=approval,
        task=task,
        ticket=ticket,
        vendor=vendors.names([vendor_id]).get(vendor_id, "") if vendor_id else "",
        kept=shown.kept_lines(approval, task.function),
        line=lines.line(ticket.line) if ticket.line in lines.codes else None,
        names=people.names([approval.asked_by_id, approval.person_id]),
        read_back=shown.read_back_of(approval, task, current()),
        sentence=words.not_all_payable(),
        not_decided=words.not_decided(),
        limits={"reason": NOTE_LETTERS, "said_by": SAID_LETTERS},
        staff=staff,
        may_act=bool(viewer.roles & ARRANGERS),
        may_answer=not staff,
        sent=sent,
        now=clock.now(),
    )

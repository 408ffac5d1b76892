"""One task of a partner: the two answers, and once it agreed everything it works with."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from http import HTTPStatus
from typing import Any

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hotline import clock
from hotline.audit import service as audit
from hotline.coordination import queries
from hotline.coordination import service as coordination
from hotline.coordination.models import Offer
from hotline.coordination.queries.own import Own
from hotline.coordination.rules import Answered, OfferStatus
from hotline.coordination.rules.tasks import subject
from hotline.db import db
from hotline.edge import errors, requests
from hotline.edge.access import allow
from hotline.edge.identity import person
from hotline.edge.language import gettext
from hotline.errors import N_, Invalid, Missing, Problem
from hotline.people.rules import Role
from hotline.vendors.models import Vendor
from hotline.web.partner import page
from hotline.web.partner.frame import bp, company, found
from hotline.web.sent import Sent, answer_form

Find = Callable[..., tuple[Vendor, Own]]
Verb = Callable[[Vendor, Own, datetime], str]


@bp.get("/tasks/<int:task_id>")
@allow(Role.VENDOR)
def task(task_id: int) -> ResponseReturnValue:
    """What stands there for the reader's company; every look is on record with what was seen."""
    now = clock.now()
    vendor, one = found(task_id, now=now)
    shown = page.whole(vendor, one, now=now)
    requests.note_read(subject(one.task.id), releases=_seen(shown))
    return render_template("partner/task.html", **shown, sent=Sent())


@bp.post("/offers/<int:offer_id>")
@allow(Role.VENDOR)
def answer(offer_id: int) -> ResponseReturnValue:
    """Take it on or decline; the same answer once more is the same, and nothing new."""
    now = clock.now()
    vendor, offer = company(now=now), queries.offer_for(person(), offer_id, now=now)
    if vendor is None or offer.vendor_id != vendor.id:
        raise Missing()
    give = ANSWERS.get(request.form.get("answer", ""), _neither)
    try:
        give(offer, now)
    except Invalid as invalid:
        sent = Sent("answer", request.form, errors.said(invalid))
        return again(offer.task_id, sent, HTTPStatus.UNPROCESSABLE_ENTITY)
    if offer.status == OfferStatus.ACCEPTED:
        flash(gettext("Thank you for taking it on. The coordinator is told at once."))
        return to(offer.task_id)
    flash(gettext("Thank you for your answer. You need not do anything more."))
    return redirect(url_for(".home"), code=303)


def _accept(offer: Offer, now: datetime) -> None:
    coordination.accept(offer, answered=Answered.PORTAL, person_id=person().id, now=now)


def _decline(offer: Offer, now: datetime) -> None:
    reason, text = (request.form.get(name, "") for name in ("reason", "text"))
    coordination.decline(
        offer, reason, text, answered=Answered.PORTAL, person_id=person().id, now=now
    )


def _neither(_offer: Offer, _now: datetime) -> None:
    raise Invalid({"answer": Problem(N_("Please choose one of the two answers."))})


ANSWERS: dict[str, Callable[[Offer, datetime], None]] = {"accept": _accept, "decline": _decline}


def act(task_id: int, form: str, verb: Verb, find: Find = found) -> ResponseReturnValue:
    """Do something with an own task and go back to it, with the sentence that ``verb`` returns.

    What cannot be used comes back with the words beside the field (422); what somebody else made
    impossible meanwhile comes back with what happened and the task as it is now (409).
    """
    now = clock.now()
    vendor, one = find(task_id, now=now)
    back = url_for("partner.task", task_id=task_id)
    return answer_form(form, lambda: verb(vendor, one, now), partial(again, task_id), back=back)


def to(task_id: int) -> ResponseReturnValue:
    """Back to the page of the task."""
    return redirect(url_for("partner.task", task_id=task_id), code=303)


def again(task_id: int, sent: Sent, status: HTTPStatus) -> ResponseReturnValue:
    """The page as it stands now, with the form as it was typed; it is a read too."""
    db.session.rollback()
    now = clock.now()
    vendor, one = found(task_id, now=now)
    shown = page.whole(vendor, one, now=now)
    about = subject(one.task.id)
    audit.write("read", about, by_id=person().id, now=now, releases=_seen(shown))
    return make_response(render_template("partner/task.html", **shown, sent=sent), status)


def _seen(shown: Mapping[str, Any]) -> list[int]:
    """The ids of the releases that stand on the page."""
    return [one.id for one in shown.get("releases", [])]

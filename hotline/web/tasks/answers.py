"""What the desk does with offers: answer for a partner, take one back, choose an estimate."""

from flask import request
from flask.typing import ResponseReturnValue

from hotline import clock
from hotline.coordination import service as coordination
from hotline.coordination.models import Task
from hotline.coordination.rules import ARRANGERS, Answered
from hotline.edge.access import allow
from hotline.edge.identity import person
from hotline.edge.language import gettext
from hotline.vendors import queries as vendors
from hotline.web.tasks.acting import act, bp, offer_of


@bp.post("/tasks/<int:task_id>/offers/<int:offer_id>/accept")
@allow(ARRANGERS)
def accept(task_id: int, offer_id: int) -> ResponseReturnValue:
    """The partner said to us that it takes the task on."""

    def verb(task: Task) -> str:
        offer = offer_of(task, offer_id)
        by_id, now = person().id, clock.now()
        coordination.accept(offer, answered=Answered.DESK, person_id=by_id, now=now)
        return gettext("%(vendor)s takes it on.", vendor=_name(offer.vendor_id))

    return act(task_id, f"accept-{offer_id}", verb)


@bp.post("/tasks/<int:task_id>/offers/<int:offer_id>/decline")
@allow(ARRANGERS)
def decline(task_id: int, offer_id: int) -> ResponseReturnValue:
    """The partner said to us that it does not; the next in line is asked."""

    def verb(task: Task) -> str:
        offer = offer_of(task, offer_id)
        coordination.decline(
            offer,
            request.form.get("reason", ""),
            request.form.get("text", ""),
            answered=Answered.DESK,
            person_id=person().id,
            now=clock.now(),
        )
        return gettext(
            "It was written down that %(vendor)s declined.", vendor=_name(offer.vendor_id)
        )

    return act(task_id, f"decline-{offer_id}", verb)


@bp.post("/tasks/<int:task_id>/offers/<int:offer_id>/withdraw")
@allow(ARRANGERS)
def withdraw(task_id: int, offer_id: int) -> ResponseReturnValue:
    """Take a request, a place in line or an agreed estimate back, with the reason."""

    def verb(task: Task) -> str:
        offer, reason = offer_of(task, offer_id), request.form.get("reason", "")
        coordination.withdraw_offer(offer, reason=reason, by_id=person().id, now=clock.now())
        return gettext("The request to %(vendor)s was taken back.", vendor=_name(offer.vendor_id))

    return act(task_id, f"withdraw-{offer_id}", verb)


@bp.post("/tasks/<int:task_id>/offers/<int:offer_id>/engage")
@allow(ARRANGERS)
def engage(task_id: int, offer_id: int) -> ResponseReturnValue:
    """Choose one of those that made an estimate; the others are thanked."""

    def verb(task: Task) -> str:
        offer = offer_of(task, offer_id)
        coordination.engage(offer, by_id=person().id, now=clock.now())
        return gettext("%(vendor)s does it.", vendor=_name(offer.vendor_id))

    return act(task_id, f"engage-{offer_id}", verb)


def _name(vendor_id: int) -> str:
    return vendors.by_id(vendor_id).name

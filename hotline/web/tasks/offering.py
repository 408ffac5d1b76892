"""Who is asked for a task: what partners read first, the ranking with its reasons, the choice."""

from collections.abc import Callable, Sequence
from functools import partial
from http import HTTPStatus
from typing import Any

from flask import make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hotline import clock, policy
from hotline.audit import service as audit
from hotline.coordination import queries
from hotline.coordination import service as coordination
from hotline.coordination.models import Offer, Task
from hotline.coordination.rules import ARRANGERS, Criterion, FunctionsPolicy, OfferStatus, Wish
from hotline.coordination.rules import tasks as rules
from hotline.coordination.rules.tasks import OPEN_TO_OFFERS
from hotline.coordination.service import Choice
from hotline.db import db
from hotline.edge import requests
from hotline.edge.access import allow
from hotline.edge.identity import person
from hotline.edge.language import current, gettext
from hotline.tickets.models import Ticket
from hotline.vendors import queries as vendors
from hotline.web import formats, typed
from hotline.web.sent import Sent, answer_form
from hotline.web.tasks import acting, ranked
from hotline.web.tasks import form as task_form
from hotline.web.tasks.acting import bp
from hotline.web.tasks.form import Form
from hotline.web.tickets import proposed

NOW, THEN = "now", "then"
WHOM = "whom-"
"""``whom-12``: whether the partner 12 is asked now, then, or not at all."""


@bp.get("/tasks/<int:task_id>/offering")
@allow(ARRANGERS)
def offering(task_id: int) -> ResponseReturnValue:
    """The candidates for a task in the order of asking, and why they stand there."""
    task = acting.found(task_id)
    requests.note_read(rules.subject(task.id))
    return _page(task, Sent())


@bp.post("/tasks/<int:task_id>/offering")
@allow(ARRANGERS)
def ask(task_id: int) -> ResponseReturnValue:
    """Save what partners read first; then ask those that were chosen, unless only the order was
    wanted anew."""
    if request.form.get("act") == "rank":
        return _do(task_id, _save, "tasks.offering")
    return _do(task_id, _save_and_ask, "tasks.show")


def _save(task: Task) -> str:
    given, version = task_form.read(request.form), task_form.version(request.form)
    coordination.change_task(task, given, version=version, by_id=person().id, now=clock.now())
    return gettext("It was saved, and the candidates were ranked anew.")


def _save_and_ask(task: Task) -> str:
    choice = _choice()
    _save(task)
    made = coordination.ask_candidates(task, choice, by_id=person().id, now=clock.now())
    return _told(made)


def _choice() -> Choice:
    form = request.form
    return Choice(
        first=_chosen(NOW),
        then=_chosen(THEN),
        for_quote=form.get("mode") == "quote",
        reason=form.get("overruled", ""),
        reply_by=task_form.moment(form, "reply_by"),
    )


def _chosen(wanted: str) -> list[int]:
    """The partners whose field says ``wanted``; what is no field of ours is left alone."""
    ids = [name.removeprefix(WHOM) for name in request.form if name.startswith(WHOM)]
    return [
        int(one)
        for one in ids
        if typed.id_or_none(one) is not None and request.form[WHOM + one] == wanted
    ]


def _told(made: Sequence[Offer]) -> str:
    now = clock.now()
    names = vendors.names({one.vendor_id for one in made})
    asked = [one for one in made if one.status == OfferStatus.OFFERED and one.reply_by]
    said = [
        gettext(
            "%(vendor)s was asked and has until %(time)s.",
            vendor=names[one.vendor_id],
            time=formats.moment(one.reply_by, now),
        )
        for one in asked
        if one.reply_by
    ]
    if len(made) > len(asked):
        waiting = formats.listed(
            names[one.vendor_id] for one in made if one.status == OfferStatus.QUEUED
        )
        said.append(gettext("In line behind: %(vendors)s", vendors=waiting))
    return " ".join(said)


def _do(task_id: int, verb: Callable[[Task], str], onward: str) -> ResponseReturnValue:
    """Do it and go on; what cannot be used comes back as it was typed, with the words."""
    task, back = acting.found(task_id), url_for(onward, task_id=task_id)
    return answer_form("offering", lambda: verb(task), partial(_again, task_id), back=back)


def _again(task_id: int, sent: Sent, status: HTTPStatus) -> ResponseReturnValue:
    task = acting.found(task_id)
    audit.write("read", rules.subject(task.id), by_id=person().id, now=clock.now())
    return make_response(_page(task, sent), status)


def _page(task: Task, sent: Sent) -> str:
    ticket = db.session.get_one(Ticket, task.ticket_id)
    form = sent.values if sent.name else _filled_in(task, ticket)
    wish = Wish(clock.now(), form.get("region", ""), form.get("language", ""))
    shown = _shown(task, ticket, wish)
    return render_template("tasks/offering.html", **shown, form=form, sent=sent)


def _filled_in(task: Task, ticket: Ticket) -> Form:
    """What is on record; where the work is done on site and nobody said where, what is known."""
    form = task_form.written(task)
    rule = policy.get(FunctionsPolicy).by_code[task.function]
    if rule.on_site and not task.region and not task.place:
        form["region"], form["place"] = queries.place_of(ticket)
    return form


def _shown(task: Task, ticket: Ticket, wish: Wish) -> dict[str, Any]:
    functions = policy.get(FunctionsPolicy)
    offers = queries.offers_of([task.id])
    candidates = ranked.rows(task, wish)
    return {
        "task": task,
        "ticket": ticket,
        "rule": functions.by_code[task.function],
        "functions": functions,
        "candidates": candidates,
        "askable": any(one.placed.ranked.can_be_asked for one in candidates),
        "wish": wish,
        "criteria": {
            code: gettext(label)
            for code, label in ranked.CRITERIA.items()
            if code is not Criterion.REPLY  # It stands beside the time that comes of it.
        },
        "open_to_offers": task.status in OPEN_TO_OFFERS,
        "standing": [one for one in offers if one.answered_at is None],
        "names": vendors.names({one.vendor_id for one in offers}),
        "parties": proposed.parties(ticket),
        "tongue": current(),
        "now": wish.now,
    }

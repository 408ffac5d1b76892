"""Do something with a task and go back to it; what cannot be done comes back with the words."""

from collections.abc import Callable
from functools import partial
from http import HTTPStatus

from flask import Blueprint, make_response, render_template, url_for
from flask.typing import ResponseReturnValue

from hotline import clock
from hotline.audit import service as audit
from hotline.coordination import queries
from hotline.coordination.models import Offer, Task
from hotline.coordination.rules import tasks as rules
from hotline.edge.identity import person
from hotline.errors import Missing
from hotline.web.sent import Sent, answer_form
from hotline.web.tasks import page as task_page

bp = Blueprint("tasks", __name__)


def found(task_id: int) -> Task:
    """The task, for whoever of the desk asks. Raises Missing."""
    return queries.task_for(person(), task_id, now=clock.now())


def offer_of(task: Task, offer_id: int) -> Offer:
    """The offer with this id, if it is one of this task. Raises Missing."""
    offer = queries.offer_for(person(), offer_id, now=clock.now())
    if offer.task_id != task.id:
        raise Missing()
    return offer


def act(task_id: int, form: str, verb: Callable[[Task], str]) -> ResponseReturnValue:
    """Do something with a task and go back to it, with the sentence that ``verb`` returns.

    What cannot be used comes back with the words beside the field (422); what somebody else
    made impossible meanwhile comes back with what happened and the task as it is now (409).
    """
    task = found(task_id)
    back = url_for("tasks.show", task_id=task_id)
    return answer_form(form, lambda: verb(task), partial(_again, task_id), back=back)


def show(task: Task, sent: Sent) -> str:
    """The page of the task as it stands now."""
    shown = task_page.whole(task, person(), now=clock.now())
    return render_template("tasks/show.html", **shown, sent=sent)


def _again(task_id: int, sent: Sent, status: HTTPStatus) -> ResponseReturnValue:
    """The page as it stands now, with the form as it was typed; it is a read too."""
    task = found(task_id)
    audit.write("read", rules.subject(task.id), by_id=person().id, now=clock.now())
    return make_response(show(task, sent), status)

"""Tasks for partners, as the desk sees and moves them."""

from flask.typing import ResponseReturnValue

from hotline.coordination.rules import tasks as rules
from hotline.edge import requests
from hotline.edge.access import allow
from hotline.people.rules import READERS
from hotline.web.sent import Sent
from hotline.web.tasks import acting, adding, answers, handing, offering, proposed, steps

bp = acting.bp

__all__ = ["adding", "answers", "bp", "handing", "offering", "proposed", "show", "steps"]


@bp.get("/tasks/<int:task_id>")
@allow(READERS)
def show(task_id: int) -> ResponseReturnValue:
    """One task: where it stands and may go, whom we asked, and what it has brought."""
    task = acting.found(task_id)
    requests.note_read(rules.subject(task.id))
    return acting.show(task, Sent())

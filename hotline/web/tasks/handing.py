"""What a task has brought: hand it in, and hand it out as a file."""

from flask import request
from flask.typing import ResponseReturnValue

from hotline import clock
from hotline.coordination import queries
from hotline.coordination import service as coordination
from hotline.coordination.models import Task
from hotline.coordination.rules import tasks as rules
from hotline.edge import bodies, limits, requests, uploads
from hotline.edge.access import allow
from hotline.edge.identity import person
from hotline.edge.language import gettext
from hotline.errors import Missing
from hotline.evidence import service as evidence
from hotline.evidence.rules import Source
from hotline.people.rules import DESK, READERS
from hotline.web.files import giving
from hotline.web.tasks.acting import act, bp, found


@bp.post("/tasks/<int:task_id>/deliverables")
@allow(DESK)
@limits.takes_files(uploads.BODY)
@requests.prepared_by(uploads.draft)
def hand_in(task_id: int) -> ResponseReturnValue:
    """Put on record what a partner has brought: a file, words, or both."""

    def verb(task: Task) -> str:
        take_in(task, by_id=person().id)
        return gettext("It was put on record.")

    return act(task_id, "hand-in", verb)


@bp.post("/tasks/<int:task_id>/deliverables/<int:deliverable_id>/file")
@allow(READERS)
def download(task_id: int, deliverable_id: int) -> ResponseReturnValue:
    """The file of one deliverable; it is on record who was given it."""
    brought = queries.deliverable(found(task_id).id, deliverable_id)
    if brought is None or brought[1] is None:
        raise Missing()
    return giving.give(brought[1], person(), now=clock.now())


def take_in(task: Task, *, by_id: int) -> None:
    """What the form brings, with its file put on record as one of this task.

    Raises Invalid and Refused as ``coordination.service.hand_in`` does.
    """
    kind, note = request.form.get("kind", ""), request.form.get("note", "").replace("\r\n", "\n")
    now, kept, file_id = clock.now(), uploads.keep(), None
    if kept is not None:
        file = evidence.receive(
            kept,
            name=uploads.name(),
            media_type=bodies.OPAQUE,
            subject=rules.subject(task.id),
            source=Source.DELIVERABLE,
            scan=uploads.scan_of(Source.DELIVERABLE),
            by_id=by_id,
            now=now,
            ticket_id=task.ticket_id,
        )
        file_id = file.id
    coordination.hand_in(task, kind, file_id=file_id, note=note, by_id=by_id, now=now)

"""Write down what the next shift must know, and say that it was dealt with."""

from datetime import datetime

from hotline.audit import service as audit
from hotline.db import db
from hotline.duty.models import HandoverNote
from hotline.duty.rules import NOTE_LETTERS, LinesPolicy
from hotline.errors import N_, Invalid, Missing, Problem
from hotline.policy import get
from hotline.searchkeys import clean_text


def write_note(
    line: str, body: str, *, ticket_id: int | None = None, by_id: int, now: datetime
) -> HandoverNote:
    """Tell the next shift of ``line`` something, about a ticket or not.

    Raises Invalid for the ``line`` and for a ``body`` that is empty, too long or unreadable.
    """
    problems: dict[str, Problem] = {}
    if line not in get(LinesPolicy).codes:
        problems["line"] = Problem(N_("There is no such line."))
    body = _cleaned(body, problems)
    if problems:
        raise Invalid(problems)
    note = HandoverNote(
        line=line, body=body, ticket_id=ticket_id, written_at=now, written_by_id=by_id
    )
    db.session.add(note)
    db.session.flush()
    _audit("written", note, by_id=by_id, now=now, line=line, ticket=ticket_id)
    return note


def finish_note(note_id: int, *, by_id: int, now: datetime) -> HandoverNote:
    """Somebody has dealt with it: it leaves the board. Twice is once. Raises Missing."""
    note = _get(note_id)
    if note.done_at is None:
        note.done_at, note.done_by_id = now, by_id
        _audit("done", note, by_id=by_id, now=now)
    return note


def reopen_note(note_id: int, *, by_id: int, now: datetime) -> HandoverNote:
    """It was not dealt with after all: it stands on the board again. Raises Missing."""
    note = _get(note_id)
    if note.done_at is not None:
        note.done_at, note.done_by_id = None, None
        _audit("reopened", note, by_id=by_id, now=now)
    return note


def _get(note_id: int) -> HandoverNote:
    note = db.session.get(HandoverNote, note_id, with_for_update=True)
    if note is None:
        raise Missing()
    return note


def _cleaned(body: str, problems: dict[str, Problem]) -> str:
    try:
        body = clean_text(body, NOTE_LETTERS).strip()
    except Problem as problem:
        problems["body"] = problem
        return ""
    if not body:
        problems["body"] = Problem(N_("Write down what the next shift must know."))
    return body


def _audit(what: str, note: HandoverNote, *, by_id: int, now: datetime, **detail: object) -> None:
    audit.write(f"handover.{what}", f"handover:{note.id}", by_id=by_id, now=now, **detail)

"""Files that people send: to disk first, in the store next, and on record last.

What a script sends comes as a stream of bytes and nothing else, hashed on its way to disk; a form
without script brings smaller files among its fields. Either way no transaction is open while
somebody sends, and what is not kept leaves nothing behind.
"""

from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from urllib.parse import unquote

from flask import Response, g, jsonify, request
from werkzeug.datastructures import FileStorage

from hotline import clock
from hotline.adapters.file_store import Draft, FileStore, NotKept, TooLarge
from hotline.db import db
from hotline.edge import bodies, errors, requests
from hotline.edge.bodies import BrokenOff, Crowded
from hotline.edge.identity import settings
from hotline.errors import N_, Invalid, Problem, Refused
from hotline.evidence import rules
from hotline.evidence import service as evidence
from hotline.evidence.models import File
from hotline.evidence.rules import MEGABYTE, Kept, Scan, Source
from hotline.evidence.service import Sent

LARGEST = 20 * MEGABYTE
"""Bytes of one file in a form."""

BODY = LARGEST + 256 * 1024
"""A file, and the form around it."""

MOST_FILES = 20
"""In one form."""

PROBLEM_JSON = "application/problem+json"
NAME_HEADER = "X-File-Name"

NOT_KEPT = N_("The file could not be kept. Please try again.")
EMPTY = N_("The file is empty.")
TOO_LARGE = N_("The file is too large: %(mb)s MB at most.")
TOO_MANY = N_("These are too many files at once: please send %(most)s at most, then the others.")
BROKEN_OFF = N_("Not all of the file arrived, so nothing was kept. Please send it again.")
CROWDED = N_("Many files are arriving at this moment. Please send it again in a minute.")
NO_FILE = N_("Please choose a file.")

To = Callable[[], Sent | None]
"""For what somebody sends; None where a link is dead. Raises what keeps them from sending."""


@dataclass
class Upload:
    """One file of this request: written to disk without a name yet, or why it was not."""

    name: str
    draft: Draft | None = None
    problem: Problem | None = None
    status: int = HTTPStatus.UNPROCESSABLE_ENTITY


def draft() -> None:
    """Write the file ``file`` of the form to disk, without a name yet; for ``prepared_by``.

    Called before the transaction: a slow disk keeps nobody waiting.
    """
    _begin()
    _from_the_form(LARGEST, 1)


def draft_for(to: To) -> Callable[[], None]:
    """Like ``draft`` for every file of the form, where ``to`` says for what they are sent.

    The room that is left is asked for before anything is written, and once more when they are
    put on record.
    """

    def prepare() -> None:
        room = _room(to)
        if room is not None:
            _from_the_form(room, MOST_FILES)

    return prepare


def stream_for(to: To) -> Callable[[], None]:
    """Write a streamed body to disk as it comes; for ``prepared_by``, like ``draft_for``."""

    def prepare() -> None:
        room = _room(to)
        if room is None:
            return
        most = min(settings().max_upload_mb * MEGABYTE, room)
        upload = _add(_name_of_the_stream())
        if (request.content_length or 0) > most:
            _say_too_large(upload, most)
        else:
            _write(upload, bodies.pieces(), most)

    return prepare


def keep() -> Kept | None:
    """Keep for ever what was written; None when no file came. Raises Invalid for ``file``."""
    if not g.uploads:
        return None
    return _kept(g.uploads[0])


def name() -> str:
    """What the sender calls the file."""
    return str(g.uploads[0].name) if g.uploads else ""


def scan_of(source: Source) -> Scan:
    """Where a file of that source stands at first, with the scanner that is set up."""
    return rules.first_scan(source, has_scanner=settings().scanner != "none")


def put_on_record(sent: Sent, *, now: datetime) -> list[File]:
    """Put on record everything that was sent, or nothing of it.

    Raises Invalid for ``file``, and Refused when there is no room any more.
    """
    uploads: list[Upload] = g.uploads
    if not uploads:
        raise Invalid({"file": Problem(NO_FILE)})
    files = [_on_record(upload, sent, now=now) for upload in uploads]
    for upload in uploads:  # Last of all: what is refused gets no name in the store.
        _kept(upload)
    return files


def answer(sent: Sent, *, now: datetime) -> Response:
    """Put on record what was streamed, and tell the script what it is; or what is wrong."""
    try:
        [file] = put_on_record(sent, now=now)
        db.session.flush()
    except Invalid as invalid:
        return _problem(invalid.fields["file"], g.uploads[0].status if g.uploads else 422)
    except Refused as refused:
        return _problem(refused, HTTPStatus.CONFLICT)
    shown = {
        "name": file.name,
        "size": file.size,
        "sha256": file.sha256,
        "received_at": file.received_at.isoformat(),
    }
    told = jsonify(shown)
    told.status_code = HTTPStatus.CREATED
    return told


def largest_mb(room: int | None = None) -> int:
    """How many megabytes one streamed file may have."""
    most: int = settings().max_upload_mb
    return most if room is None else min(most, room // MEGABYTE)


def _begin() -> None:
    g.uploads = []
    requests.in_the_end(_forget)


def _forget() -> None:
    """Nothing stays behind of a file that was not kept."""
    for upload in g.uploads:
        if upload.draft is not None:
            _store().drop(upload.draft)
            upload.draft = None


def _room(to: To) -> int | None:
    """How many bytes may come; None where none may, with the reason noted if there is one."""
    _begin()
    try:
        sent = to()
        return evidence.room_for(sent, now=clock.now()) if sent is not None else None
    except Refused as full:
        _add("").problem = full
        return None
    finally:
        db.session.rollback()  # Nothing is held while somebody sends.


def _add(called: str) -> Upload:
    upload = Upload(called)
    g.uploads.append(upload)
    return upload


def _name_of_the_stream() -> str:
    """In a header, because proxies write addresses into their logs."""
    return unquote(request.headers.get(NAME_HEADER, "")) or request.args.get("name", "")


def _from_the_form(room: int, most_files: int) -> None:
    came = [one for one in request.files.getlist("file") if one.filename]
    if len(came) > most_files > 1:
        _add("").problem = Problem(TOO_MANY, most=most_files)
        return
    for one in came[:most_files]:
        upload = _add(one.filename or "")
        _write(upload, _pieces(one), min(LARGEST, room))
        room -= upload.draft.kept.size if upload.draft else 0


def _write(upload: Upload, pieces: Generator[bytes], most: int) -> None:
    try:
        with closing(pieces):  # Its place is free as soon as nobody reads on.
            upload.draft = _store().draft(pieces, most_bytes=most)
    except TooLarge:
        _say_too_large(upload, most)
    except BrokenOff:
        upload.problem, upload.status = Problem(BROKEN_OFF), HTTPStatus.BAD_REQUEST
    except Crowded:
        upload.problem, upload.status = Problem(CROWDED), HTTPStatus.SERVICE_UNAVAILABLE
    except NotKept:
        upload.problem, upload.status = Problem(NOT_KEPT), HTTPStatus.SERVICE_UNAVAILABLE


def _say_too_large(upload: Upload, most: int) -> None:
    upload.problem = Problem(TOO_LARGE, mb=most // MEGABYTE)
    upload.status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE


def _on_record(upload: Upload, sent: Sent, *, now: datetime) -> File:
    written = _written(upload)
    called = Sent(upload.name, sent.ticket_id, sent.number, sent.source, sent.by_id, sent.link_id)
    return evidence.take_in(written.kept, called, scan=scan_of(sent.source), now=now)


def _kept(upload: Upload) -> Kept:
    written = _written(upload)
    try:
        kept = _store().keep(written)
    except NotKept:
        upload.status = HTTPStatus.SERVICE_UNAVAILABLE
        raise Invalid({"file": Problem(NOT_KEPT)}) from None
    upload.draft = None
    return kept


def _written(upload: Upload) -> Draft:
    """What lies on disk of it. Raises Invalid for ``file``, or Refused when there is no room."""
    if isinstance(upload.problem, Refused):
        raise upload.problem
    if upload.problem is not None:
        raise Invalid({"file": upload.problem})
    assert upload.draft is not None  # noqa: S101 - written, or there is a problem
    if not upload.draft.kept.size:
        raise Invalid({"file": Problem(EMPTY)})
    return upload.draft


def _problem(problem: Problem, status: int) -> Response:
    db.session.rollback()
    body = {"type": "about:blank", "status": int(status), "detail": errors.say(problem)}
    told = jsonify(body)
    told.status_code, told.content_type = int(status), PROBLEM_JSON
    return told


def _pieces(upload: FileStorage) -> Generator[bytes]:
    while piece := upload.stream.read(bodies.PIECE):
        yield piece


def _store() -> FileStore:
    return FileStore.from_url(settings().files_url)

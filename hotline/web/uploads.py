"""Files that people send with a form: kept in the store first, and put on record with it."""

from collections.abc import Iterator

from flask import Response, g, request, send_file
from werkzeug.datastructures import FileStorage

from hotline.adapters.file_store import Draft, FileStore, NotKept, TooLarge
from hotline.edge.identity import settings
from hotline.errors import N_, Invalid, Problem, Refused
from hotline.evidence.models import File
from hotline.evidence.rules import Kept

LARGEST = 20 * 1024 * 1024
"""Bytes of one file."""

BODY = LARGEST + 256 * 1024
"""A file, and the form around it."""

PIECE = 64 * 1024
OPAQUE = "application/octet-stream"
NOT_KEPT = N_("The file could not be kept. Please try again.")


def draft() -> None:
    """Write the file ``file`` of the form to disk, without a name yet; for ``prepared_by``.

    Called before the transaction: a slow disk keeps nobody waiting. Whoever prepares so calls
    ``forget`` in the end.
    """
    g.draft, g.upload, g.upload_problem = None, request.files.get("file"), None
    if g.upload is None or not g.upload.filename:
        g.upload = None
        return
    try:
        g.draft = _store().draft(_pieces(g.upload), most_bytes=LARGEST)
    except TooLarge:
        g.upload_problem = Problem(N_("The file is too large: 20 MB at most."))
    except NotKept:
        g.upload_problem = Problem(NOT_KEPT)


def keep() -> Kept | None:
    """Keep for ever what was written; None when no file came. Raises Invalid for ``file``."""
    if g.upload_problem is not None:
        raise Invalid({"file": g.upload_problem})
    written: Draft | None = g.draft
    if written is None:
        return None
    if not written.kept.size:
        raise Invalid({"file": Problem(N_("The file is empty."))})
    try:
        kept = _store().keep(written)
    except NotKept:
        raise Invalid({"file": Problem(NOT_KEPT)}) from None
    g.draft = None
    return kept


def forget() -> None:
    """Nothing stays behind of a file that was not kept."""
    if g.draft is not None:
        _store().drop(g.draft)
        g.draft = None


def name() -> str:
    """What the sender calls the file."""
    upload: FileStorage = g.upload
    return upload.filename or ""


def as_download(file: File) -> Response:
    """The bytes as they came, never shown in the browser. Raises Refused when they are lost."""
    try:
        found = _store().open(file.sha256)
    except FileNotFoundError:
        gone = N_("This file is not where it was kept. Please tell an administrator.")
        raise Refused(gone) from None
    return send_file(found, mimetype=OPAQUE, as_attachment=True, download_name=file.name, max_age=0)


def _pieces(upload: FileStorage) -> Iterator[bytes]:
    while piece := upload.stream.read(PIECE):
        yield piece


def _store() -> FileStore:
    return FileStore.from_url(settings().files_url)

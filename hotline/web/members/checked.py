"""Between the check of a file and its import: the rows travel signed, and nothing is stored."""

import hashlib
import json
from typing import Any

from flask import current_app, g, request
from itsdangerous import BadSignature, URLSafeTimedSerializer

from hotline.errors import N_, Invalid, Problem
from hotline.members import service as members
from hotline.members.rules import Outcome, Report, Row, Sheet

LARGEST = 12 * 1024 * 1024
"""A file, and what is around it."""

MOST_ROWS = 3_000
"""In a browser at midday: more rows would keep SQLite's only writer from a caller."""

GOOD_FOR = 3600
"""Seconds after which a checked file must be checked anew."""

MOST_SHOWN = 300


def read_upload() -> None:
    """Put the rows of the file that was sent into ``g.sheet``, or what is wrong into ``g.why``.

    ``g.report`` is what importing them would do.
    """
    g.sheet, g.report, g.why = None, None, {}
    upload = request.files.get("file")
    content = upload.read(members.LARGEST + 1) if upload else b""
    try:
        if not content:
            raise Invalid({"file": Problem(N_("Please choose a file."))})
        g.sheet = members.read_file(content, most_rows=MOST_ROWS)
        g.report = members.check_rows(g.sheet)
    except Invalid as invalid:
        g.why = invalid.fields


def read_checked() -> None:
    """Put the rows that were checked into ``g.sheet``; None when nobody here has signed them.

    ``g.report`` is what importing them would do by now, ``g.seen`` the digest of what was shown.
    """
    g.sheet, g.report, g.seen = None, None, ""
    try:
        by_id, seen, unknown, rows = _signer().loads(
            request.form.get("checked", ""), max_age=GOOD_FOR
        )
    except (BadSignature, ValueError, TypeError):
        return
    if by_id == g.person_id:
        g.seen = seen
        g.sheet = Sheet(
            tuple(Row(line, cells, tuple(lost), spare) for line, cells, lost, spare in rows),
            tuple(unknown),
        )
        g.report = members.check_rows(g.sheet)


def signed(sheet: Sheet, report: Report) -> str:
    """The rows and what the check said of them, for this person only."""
    rows = [(row.line, dict(row.cells), row.uncomputed, row.spare) for row in sheet.rows]
    return _signer().dumps([g.person_id, digest(report), sheet.unknown, rows])


def digest(report: Report) -> str:
    """What a check says, in short: other companies on file make another one of the same file."""
    said: list[Any] = [(line.row, line.outcome, line.fields) for line in report.lines]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def shown(report: Report) -> dict[str, Any]:
    """The rows that somebody should look at, wrong ones first, and how many are left out."""
    order = (Outcome.WRONG, Outcome.ADDED, Outcome.CHANGED, Outcome.UNCHANGED)
    lines = sorted(report.lines, key=lambda line: (order.index(line.outcome), line.row))
    return {
        "lines": lines[:MOST_SHOWN],
        "left_out": max(len(lines) - MOST_SHOWN, 0),
        "counts": {outcome: report.count(outcome) for outcome in order},
    }


def _signer() -> URLSafeTimedSerializer:
    old = current_app.config["SECRET_KEY_FALLBACKS"]
    return URLSafeTimedSerializer([*old, current_app.config["SECRET_KEY"]], salt="checked file")

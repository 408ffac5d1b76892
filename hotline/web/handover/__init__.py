"""The hand-over board: what whoever comes next must know, on one page."""

from http import HTTPStatus

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hotline import clock, policy
from hotline.audit import service as audit
from hotline.db import db
from hotline.duty import service as handing
from hotline.duty.rules import NOTE_LETTERS, LinesPolicy
from hotline.edge import errors, requests
from hotline.edge.access import allow
from hotline.edge.identity import person
from hotline.edge.language import gettext
from hotline.edge.words import ROLES
from hotline.errors import N_, Invalid, Missing, Problem
from hotline.people.rules import DESK, READERS
from hotline.tickets import queries as tickets
from hotline.web import live
from hotline.web.handover.board import read

bp = Blueprint("handover", __name__)


@bp.get("/handover")
@allow(READERS)
def board() -> ResponseReturnValue:
    """What is due until the end of the next shift, late first, and what is to be known."""
    line = _line()
    news = {**_shown(line), "line": line}
    if requests.is_poll():
        return live.answer("handover/_board.html", **news)
    requests.note_read("list:handover", line=line or "all")
    return _page(news, {})


@bp.post("/handover/notes")
@allow(DESK)
def write() -> ResponseReturnValue:
    """Tell the next shift something, about a ticket or not."""
    form, line = request.form, request.form.get("line", "")
    try:
        handing.write_note(
            line, form.get("body", ""), ticket_id=_ticket_id(form.get("number", "")),
            by_id=person().id, now=clock.now(),
        )  # fmt: skip
    except Invalid as invalid:
        db.session.rollback()
        audit.write("read", "list:handover", by_id=person().id, now=clock.now(), line="all")
        said = errors.said(invalid)
        return make_response(
            _page({**_shown(None), "line": None}, said), HTTPStatus.UNPROCESSABLE_ENTITY
        )
    flash(gettext("The note stands on the board."))
    return redirect(url_for(".board"), code=303)


@bp.post("/handover/notes/<int:note_id>/done")
@allow(DESK)
def done(note_id: int) -> ResponseReturnValue:
    """Somebody has dealt with it."""
    handing.finish_note(note_id, by_id=person().id, now=clock.now())
    flash(gettext("The note is off the board. It can be put back below."))
    return redirect(url_for(".board"), code=303)


@bp.post("/handover/notes/<int:note_id>/undo")
@allow(DESK)
def undo(note_id: int) -> ResponseReturnValue:
    """It was not dealt with after all."""
    handing.reopen_note(note_id, by_id=person().id, now=clock.now())
    flash(gettext("The note stands on the board again."))
    return redirect(url_for(".board"), code=303)


def _line() -> str | None:
    """The line of the address, None for all. Raises Invalid for one there is none of."""
    given = request.args.get("line", "")
    if given and given not in policy.get(LinesPolicy).codes:
        raise Invalid({"line": Problem(N_("There is no such line."))})
    return given or None


def _ticket_id(text: str) -> int | None:
    """The ticket that was named, None for none. Raises Invalid naming ``number``."""
    if not text.strip():
        return None
    try:
        return tickets.by_number(text, person()).id
    except Missing:
        raise Invalid({"number": Problem(N_("There is no ticket with this number."))}) from None


def _page(news: dict[str, object], said: dict[str, str]) -> str:
    return render_template(
        "handover/show.html",
        **news,
        errors=said,
        given=request.form,
        lines=policy.get(LinesPolicy).codes,
        note_letters=NOTE_LETTERS,
    )


def _shown(line: str | None) -> dict[str, object]:
    now, viewer = clock.now(), person()
    return {
        "board": read(line, viewer, now),
        "role_names": ROLES,
        "may_act": bool(viewer.roles & DESK),
        "now": now,
    }

"""The blueprint of the desk's pages of files, and how a form on them is answered."""

from collections.abc import Callable
from http import HTTPStatus

from flask import Blueprint, flash, make_response, redirect, request
from flask.typing import ResponseReturnValue

from hotline import clock
from hotline.audit import service as audit
from hotline.db import db
from hotline.edge import errors
from hotline.edge.identity import person
from hotline.errors import Invalid, Missing, Refused
from hotline.evidence import queries
from hotline.evidence.models import File
from hotline.web.sent import Sent

bp = Blueprint("files", __name__)

Page = Callable[[Sent], str]


def file_on_record(file_id: int) -> File:
    """The file of a ticket. Raises Missing, also for what belongs to none."""
    found = queries.by_id(file_id)
    if found is None or found.ticket_id is None:
        raise Missing()
    return found


def act(
    form: str, verb: Callable[[], str], page: Page, *, read: str, back: str
) -> ResponseReturnValue:
    """Do something and go ``back``, with the sentence that ``verb`` returns.

    What cannot be done shows the page again, which is a read of ``read``, with the reason.
    """
    try:
        done = verb()
        db.session.flush()
    except Invalid as invalid:
        sent = Sent(form, request.form, errors.said(invalid))
        return _again(page, sent, HTTPStatus.UNPROCESSABLE_ENTITY, read)
    except Refused as refused:
        sent = Sent(form, request.form, {}, errors.say(refused))
        return _again(page, sent, HTTPStatus.CONFLICT, read)
    flash(done)
    return redirect(back, code=303)


def _again(page: Page, sent: Sent, status: HTTPStatus, read: str) -> ResponseReturnValue:
    db.session.rollback()
    audit.write("read", read, by_id=person().id, now=clock.now(), part="files")
    return make_response(page(sent), status)

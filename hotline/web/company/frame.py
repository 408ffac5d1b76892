"""Whose company it is, and how a form of its managers is answered."""

from collections.abc import Callable
from http import HTTPStatus

from flask import Blueprint, flash, make_response, redirect, request
from flask.typing import ResponseReturnValue

from hotline import clock
from hotline.audit import service as audit
from hotline.db import db
from hotline.edge import errors, requests
from hotline.edge.identity import person
from hotline.errors import Invalid, Missing, Refused, Slowed
from hotline.members import service as members
from hotline.web.sent import Sent

bp = Blueprint("company", __name__, url_prefix="/company")


def number() -> str:
    """The company that whoever asks looks after. Raises Missing for everybody else."""
    viewer = person()
    if not viewer.manager or not viewer.member_number:
        raise Missing()
    return viewer.member_number


def note_read(**detail: object) -> None:
    """Write down that the accounts of the company were looked at."""
    requests.note_read(members.subject(number()), part="accounts", **detail)


def act(
    form: str, verb: Callable[[], str], page: Callable[[Sent], str], back: str
) -> ResponseReturnValue:
    """Do something and go back, with the sentence that ``verb`` returns.

    What cannot be used comes back as it was typed with the words beside the field (422); what
    may not be done, or not yet, with the reason (409, 429).
    """
    number()
    try:
        done = verb()
        db.session.flush()
    except Invalid as invalid:
        sent = Sent(form, request.form, errors.said(invalid))
        return _again(sent, page, HTTPStatus.UNPROCESSABLE_ENTITY)
    except Slowed as slowed:
        sent = Sent(form, request.form, refused=errors.say(slowed))
        return _again(sent, page, HTTPStatus.TOO_MANY_REQUESTS)
    except Refused as refused:
        sent = Sent(form, request.form, refused=errors.say(refused))
        return _again(sent, page, HTTPStatus.CONFLICT)
    flash(done)
    return redirect(back, code=HTTPStatus.SEE_OTHER)


def _again(sent: Sent, page: Callable[[Sent], str], status: int) -> ResponseReturnValue:
    """The page as it stands now, with the form as it was typed; it is a read too."""
    db.session.rollback()
    subject = members.subject(number())
    audit.write("read", subject, by_id=person().id, now=clock.now(), part="accounts")
    return make_response(page(sent), status)

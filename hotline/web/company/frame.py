"""Whose company it is, and how a form of its managers is answered."""

from collections.abc import Callable
from functools import partial
from http import HTTPStatus

from flask import Blueprint, make_response
from flask.typing import ResponseReturnValue

from hotline import clock
from hotline.audit import service as audit
from hotline.edge import requests
from hotline.edge.identity import person
from hotline.errors import Missing
from hotline.members import service as members
from hotline.web.sent import Sent, answer_form

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
    return answer_form(form, verb, partial(_again, page), back=back)


def _again(page: Callable[[Sent], str], sent: Sent, status: HTTPStatus) -> ResponseReturnValue:
    """The page as it stands now, with the form as it was typed; it is a read too."""
    subject = members.subject(number())
    audit.write("read", subject, by_id=person().id, now=clock.now(), part="accounts")
    return make_response(page(sent), status)

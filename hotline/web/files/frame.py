"""The blueprint of the desk's pages of files, and how a form on them is answered."""

from collections.abc import Callable
from functools import partial
from http import HTTPStatus

from flask import Blueprint, make_response
from flask.typing import ResponseReturnValue

from hotline import clock
from hotline.audit import service as audit
from hotline.edge.identity import person
from hotline.errors import Missing
from hotline.evidence import queries
from hotline.evidence.models import File
from hotline.web.sent import Sent, answer_form

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
    return answer_form(form, verb, partial(_again, page, read), back=back)


def _again(page: Page, read: str, sent: Sent, status: HTTPStatus) -> ResponseReturnValue:
    audit.write("read", read, by_id=person().id, now=clock.now(), part="files")
    return make_response(page(sent), status)

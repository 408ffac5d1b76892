"""How a form is answered: done and back, or again as it was typed, with what to do about it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm.exc import StaleDataError

from hotline.db import db
from hotline.edge import errors
from hotline.edge.language import gettext
from hotline.errors import Invalid, Refused, Slowed


@dataclass(frozen=True)
class Sent:
    """A form that comes back: its name, what was typed, and what to do about it, by field.

    ``refused`` says what somebody else made impossible meanwhile; "" when nothing did.
    """

    name: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    refused: str = ""


Again = Callable[[Sent, HTTPStatus], ResponseReturnValue]
"""Shows the page as it stands now, with the form that comes back, under this status."""


def answer_form(
    form: str, verb: Callable[[], str], again: Again, *, back: str
) -> ResponseReturnValue:
    """Do what the form called ``form`` asks for and go ``back``, with the sentence of ``verb``.

    Nothing of it stays where it cannot be done, and the page comes ``again``: what cannot be used
    with the words beside the field (422); what somebody else made impossible meanwhile (409), and
    what has to wait (429), with what happened.
    """
    try:
        done = verb()
        db.session.flush()
    except Invalid as invalid:
        sent = Sent(form, request.form, errors.said(invalid))
        return _undone(again, sent, HTTPStatus.UNPROCESSABLE_ENTITY)
    except Refused as refused:
        return _undone(again, _refused(form, errors.say(refused)), HTTPStatus.CONFLICT)
    except Slowed as slowed:
        return _undone(again, _refused(form, errors.say(slowed)), HTTPStatus.TOO_MANY_REQUESTS)
    except StaleDataError:
        said = gettext("Somebody else saved this a moment ago. Please look at it again.")
        return _undone(again, _refused(form, said), HTTPStatus.CONFLICT)
    flash(done)
    return redirect(back, code=303)


def _refused(form: str, sentence: str) -> Sent:
    return Sent(form, request.form, refused=sentence)


def _undone(again: Again, sent: Sent, status: HTTPStatus) -> ResponseReturnValue:
    db.session.rollback()
    return again(sent, status)

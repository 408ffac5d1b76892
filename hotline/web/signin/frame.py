"""What every way in has in common: where it leads, and the session at its end."""

from collections.abc import Callable

from flask import Blueprint, g, make_response, request, url_for
from flask import session as form_session
from flask.typing import ResponseReturnValue
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from hotline import clock
from hotline.edge import identity, keys
from hotline.people import queries, rules
from hotline.people import service as people
from hotline.people.models import Person
from hotline.sessions import service as sessions
from hotline.sessions.models import SignedIn
from hotline.web import browsers
from hotline.web.frame import FIRST_PAGE
from hotline.web.language import own_path
from hotline.web.people import owners

bp = Blueprint("signin", __name__)


def begin(person: Person) -> Response:
    """After the password: a half-open session when a second factor is due, else signed in."""
    known = queries.has_second_factor(person)
    if not known and not rules.needs_second_factor(person.roles):
        return complete(person)
    sessions.end(identity.cookie())
    secret = browsers.begin(person, complete=False)
    page = ".code_form" if known else ".setup_form"
    if not known:
        half_open = sessions.find(secret, now=clock.now())
        assert half_open is not None  # noqa: S101 - it was begun a few lines above
        people.offer_second_factor(half_open, keys.cipher())
    form_session.clear()
    answer = redirect(url_for(page, next=wanted()))
    identity.set_cookie(answer, secret)
    return answer


def complete(person: Person, *, told: bool = False) -> Response:
    """Signed in, and on to where somebody wanted to go."""
    return admit(person, lambda: redirect(wanted() or FIRST_PAGE), told=told)


def admit(person: Person, page: Callable[[], ResponseReturnValue], *, told: bool) -> Response:
    """Sign somebody in with a new session, and show ``page``.

    A browser that its owner never used before is told to the owner, unless this request ``told``
    something already.
    """
    flashes = form_session.get("_flashes")
    form_session.clear()  # A fresh token for forms, too.
    if flashes:
        form_session["_flashes"] = flashes
    where, now = browsers.source(person.email), clock.now()
    if not where.browser and not told and person.id in queries.last_sign_ins([person.id]):
        owners.tell(person, "new_browser")
    people.signed_in(person, source=where, now=now)
    answer = make_response(page())
    identity.set_cookie(answer, browsers.renew(person))
    browsers.remember(answer, person)
    return answer


def half_open() -> tuple[SignedIn, Person] | None:
    """Who gave the right password in this browser and still owes the second factor."""
    session, person = whoever_has_the_password()
    if session is None or person is None or session.complete:
        return None
    return (session, person) if queries.has_second_factor(person) else None


def whoever_has_the_password() -> tuple[SignedIn | None, Person | None]:
    """The session of this browser, complete or half-open, and whose it is."""
    session: SignedIn | None = g.session
    return session, queries.active(session.person_id) if session is not None else None


def wanted() -> str | None:
    """The page of ours that somebody wanted to see; None for the first page."""
    path = own_path(request.values.get("next", ""))
    return None if path == FIRST_PAGE else path

"""Who is asking: the person behind the session cookie of a page or the token of the API."""

from flask import current_app, g, request
from werkzeug.wrappers import Response

from hotline import clock
from hotline.people import queries as people
from hotline.people.models import Person
from hotline.sessions import service as sessions
from hotline.settings import Settings


def settings() -> Settings:
    """The settings of the running application."""
    found = current_app.extensions["hotline.settings"]
    assert isinstance(found, Settings)  # noqa: S101 - tells the type checker
    return found


def is_api() -> bool:
    """Whether this request speaks JSON with a bearer token, and never with a cookie."""
    return request.path.startswith("/api/")


def load() -> None:
    """Put the person who asks into ``g.person``, and the browser's session into ``g.session``."""
    g.session = None if is_api() else sessions.find(cookie(), now=clock.now())
    g.person = _person()
    g.person_id = g.person.id if g.person is not None else None
    # Kept apart: an error page must not ask a database that is gone.
    g.locale = g.person.locale if g.person is not None else ""
    g.theme = g.person.theme if g.person is not None else ""


def _person() -> Person | None:
    if is_api():
        return people.by_token(bearer(), now=clock.now())
    if g.session is None or not g.session.complete:
        return None
    return people.active(g.session.person_id)


def bearer() -> str:
    """The token of the Authorization header, or "" when there is none."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def cookie() -> str:
    """The secret of the session cookie, or "" when there is none."""
    return request.cookies.get(cookie_name(), "")


def cookie_name() -> str:
    """``__Host-`` binds the cookie to this host; browsers refuse it without https."""
    return "__Host-hotline" if settings().is_https else "hotline"


def set_cookie(response: Response, secret: str) -> None:
    """Give the browser its session; it ends with the browser, and earlier on the server."""
    response.set_cookie(
        cookie_name(), secret, path="/", secure=settings().is_https, httponly=True, samesite="Lax"
    )


def drop_cookie(response: Response) -> None:
    """Take the session cookie back."""
    response.delete_cookie(
        cookie_name(), path="/", secure=settings().is_https, httponly=True, samesite="Lax"
    )


def person() -> Person:
    """The person who asks; only for views that let nobody in without one."""
    found = g.person
    assert isinstance(found, Person)  # noqa: S101 - access.check has seen to it
    return found

"""Who is asking: the person behind the session cookie of a page or the token of the API."""

from flask import current_app, g, request
from werkzeug.wrappers import Response

from hotline import clock
from hotline.people import queries as people
from hotline.people.models import Person
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
    now = clock.now()
    if is_api():
        session, found = None, people.by_token(bearer(), now=now)
    else:
        session, found = people.by_session(cookie(), now=now)
    g.session, g.person = session, found
    # Kept apart: an error page must not ask a database that is gone.
    g.person_id = found.id if found is not None else None
    g.locale = found.locale if found is not None else ""
    g.theme = found.theme if found is not None else ""


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

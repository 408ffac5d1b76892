"""Where a request comes from: its fields, its address, and the browsers their owners use."""

import hashlib
import secrets

from flask import current_app, request
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.wrappers import Response

from hotline import clock
from hotline.edge import identity
from hotline.people import rules
from hotline.people.models import Person
from hotline.sessions import service as sessions
from hotline.sessions.rules import Source

KNOWN_FOR = 180 * 24 * 60 * 60
"""Seconds for which a browser is remembered as one that its owner uses."""

ADDRESS_LETTERS = 45


def one(name: str) -> str:
    """The value of a field that was sent exactly once; "" otherwise."""
    values = request.form.getlist(name)
    return values[0] if len(values) == 1 else ""


def address() -> str:
    """The address that the request came from; "" when the server knows none."""
    return (request.remote_addr or "")[:ADDRESS_LETTERS]


def source(email: str) -> Source:
    """Where this request comes from: a browser its owner used before, or a stranger's."""
    return Source(address(), _known(rules.email_key(email)))


def renew(person: Person) -> str:
    """A new complete session in place of whatever this browser had; its secret."""
    sessions.end(identity.cookie())
    return begin(person, complete=True)


def begin(person: Person, *, complete: bool) -> str:
    """Begin a session of ``person`` in this browser; its secret."""
    return sessions.start(
        person.id,
        complete=complete,
        address=address(),
        browser=request.user_agent.string,
        now=clock.now(),
    )


def remember(answer: Response, person: Person) -> None:
    """Let ``answer`` mark this browser as one that ``person`` signs in with."""
    name = _known(person.email_key) or secrets.token_urlsafe(16)
    answer.set_cookie(
        _cookie(),
        _signer().dumps([name, _owner(person.email_key)]),
        max_age=KNOWN_FOR,
        path="/",
        secure=identity.settings().is_https,
        httponly=True,
        samesite="Lax",
    )


def _known(email_key: str) -> str:
    """What this browser is called when this very person signed in with it before, else ""."""
    try:
        name, owner = _signer().loads(request.cookies.get(_cookie(), ""), max_age=KNOWN_FOR)
    except (BadSignature, TypeError, ValueError):
        return ""
    return str(name) if owner == _owner(email_key) else ""


def _owner(email_key: str) -> str:
    return hashlib.sha256(email_key.encode()).hexdigest()[:32]


def _cookie() -> str:
    return "__Host-known" if identity.settings().is_https else "known"


def _signer() -> URLSafeTimedSerializer:
    old = current_app.config["SECRET_KEY_FALLBACKS"]
    return URLSafeTimedSerializer([*old, current_app.config["SECRET_KEY"]], salt="known browser")

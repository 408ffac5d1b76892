"""One unsafe request, one transaction; one read, its audit entry after the answer is decided."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import lru_cache
from http import HTTPStatus
from typing import Any, TypeVar

import structlog
from flask import Flask, g, has_request_context, redirect, request, url_for
from flask.sessions import SecureCookieSessionInterface
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFProtect
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import Forbidden, ServiceUnavailable, Unauthorized
from werkzeug.wrappers import Response as AnyResponse

from hotline import clock
from hotline.audit import service as audit
from hotline.db import db
from hotline.edge import identity, limits
from hotline.edge.access import UNSAFE, Access, access_of
from hotline.edge.templates import SpokenEnvironment
from hotline.sessions import service as sessions
from hotline.transaction import transaction

log = structlog.get_logger(__name__)

LONGEST_AGO = timedelta(hours=12)
MS_DIGITS = 12
OUTSIDE = frozenset({"_external", "_scheme"})
"""What an address to be used outside is asked for with."""
KNOWN_ADDRESSES = 4000
KNOWN_FUNCTIONS = 1000
"""More than there are views and hooks."""

View = TypeVar("View", bound=Callable[..., Any])

csrf = CSRFProtect()


class FormCookie(SecureCookieSessionInterface):
    """Flask's signed cookie, for forms; its signer is made once, and not for each request."""

    def __init__(self) -> None:
        self._signer: URLSafeTimedSerializer | None = None

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """Flask's own; its keys are those with which the application started."""
        if self._signer is None:
            self._signer = super().get_signing_serializer(app)
        return self._signer


class HotlineFlask(Flask):
    """Flask, with the edge of the house around every view."""

    jinja_environment = SpokenEnvironment

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.url_map.converters["int"] = limits.RowId
        self.session_interface = FormCookie()
        self._remembered = lru_cache(KNOWN_ADDRESSES, typed=True)(self._built)
        self._called = lru_cache(KNOWN_FUNCTIONS)(super().ensure_sync)

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """How a view or a hook is called, found out once: Flask asks for each at each request."""
        return self._called(func)

    def url_for(self, /, endpoint: str, **values: Any) -> str:
        """The address of a page. Those inside this site are remembered: a page names many."""
        if not has_request_context() or endpoint.startswith("."):
            return super().url_for(endpoint, **values)
        given = {name: value for name, value in values.items() if value is not None}
        if not OUTSIDE.isdisjoint(given):
            return super().url_for(endpoint, **values)
        try:
            return self._remembered(request.script_root, request.method, endpoint, **given)
        except TypeError:  # A list of values cannot be looked for.
            return super().url_for(endpoint, **values)

    def _built(self, _root: str, _method: str, endpoint: str, /, **values: Any) -> str:
        return super().url_for(endpoint, **values)

    def dispatch_request(self) -> ResponseReturnValue:
        """Ask who may, open what the method needs, call the view, decide, then commit."""
        access = access_of(self, request.endpoint)
        if request.routing_exception is not None or access.detached:
            return super().dispatch_request()
        if request.method in UNSAFE:
            limits.take_body()
            if not identity.is_api():
                csrf.protect()  # Asked first: whoever is refused for it never waits for a writer.
            try:
                _prepare(self, access)
                with transaction():
                    refusal = _refusal(access)
                    _note_use()
                    return _decided(self, refusal or super().dispatch_request())
            finally:
                _clear_up()
        answer = _decided(self, _refusal(access) or super().dispatch_request())
        _after_read(answer)
        return answer


def prepared_by(prepare: Callable[[], None]) -> Callable[[View], View]:
    """Let ``prepare`` do what takes long for a view, before it has a place among the writers.

    It is called only for somebody who may use the view, changes nothing, and leaves in ``g``
    what it found.
    """

    def mark(view: View) -> View:
        view.prepared_by = prepare  # type: ignore[attr-defined]  # functions carry attributes
        return view

    return mark


def in_the_end(tidy: Callable[[], None]) -> None:
    """Have ``tidy`` called when this request has been answered or refused, whatever happens."""
    g.tidies = [*g.get("tidies", []), tidy]


def _clear_up() -> None:
    for tidy in g.pop("tidies", []):
        tidy()


def _prepare(app: Flask, access: Access) -> None:
    view = app.view_functions.get(request.endpoint or "")
    prepare: Callable[[], None] | None = getattr(view, "prepared_by", None)
    if prepare is not None and _refusal(access) is None:
        prepare()


def is_poll() -> bool:
    """Whether a list that is open asks for news by itself; it is no visit, and keeps nobody in.

    Only for lists: what one ticket, call or task shows is a read, whoever asks for it.
    """
    g.polled = request.headers.get("X-Poll") == "1"
    return bool(g.polled)


def note_read(subject: str, **detail: object) -> None:
    """Write in the audit trail, once the answer is decided, that ``subject`` was read."""
    g.reads = [*g.get("reads", []), (subject, detail)]


def note_refused(subject: str, **detail: object) -> None:
    """Write in the audit trail that somebody tried what is refused here, whatever the answer is."""
    if request.method in UNSAFE:
        audit.write("refused", subject, by_id=g.person_id, now=clock.now(), **detail)
    else:
        g.refusals = [*g.get("refusals", []), (subject, detail)]


def said_at(now: datetime) -> datetime:
    """When what this request brings was said or typed: ``ago_ms`` before now, at most 12 hours.

    A page that could not reach us keeps what was typed, and sends it with its age.
    """
    return before(now, request.form.get("ago_ms", ""))


def before(now: datetime, ago_ms: str) -> datetime:
    """``now`` less so many milliseconds, 12 hours at most; what is no number counts as 0."""
    ago = int(ago_ms) if ago_ms.isascii() and ago_ms.isdecimal() and len(ago_ms) <= MS_DIGITS else 0
    return now - min(timedelta(milliseconds=ago), LONGEST_AGO)


def _note_use() -> None:
    """Whoever only sends, because a page saves by itself, is in use too."""
    now, session = clock.now(), g.get("session")
    if session is not None and sessions.is_stale(session, now=now):
        sessions.touch(session.id_hash, now=now)


def _decided(app: Flask, answer: ResponseReturnValue) -> AnyResponse:
    return app.make_response(answer)


def _refusal(access: Access) -> ResponseReturnValue | None:
    """None when the person may go on; a redirect or an HTTP error when not."""
    identity.load()
    if access.public:
        return None
    if g.person is None:
        return _ask_to_sign_in()
    if not access.roles & g.person.roles:
        raise Forbidden()
    return None


def _ask_to_sign_in() -> ResponseReturnValue:
    if identity.is_api():
        raise Unauthorized(www_authenticate=None)
    wanted = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("signin.form", next=wanted))


def _after_read(answer: AnyResponse) -> None:
    """Last-seen (once a minute at most) and the audit of reads, in a short transaction of its own.

    When it cannot be written the answer is 503: nobody reads what no record says was read.
    """
    now = clock.now()
    reads = g.get("reads", []) if answer.status_code == HTTPStatus.OK else []
    refusals = g.get("refusals", [])
    session = g.session
    used = session is not None and not g.get("polled", False)
    seen = session.id_hash if used and sessions.is_stale(session, now=now) else None
    if not reads and not refusals and seen is None:
        return
    # The page is written: to let go of what it shows takes less than to forget what each row said.
    db.session.close()
    try:
        with transaction():
            if seen is not None:
                sessions.touch(seen, now=now)
            for action, found in (("read", reads), ("refused", refusals)):
                for subject, detail in found:
                    audit.write(action, subject, by_id=g.person_id, now=now, **detail)
    except SQLAlchemyError as error:
        log.error("audit.unwritten", kind=type(error).__name__)
        raise ServiceUnavailable(retry_after=5) from error

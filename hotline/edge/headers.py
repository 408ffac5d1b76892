"""What every answer carries: CSP, no framing, no caching of private pages, a request id."""

import secrets
from collections.abc import Callable
from http import HTTPStatus

from flask import Flask, Response, g, request
from flask_talisman import Talisman
from werkzeug.datastructures import Headers

from hotline.audit.service import ORIGIN, Origin
from hotline.edge.access import PUBLIC_FILES
from hotline.settings import Settings

CSP = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",  # Bootstrap's own icons are data: images.
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
OF_THE_BODY = frozenset({"Content-Type", "Content-Length"})
TWO_YEARS = 2 * 365 * 24 * 3600
LOOPBACK = ["localhost", "127.0.0.1", "[::1]"]


def install(app: Flask, settings: Settings) -> None:
    """Attach the headers; cookie flags and HSTS follow the scheme of the public address."""
    app.config.update(
        SESSION_COOKIE_SECURE=settings.is_https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
    )
    app.before_request(_name_the_request)
    app.after_request(_close_the_answer(_same_for_all(settings)))


def _same_for_all(settings: Settings) -> dict[str, str]:
    """What no answer differs in: Talisman is asked once, at the start, and not for each."""
    sample = Flask("sample")
    Talisman(
        sample,
        force_https=False,  # The proxy redirects; health checks and webhooks must not be.
        strict_transport_security=False,  # Ours below: it must not hang on a proxy's header.
        frame_options="DENY",
        content_security_policy=CSP,
        referrer_policy="no-referrer",
    )
    with sample.test_request_context():
        answer = sample.process_response(Response())
    found = {name: text for name, text in answer.headers.items() if name not in OF_THE_BODY}
    if settings.is_https:
        found["Strict-Transport-Security"] = f"max-age={TWO_YEARS}"
    return {**found, "Cross-Origin-Opener-Policy": "same-origin"}


def _name_the_request() -> None:
    g.request_id = secrets.token_hex(8)
    ORIGIN.set(Origin(g.request_id, request.remote_addr or ""))


def _close_the_answer(same: dict[str, str]) -> Callable[[Response], Response]:
    """What comes last of all that is done to an answer."""

    def close(response: Response) -> Response:
        headers = response.headers
        headers.extend(same)  # No view says anything of these.
        headers["X-Request-ID"] = g.get("request_id", "")
        if request.endpoint not in PUBLIC_FILES or response.status_code >= HTTPStatus.BAD_REQUEST:
            headers["Cache-Control"] = "no-store"
            _vary_by_cookie(response)
        _lock_files_up(headers)
        return response

    return close


def _vary_by_cookie(response: Response) -> None:
    if "Vary" in response.headers:
        response.vary.add("Cookie")
    else:
        response.headers["Vary"] = "Cookie"


def _lock_files_up(headers: Headers) -> None:
    """Whatever is handed out as a file can run nothing, even where a browser opens it."""
    if headers.get("Content-Disposition", "").startswith("attachment"):
        headers["Content-Security-Policy"] += "; sandbox"

"""What every answer carries: CSP, no framing, no caching of private pages, a request id."""

import secrets
from http import HTTPStatus

from flask import Flask, Response, g, request
from flask_talisman import Talisman

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
TWO_YEARS = 2 * 365 * 24 * 3600
LOOPBACK = ["localhost", "127.0.0.1", "[::1]"]


def install(app: Flask, settings: Settings) -> None:
    """Attach the headers; cookie flags and HSTS follow the scheme of the public address."""
    Talisman(
        app,
        force_https=False,  # The proxy redirects; health checks and webhooks must not be.
        strict_transport_security=False,  # Ours below: it must not hang on a proxy's header.
        frame_options="DENY",
        content_security_policy=CSP,
        referrer_policy="no-referrer",
        session_cookie_secure=settings.is_https,
        session_cookie_samesite="Lax",
    )
    # Talisman comes last of all that is attached; this comes after it.
    app.after_request_funcs.setdefault(None, []).insert(0, _lock_files_up)
    app.before_request(_name_the_request)
    app.after_request(_close_the_answer)
    if settings.is_https:
        app.after_request(_only_https)


def _name_the_request() -> None:
    g.request_id = secrets.token_hex(8)
    ORIGIN.set(Origin(g.request_id, request.remote_addr or ""))


def _close_the_answer(response: Response) -> Response:
    response.headers["X-Request-ID"] = g.get("request_id", "")
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    if request.endpoint not in PUBLIC_FILES or response.status_code >= HTTPStatus.BAD_REQUEST:
        response.headers["Cache-Control"] = "no-store"
        response.vary.add("Cookie")
    return response


def _lock_files_up(response: Response) -> Response:
    """Whatever is handed out as a file can run nothing, even where a browser opens it."""
    if response.headers.get("Content-Disposition", "").startswith("attachment"):
        policy = response.headers.get("Content-Security-Policy", "default-src 'none'")
        response.headers["Content-Security-Policy"] = f"{policy}; sandbox"
    return response


def _only_https(response: Response) -> Response:
    response.headers["Strict-Transport-Security"] = f"max-age={TWO_YEARS}"
    return response

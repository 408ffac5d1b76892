"""What every answer carries: CSP, no framing, no caching of private pages, a request id."""

import secrets

from flask import Flask, Response, g, request
from flask_talisman import Talisman

from hotline.audit.service import ORIGIN, Origin
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
LOOPBACK = ["localhost", "127.0.0.1", "[::1]"]


def install(app: Flask, settings: Settings) -> None:
    """Attach the headers; cookie flags and HSTS follow the scheme of the public address."""
    Talisman(
        app,
        force_https=False,  # The proxy redirects; health checks and webhooks must not be.
        strict_transport_security=settings.is_https,
        strict_transport_security_max_age=63072000,
        content_security_policy=CSP,
        referrer_policy="no-referrer",
        session_cookie_secure=settings.is_https,
        session_cookie_samesite="Lax",
    )
    app.before_request(_name_the_request)
    app.after_request(_close_the_answer)


def _name_the_request() -> None:
    g.request_id = secrets.token_hex(8)
    ORIGIN.set(Origin(g.request_id, request.remote_addr or ""))


def _close_the_answer(response: Response) -> Response:
    response.headers["X-Request-ID"] = g.get("request_id", "")
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    if request.endpoint not in ("static", "bootstrap.static"):
        response.headers["Cache-Control"] = "no-store"
        response.vary.add("Cookie")
    return response

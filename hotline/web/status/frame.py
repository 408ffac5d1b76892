"""What the pages of the status have in common: a cookie of their own.

The cookie opens one ticket in one browser for half an hour; no other site can make a browser send
it, and whose it is stands on the server alone.
"""

from flask import Blueprint, request
from werkzeug.wrappers import Response

from hotline.edge.identity import settings
from hotline.tickets.rules import STATUS_OPEN_FOR

bp = Blueprint("status", __name__)


def cookie() -> str:
    """The secret of the browser that a code opened; "" when there is none."""
    return request.cookies.get(cookie_name(), "")


def cookie_name() -> str:
    """``__Host-`` binds the cookie to this host; browsers refuse it without https."""
    return "__Host-hotline-status" if settings().is_https else "hotline-status"


def set_cookie(answer: Response, secret: str) -> None:
    """Let this browser in until its time is over."""
    answer.set_cookie(
        cookie_name(),
        secret,
        max_age=int(STATUS_OPEN_FOR.total_seconds()),
        path="/",
        secure=settings().is_https,
        httponly=True,
        samesite="Strict",
    )


def drop_cookie(answer: Response) -> None:
    """Take the cookie back."""
    answer.delete_cookie(
        cookie_name(), path="/", secure=settings().is_https, httponly=True, samesite="Strict"
    )

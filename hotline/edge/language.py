"""Japanese first, English by a switch."""

import flask_babel
from flask import g, request
from werkzeug.wrappers import Response

from hotline.edge.identity import settings

LANGUAGES = {"ja": "日本語", "en": "English"}
"""Code to the language's own name."""

COOKIE = "language"
YEAR = 365 * 24 * 3600


def choose() -> str:
    """The language the person chose: here in this browser, or in the account; else Japanese.

    The API follows Accept-Language.
    """
    if request.path.startswith("/api/"):
        return request.accept_languages.best_match(LANGUAGES) or "ja"
    if request.cookies.get(COOKIE) in LANGUAGES:
        return request.cookies[COOKIE]
    saved = str(g.get("locale", ""))
    return saved if saved in LANGUAGES else "ja"


def prefer(code: str) -> None:
    """Answer in ``code`` unless the reader chose a language: we know whom a link was sent to."""
    if not g.get("locale"):
        g.locale = code[:2]
        flask_babel.refresh()


def gettext(message: str, **facts: object) -> str:
    """The message in the reader's language, its places filled."""
    return str(flask_babel.gettext(message, **facts))


def ngettext(one: str, many: str, num: int) -> str:
    """The message for ``num`` things, which stands at ``%(num)s``, in the reader's language."""
    return str(flask_babel.ngettext(one, many, num))


def current() -> str:
    """The language of this answer: ``ja`` or ``en``."""
    return str(flask_babel.get_locale() or "ja")[:2]


def other() -> str:
    """The language the switch offers."""
    return next(code for code in LANGUAGES if code != current())


def remember(response: Response, code: str) -> None:
    """Keep the choice in this browser for a year."""
    response.set_cookie(
        COOKIE,
        code,
        max_age=YEAR,
        path="/",
        secure=settings().is_https,
        httponly=True,
        samesite="Lax",
    )

"""Japanese first, English by a switch."""

import hashlib
from functools import cache, lru_cache

import flask_babel
from babel.support import NullTranslations
from flask import Flask, g, request
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup
from werkzeug.wrappers import Response

from hotline.edge.identity import settings

LANGUAGES = {"ja": "日本語", "en": "English"}
"""Code to the language's own name."""

COOKIE = "language"
YEAR = 365 * 24 * 3600
KNOWN_MESSAGES = 5000
"""More than there are in the templates."""


def install(app: Flask) -> None:
    """Give the templates ``_`` and ``ngettext``; after flask-babel, whose own ask more."""
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]  # an extension's
        gettext=lambda message: catalogue().ugettext(message),
        ngettext=lambda one, many, num: catalogue().ungettext(one, many, num),
        newstyle=True,
    )
    app.jinja_env.globals["_"] = _in_template


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


def gettext(message: str, /, **facts: object) -> str:
    """The message in the reader's language, its places filled."""
    words = str(catalogue().ugettext(message))
    return words % facts if facts else words


def ngettext(one: str, many: str, num: int) -> str:
    """The message for ``num`` things, which stands at ``%(num)s``, in the reader's language."""
    return str(catalogue().ungettext(one, many, num)) % {"num": num}


def catalogue() -> NullTranslations:
    """The words of the language of this answer.

    Kept in the place that flask-babel empties when the language changes: it would look for them
    anew at every word, of which a page has hundreds.
    """
    found: NullTranslations | None
    try:
        found = getattr(g.get("_flask_babel"), "babel_translations", None)
    except RuntimeError:  # Outside the application nobody has a language.
        return NullTranslations()
    if found is None:
        found = flask_babel.get_translations()
        g._flask_babel.babel_translations = found
    return found


def digest() -> str:
    """Of everything in the catalogue of the language of this answer."""
    return _digest_of(catalogue())


@cache
def _digest_of(words: NullTranslations) -> str:
    kept: dict[object, str] = getattr(words, "_catalog", {})
    return hashlib.sha256(repr(sorted(kept.items(), key=str)).encode()).hexdigest()


@pass_eval_context
def _in_template(context: EvalContext, message: str, /, **facts: object) -> str:
    """The message with its facts; these are escaped where the template escapes.

    For messages that are known while a page is drawn: see ``templates`` for all others.
    """
    if not context.autoescape:
        return str(catalogue().ugettext(message)) % facts
    return _escaped(catalogue(), message) % facts if facts else _whole(catalogue(), message)


@lru_cache(KNOWN_MESSAGES)
def _escaped(catalogue: NullTranslations, message: str) -> Markup:
    """A catalogue is ours: what stands in it is no input."""
    return Markup(catalogue.ugettext(message))  # noqa: S704 - words of our own


@lru_cache(KNOWN_MESSAGES)
def _whole(catalogue: NullTranslations, message: str) -> Markup:
    """A message without facts, in which a doubled percent sign stands for one."""
    return _escaped(catalogue, message) % {}


def current() -> str:
    """The language of this answer: ``ja`` or ``en``."""
    locale = getattr(g.get("_flask_babel"), "babel_locale", None) or flask_babel.get_locale()
    return str(locale.language) if locale is not None else "ja"


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

"""A refusal is a page with the way back, or problem+json (RFC 9457); never a trace."""

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

import structlog
from flask import Flask, Response, g, json, make_response, render_template, request
from flask_babel import gettext
from flask_wtf.csrf import CSRFError
from markupsafe import escape
from sqlalchemy.exc import (
    DataError,
    IntegrityError,
    InterfaceError,
    InternalError,
    OperationalError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException, SecurityError
from werkzeug.urls import iri_to_uri

from hotline.db import db
from hotline.edge import identity, language
from hotline.errors import N_, Forbidden, Invalid, Missing, Problem, Refused, Slowed

log = structlog.get_logger(__name__)

STATUS_OF: dict[type[Problem], int] = {
    Refused: 409,
    Forbidden: 403,
    Missing: 404,
    Invalid: 422,
    Slowed: 429,
}

RACES = frozenset({"23505", "23503", "SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY"})
"""What the databases say when a row was made, or its parent deleted, a moment before."""

PLAIN_PAGE = '<!doctype html><html lang="{lang}"><title>{sentence}</title><p>{sentence}</p></html>'

UNKNOWN_FIELD = "Unknown field."
"""What marshmallow says of a field that its schema does not list."""

SENTENCES = {
    400: N_("This request cannot be understood."),
    401: N_("Please sign in first."),
    403: N_("Your role does not allow this."),
    404: N_("There is nothing here."),
    405: N_("This address does not take that kind of request."),
    409: N_("The state of things does not allow this."),
    413: N_("This is larger than what we take."),
    415: N_("This kind of content is not taken here."),
    422: N_("Some values cannot be used."),
    429: N_("Too many attempts. Please try again later."),
    500: N_("Something broke on our side. It has been noted."),
    503: N_("The database cannot be reached right now. Nothing was lost; please try again."),
}


def install(app: Flask) -> None:
    """Answer every error in the form the asker reads."""
    app.register_error_handler(Problem, _problem)
    app.register_error_handler(CSRFError, _forged)
    app.register_error_handler(SecurityError, _unknown_host)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(StaleDataError, _somebody_was_quicker)
    app.register_error_handler(IntegrityError, _broken_rule)
    app.register_error_handler(DataError, _unusable)
    for unreachable in (OperationalError, InterfaceError, InternalError, PoolTimeout):
        app.register_error_handler(unreachable, _unreachable)
    app.register_error_handler(Exception, _unforeseen)


def say(problem: Problem) -> str:
    """The problem's sentence in the asker's language."""
    return str(gettext(problem.message, **problem.facts))


def said(invalid: Invalid) -> dict[str, str]:
    """The sentence of each field in the asker's language, to stand beside it in the form."""
    return {name: say(one) for name, one in invalid.fields.items()}


def _problem(error: Problem) -> Response:
    status = next(code for kind, code in STATUS_OF.items() if isinstance(error, kind))
    fields = said(error) if isinstance(error, Invalid) else {}
    answer = answer_error(status, say(error), fields)
    if isinstance(error, Slowed):
        answer.headers["Retry-After"] = str(error.retry_after)
    return answer


def _unknown_host(_error: SecurityError) -> Response:
    # A page has links, and there is no address to make them of.
    return Response("This address is not ours.\n", 400, content_type="text/plain; charset=utf-8")


def _http(error: HTTPException) -> Response:
    fields = _schema_problems(error)
    status = _status_of(error, fields)
    answer = answer_error(status, _sentence(status), fields)
    for name, value in error.get_headers():
        if name in ("Allow", "Retry-After", "WWW-Authenticate"):
            answer.headers[name] = value
    if status == HTTPStatus.UNAUTHORIZED:
        answer.headers["WWW-Authenticate"] = "Bearer"
    return answer


def _status_of(error: HTTPException, fields: dict[str, str]) -> int:
    """A field that nobody may write is a broken request, not a wrong value, and is logged."""
    unknown = [name for name, text in fields.items() if text == UNKNOWN_FIELD]
    if unknown:
        names = [name[:40] for name in unknown[:10]]
        log.warning("request.unknown_fields", fields=names, person=g.get("person_id"))
        return 400
    return error.code or 500


def _schema_problems(error: HTTPException) -> dict[str, str]:
    """What a request schema found wrong: dotted field name to its first sentence."""
    messages = getattr(error, "data", {}).get("messages", {})
    parts = messages.values() if isinstance(messages, dict) else ()  # "json", "query", …
    return {name: text for part in parts for name, text in _flat(part)}


def _flat(found: Any, prefix: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(found, dict):
        for name, inner in found.items():
            yield from _flat(inner, f"{prefix}.{name}" if prefix else str(name))
    elif isinstance(found, list) and found:
        yield prefix, str(found[0])


def _forged(_error: CSRFError) -> Response:
    sentence = gettext("This form is too old. Please go back, reload the page and send it again.")
    return answer_error(400, sentence)


def _somebody_was_quicker(_error: StaleDataError) -> Response:
    sentence = gettext("Somebody else saved this a moment ago. Please look at it again.")
    return answer_error(409, sentence)


def _broken_rule(error: IntegrityError) -> Response:
    """Two requests made the same thing at the same moment; anything else is our mistake."""
    code = getattr(error.orig, "sqlstate", None) or getattr(error.orig, "sqlite_errorname", "")
    return _somebody_was_quicker(StaleDataError()) if code in RACES else _unforeseen(error)


def _unusable(error: DataError) -> Response:
    log.warning("request.unusable", exc_info=error)
    return answer_error(422, _sentence(422))


def _unreachable(error: Exception) -> Response:
    log.error("database.unreachable", kind=type(error).__name__)
    answer = answer_error(503, _sentence(503))
    answer.headers["Retry-After"] = "5"
    return answer


def _unforeseen(error: Exception) -> Response:
    log.error("request.failed", exc_info=error)
    return answer_error(500, _sentence(500))


def _sentence(status: int) -> str:
    return str(gettext(SENTENCES.get(status, SENTENCES[400 if status < 500 else 500])))


def answer_error(status: int, sentence: str, fields: dict[str, str] | None = None) -> Response:
    """One error as problem+json for the API, as a page for people."""
    db.session.rollback()
    if identity.is_api():
        return _problem_json(status, sentence, fields or {})
    return make_response(_page(status, sentence, list((fields or {}).values())), status)


def _page(status: int, sentence: str, details: list[str]) -> str:
    """The page of an error; when even that cannot be made, the sentence alone."""
    try:
        return render_template(
            "errors/error.html",
            status=status,
            sentence=sentence,
            details=details,
            back=_way_back() if details else None,
            person=None if status >= HTTPStatus.INTERNAL_SERVER_ERROR else g.get("person"),
        )
    except Exception as error:
        log.error("errors.page_failed", exc_info=error)
        return PLAIN_PAGE.format(lang=language.current(), sentence=escape(sentence))


def _way_back() -> str | None:
    """The page that was asked for, without what was asked of it; None after a form."""
    return iri_to_uri(request.path) if request.method == "GET" and request.query_string else None


def _problem_json(status: int, sentence: str, fields: dict[str, str]) -> Response:
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": sentence,
        "request_id": g.get("request_id", ""),
    }
    if fields:
        body["errors"] = fields
    # The name of a field can hold half a letter, which no encoding has.
    text = json.dumps(body).encode("utf-8", "backslashreplace")
    return Response(text, status, content_type="application/problem+json")

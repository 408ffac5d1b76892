"""How much a request may hold; its body is read before anything is opened for it."""

import json
import re
from collections.abc import Callable
from typing import Any, NoReturn, TypeVar

from flask import current_app, request
from flask_limiter import Limiter
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge
from werkzeug.routing import IntegerConverter, Map

from hotline.edge import bodies

View = TypeVar("View", bound=Callable[..., Any])

FIELDS = 1000
DEPTH = 20
LARGEST_ID = 2**31 - 1

STEPS = {ord("["): 1, ord("{"): 1, ord("]"): -1, ord("}"): -1}

FORM = "application/x-www-form-urlencoded"
_TOKEN = re.compile(rb'"(?:[^"\\]++|\\.)*+(?:"|\\?\Z)|[\[\]{}]', re.DOTALL)
"""A string as a whole, even one that never ends, or one bracket."""


class RowId(IntegerConverter):
    """``<int:…>`` in an address: nothing larger than an id can be; the rest is 404."""

    def __init__(self, url_map: Map, **limits: Any) -> None:
        super().__init__(url_map, **{"max": LARGEST_ID, **limits})


class PublicLimiter(Limiter):
    """Asked by the views that have a limit, and not before every request: there is none for all."""

    def _check_request_limit(
        self, callable_name: str | None = None, in_middleware: bool = True
    ) -> None:
        if not in_middleware:
            super()._check_request_limit(callable_name, in_middleware)


def takes_files(bytes_at_most: int) -> Callable[[View], View]:
    """Let a view take bodies of that size, in files or fields, where others take far less."""

    def mark(view: View) -> View:
        view.largest_body = bytes_at_most  # type: ignore[attr-defined]  # functions carry attributes
        return view

    return mark


def take_body() -> None:
    """Read the body whole: a slow sender must not hold a place among the writers meanwhile.

    Raises RequestEntityTooLarge for too many fields, BadRequest for JSON nobody can use.
    """
    view = current_app.view_functions.get(request.endpoint or "")
    if getattr(view, "streams", False):
        bodies.leave_unread()
        return
    if largest := getattr(view, "largest_body", None):
        request.max_content_length = request.max_form_memory_size = largest
    if request.mimetype == "multipart/form-data":
        len(request.form)  # Parsed on the way in, part by part, as long as the limits hold.
        return
    body = request.get_data()
    if request.mimetype == FORM and body.count(b"&") >= FIELDS:
        raise RequestEntityTooLarge()
    if "json" in request.mimetype and body:
        _check_json(body)


def _check_json(body: bytes) -> None:
    if body.count(b"[") + body.count(b"{") > DEPTH:
        _check_depth(body)
    try:
        json.loads(body, parse_constant=_refuse)
    except ValueError:  # Also bytes that are not UTF-8, and numbers of thousands of digits.
        raise BadRequest() from None


def _check_depth(body: bytes) -> None:
    depth = 0
    for token in _TOKEN.finditer(body):
        depth += STEPS.get(body[token.start()], 0)
        if depth > DEPTH:
            raise BadRequest()


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)  # NaN and Infinity are not JSON, and no database keeps them.

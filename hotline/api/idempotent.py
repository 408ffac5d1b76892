"""A request with an Idempotency-Key can be sent again without doing anything twice."""

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Response, current_app, json, request

from hotline import clock
from hotline.edge.identity import person
from hotline.idempotency import service as idempotency

HEADER = "Idempotency-Key"


def idempotent(view: Callable[..., Any]) -> Callable[..., Any]:
    """Remember the answer of ``view`` under the caller's key; a repeat is given the same answer.

    Only success is remembered: a refusal changed nothing, so it may be tried again.
    """

    @wraps(view)
    def once(*args: Any, **kwargs: Any) -> Response:
        key = request.headers.get(HEADER)
        if key is None:
            return current_app.make_response(view(*args, **kwargs))
        first = idempotency.begin(person().id, key, _request_hash(), now=clock.now())
        if first is not None:
            return _answer(first.status, first.body)
        answer = current_app.make_response(view(*args, **kwargs))
        idempotency.finish(person().id, key, status=answer.status_code, body=answer.get_json())
        return answer

    return once


def _request_hash() -> str:
    parts = (request.method.encode(), request.full_path.encode(), request.get_data())
    return hashlib.sha256(b"\n".join(parts)).hexdigest()


def _answer(status: int, body: dict[str, Any]) -> Response:
    answer = Response(json.dumps(body), status, content_type="application/json")
    answer.headers["Idempotent-Replayed"] = "true"
    return answer

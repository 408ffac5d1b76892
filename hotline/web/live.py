"""Lists that stay fresh: the part of the page that changes, or 304 when it did not."""

import hashlib

from flask import make_response, render_template, request
from flask.typing import ResponseReturnValue


def answer(template: str, **values: object) -> ResponseReturnValue:
    """The part by itself, with the hash of its words; 304 when the asker has those already."""
    response = make_response(render_template(template, **values))
    response.set_etag(hashlib.sha256(response.data).hexdigest()[:32])
    return response.make_conditional(request)

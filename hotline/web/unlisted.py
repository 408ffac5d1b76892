"""Pages behind a link or a code: no search engine keeps them."""

from flask import make_response, render_template
from werkzeug.wrappers import Response


def unlisted(template: str, status: int, **facts: object) -> Response:
    """A page that no search engine keeps."""
    answer = make_response(render_template(template, **facts), status)
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    return answer

"""Static files by the hash of their content: small on the way, kept for a year, never stale."""

import gzip
import hashlib
import stat
from functools import cache, lru_cache
from http import HTTPStatus
from pathlib import Path

from flask import Flask, Response, current_app, g, request, url_for
from markupsafe import Markup
from werkzeug.security import safe_join

from hotline.edge.access import PUBLIC_FILES

YEAR = 365 * 24 * 3600
SQUEEZED = frozenset({"text/css", "text/javascript", "application/javascript", "image/svg+xml"})
"""Files that are sent as gzip to browsers that take it."""

WORDS = frozenset({"q", "next"})
"""What the links of a page hand on: a page that somebody else opened hands on what they wrote."""


def install(app: Flask) -> None:
    """Give templates ``asset``; answers with the right hash a long life, and text a small size."""
    app.jinja_env.globals["asset"] = asset
    app.jinja_env.globals["icon_named"] = icon_named
    app.after_request(_keep)
    app.after_request(_squeeze)


def asset(name: str, endpoint: str = "static") -> str:
    """The address of a static file, with the hash of its content; KeyError when it is missing.

    It is found once for a page: every icon names the same file.
    """
    known: dict[tuple[str, str], str] = g.setdefault("assets", {})
    if (endpoint, name) not in known:
        digest = _hash_of(endpoint, name)
        if digest is None:
            raise KeyError(name)
        known[endpoint, name] = url_for(endpoint, filename=name, v=digest)
    return known[endpoint, name]


def icon_named(name: str) -> Markup:
    """An icon of ours, for templates/_icon.html: a page has a hundred."""
    return _icon(asset("icons.svg"), name)


@lru_cache(maxsize=500)
def _icon(address: str, name: str) -> Markup:
    return ICON.format(address=address, name=name)


ICON = Markup(
    '<svg class="bi" aria-hidden="true" focusable="false"><use href="{address}#{name}"></use></svg>'
)


def _hash_of(endpoint: str, name: str) -> str | None:
    owner = current_app.blueprints.get(endpoint.rpartition(".")[0], current_app)
    path = _path(str(owner.static_folder), name)
    try:
        found = path.stat() if path is not None else None
    except OSError:
        return None
    is_file = found is not None and stat.S_ISREG(found.st_mode)
    return _digest(path, found.st_mtime_ns) if path and found and is_file else None


@lru_cache(maxsize=500)
def _path(folder: str, name: str) -> Path | None:
    path = safe_join(folder, name)
    return Path(path) if path is not None else None


@cache
def _digest(path: Path, _changed_at: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]


def _squeeze(response: Response) -> Response:
    if not _is_text(response):
        return response
    response.vary.add("Accept-Encoding")
    if not _may_be_squeezed(response) or not request.accept_encodings["gzip"]:
        return response
    response.direct_passthrough = False
    tag, _ = response.get_etag()
    squeeze = _squeezed if request.endpoint in PUBLIC_FILES else _squeeze_once
    response.set_data(squeeze(response.get_data()))
    response.headers["Content-Encoding"] = "gzip"
    if tag is not None:
        # The bytes are others than those the tag was made of; what they stand for is the same.
        response.set_etag(tag, weak=True)
    return response


def _is_text(response: Response) -> bool:
    if request.endpoint in PUBLIC_FILES:
        return response.mimetype in SQUEEZED
    return response.mimetype == "text/html" and request.method == "GET"


def _may_be_squeezed(response: Response) -> bool:
    """Text files; and pages, but for those that hold what somebody else put into their address.

    A page holds secrets: whoever could have words typed beside them, and saw how long the answer
    becomes, would learn them letter by letter.
    """
    if response.status_code != HTTPStatus.OK:
        return False
    if request.endpoint in PUBLIC_FILES or not request.query_string:
        return True
    response.vary.update(("Sec-Fetch-Site", "Sec-Fetch-User"))
    return WORDS.isdisjoint(request.args) and _was_pressed_here()


def _was_pressed_here() -> bool:
    """Whether somebody pressed a link or a button on a page of ours: a guess costs a press.

    Browsers say so in headers that no page can write. Scripts of ours, which ask again for the
    address that they stand at, do not count: somebody else may have opened that.
    """
    said = request.headers
    return said.get("Sec-Fetch-Site") == "same-origin" and said.get("Sec-Fetch-User") == "?1"


def _squeeze_once(plain: bytes) -> bytes:
    return gzip.compress(plain, compresslevel=6, mtime=0)


@lru_cache(maxsize=64)
def _squeezed(plain: bytes) -> bytes:
    return gzip.compress(plain, mtime=0)


def _keep(response: Response) -> Response:
    # Only the right hash: while two versions run side by side, an old file must not
    # be remembered under the name of the new one.
    endpoint = request.endpoint
    if endpoint in PUBLIC_FILES:
        name = str((request.view_args or {}).get("filename", ""))
        wanted = request.args.get("v")
        if wanted and wanted == _hash_of(endpoint, name):
            response.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable"
    return response

"""The JSON API, version 1."""

from importlib import import_module
from typing import Any

from flask import Flask
from flask_smorest import Api
from werkzeug.exceptions import HTTPException

from hotline.edge.access import EVERYBODY, allow

PARTS = (
    "approvals",
    "calendar",
    "calls",
    "correspondence",
    "duties",
    "files",
    "followups",
    "members",
    "offers",
    "partners",
    "tasks",
    "tickets",
    "vendors",
)
"""One module each."""

OPENAPI = {
    "API_TITLE": "Incident-response hotline",
    "API_VERSION": "v1",
    "OPENAPI_VERSION": "3.1.0",
    "OPENAPI_URL_PREFIX": "/api/v1",
    "OPENAPI_JSON_PATH": "openapi.json",
}


class HotlineApi(Api):
    """flask-smorest, with errors left to ``edge.errors`` (problem+json for all of them)."""

    def _register_error_handlers(self) -> None:
        """Leave every error to the application's own handlers."""

    def handle_http_exception(self, error: HTTPException) -> Any:
        """Unused: no handler is registered for it."""
        raise error


def register(app: Flask) -> None:
    """Attach every part under ``/api/v1``, and its OpenAPI description."""
    app.config.update(OPENAPI)
    api = HotlineApi(app, spec_kwargs={"security": [{"bearer": []}]})
    api.spec.components.security_scheme("bearer", {"type": "http", "scheme": "bearer"})
    for name in PARTS:
        api.register_blueprint(import_module(f"hotline.api.{name}").bp, url_prefix="/api/v1")
    description = app.view_functions["api-docs.openapi_json"]
    app.view_functions["api-docs.openapi_json"] = allow(EVERYBODY)(_plain(description))


def _plain(view: Any) -> Any:
    return lambda **parts: view(**parts)

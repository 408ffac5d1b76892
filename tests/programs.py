"""Programs that speak to the API."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from werkzeug.test import TestResponse

from hotline.transaction import transaction
from tests import builders

Ask = Callable[..., TestResponse]


@pytest.fixture
def as_role(client) -> Callable[..., Ask]:
    """``as_role("operator")("POST", "/api/v1/…", {…}, **headers)`` asks as somebody new."""

    def signed(*roles: str, **facts: Any) -> Ask:
        with transaction():
            someone = builders.person(*roles)
            for name, value in facts.items():
                setattr(someone, name, value)
            token = builders.token(someone)
        return asking(client, token)

    return signed


def asking(client: Any, token: str) -> Ask:
    def ask(method: str, path: str, body: Any = None, **headers: str) -> TestResponse:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        named["Authorization"] = f"Bearer {token}"
        data = None if body is None else json.dumps(body)
        return client.open(
            path, method=method, data=data, content_type="application/json", headers=named
        )

    return ask


@pytest.fixture
def operator(as_role) -> Ask:
    """A program of the desk."""
    return as_role("operator")

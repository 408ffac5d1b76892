"""A browser of the tests: it signs in, and sends forms with the token of the page."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from hotline import clock
from hotline.people.models import Person
from hotline.sessions import service as sessions
from hotline.transaction import transaction

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


def sign_in(client: FlaskClient, person: Person, *, now: datetime | None = None) -> str:
    """Give the browser a complete session of ``person``; its secret."""
    with transaction():
        secret = sessions.start(
            person.id, complete=True, address="127.0.0.1", now=now or clock.now()
        )
    client.set_cookie("hotline", secret)
    return secret


def form_token(client: FlaskClient) -> str:
    """The token that stands in the forms of this browser's pages."""
    found = TOKEN.search(client.get("/sign-in").text)
    assert found is not None
    return found[1]


def send(client: FlaskClient, path: str, fields: Mapping[str, Any] | None = None) -> TestResponse:
    """Send a form as a page of ours would."""
    return client.post(path, data={"csrf_token": form_token(client), **(fields or {})})

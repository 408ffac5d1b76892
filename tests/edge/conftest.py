"""Browsers and programs of every role, and applications with other settings."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from hotline.app import create_app
from hotline.db import db
from hotline.transaction import transaction
from tests import builders
from tests.conftest import Outsider, settings_for
from tests.edge import views
from tests.programs import as_role, operator
from tests.web.forms import sign_in

__all__ = ["as_role", "operator"]


@pytest.fixture
def build(app: Flask, database_url: str) -> Iterator[Callable[..., Flask]]:
    """``build(HOTLINE_…="…")``: one more application on the same database, with views of trial."""
    built: list[Flask] = []

    def make(**changes: str) -> Flask:
        other = create_app(settings_for(database_url, **changes))
        other.test_client_class = Outsider
        views.register(other)
        built.append(other)
        return other

    yield make
    for other in built:
        with other.app_context():
            db.engine.dispose()


@pytest.fixture(scope="session")
def trial_app(migrated_app: Flask, database_url: str) -> Iterator[Flask]:
    """The application of this run once more, with the views of trial."""
    one = create_app(settings_for(database_url))
    one.test_client_class = Outsider
    views.register(one)
    yield one
    with one.app_context():
        db.engine.dispose()


@pytest.fixture
def trial(app: Flask, trial_app: Flask) -> FlaskClient:
    """A browser without a session, on an application with the views of trial."""
    return trial_app.test_client()


@pytest.fixture
def browse() -> Callable[..., FlaskClient]:
    """``browse(client, "operator")`` signs somebody new in, and returns the browser."""

    def signed(client: FlaskClient, *roles: str) -> FlaskClient:
        with transaction():
            someone = builders.person(*roles)
        sign_in(client, someone)
        return client

    return signed


@pytest.fixture
def token_of() -> Callable[..., dict[str, str]]:
    """``token_of("operator")``: the header with which a program of somebody new asks."""

    def made(*roles: str) -> dict[str, str]:
        with transaction():
            token = builders.token(builders.person(*roles))
        return {"Authorization": f"Bearer {token}"}

    return made

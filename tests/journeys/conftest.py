"""Journeys are told through commands and by programs with a token, or by people with browsers."""

from datetime import timedelta

import pytest

from hotline.transaction import transaction
from tests import builders
from tests.browser import scene
from tests.browser.conftest import browser_type_launch_args, visit
from tests.builders import NOON
from tests.journeys import story
from tests.programs import as_role, operator

__all__ = ["as_role", "browser_type_launch_args", "operator", "visit"]


def told(printed: str) -> str:
    """Whom a tick told of what happens in the story; gaps in the roster are another one."""
    lines = [line for line in printed.splitlines() if ", told " in line]
    return "\n".join(line for line in lines if not line.startswith("duty_gap"))


@pytest.fixture
def flask(app):
    """``flask("tick", …)`` runs a command and returns what it printed; a failure fails the test."""

    def run(*words: str) -> str:
        done = app.test_cli_runner().invoke(args=words)
        assert done.exit_code == 0, f"{done.output}\n{done.exception!r}"
        return done.output

    return run


@pytest.fixture
def coordinator(app):
    """The one who is told; an operator is on duty all the while, so nobody else is."""
    with transaction():
        operator = builders.person("operator", phone="+819000000001")
        builders.shift(operator, starts_at=NOON, ends_at=NOON + timedelta(days=90))
        return builders.person("coordinator", phone="+819000000003").email


@pytest.fixture
def supervisor(app):
    """The lead of the coordinators."""
    with transaction():
        return builders.person("supervisor", phone="+819000000002").email


@pytest.fixture
def desk(as_role):
    """A program of the desk."""
    return as_role("operator")


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """A server for one story, with nobody's incident in it yet."""
    furnished = scene.made(story.furnish)
    with scene.serve(tmp_path_factory.mktemp("house"), furnished) as running:
        yield running

"""Somebody of the desk and a task for whoever asks for them."""

import pytest

from tests import builders, partners


@pytest.fixture
def desk(writing):
    return builders.person("coordinator")


@pytest.fixture
def task(writing):
    return partners.task()

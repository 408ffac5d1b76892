"""Static files carry the hash of their content."""

import pytest
from flask import Flask

from hotline.edge.assets import asset


def test_a_file_with_its_right_hash_is_kept_for_a_year(app: Flask, client):
    with app.test_request_context():
        address = asset("css/theme.css")

    assert kept(client, address) == "public, max-age=31536000, immutable"


@pytest.mark.parametrize("address", ["/static/css/theme.css", "/static/css/theme.css?v=old"])
def test_a_file_without_its_right_hash_is_asked_for_again(client, address):
    assert "immutable" not in kept(client, address)


def test_a_file_of_the_package_has_a_hash_too(app: Flask, client):
    with app.test_request_context():
        address = asset("css/bootstrap.min.css", "bootstrap.static")

    assert "immutable" in kept(client, address)


@pytest.mark.parametrize("name", ["css/missing.css", "../app.py"])
def test_a_file_that_does_not_exist_is_a_mistake_of_ours(app: Flask, name):
    with app.test_request_context(), pytest.raises(KeyError):
        asset(name)


def kept(client, address: str) -> str:
    with client.get(address) as answer:
        assert answer.status_code == 200
        return answer.headers["Cache-Control"]

"""Static files carry the hash of their content."""

import gzip

import pytest
from flask import Flask

from hotline.edge.assets import asset

TAKES_GZIP = {"Accept-Encoding": "gzip, deflate, br"}
PRESSED_HERE = {"Sec-Fetch-Site": "same-origin", "Sec-Fetch-User": "?1"}


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


@pytest.mark.parametrize("name", ["css/theme.css", "js/keys.js", "icons.svg"])
def test_text_is_small_on_the_way_for_a_browser_that_takes_it(client, name):
    with client.get(f"/static/{name}") as plain, small(client, name) as found:
        assert gzip.decompress(found.data) == plain.data
        assert len(found.data) < len(plain.data) / 2
        assert found.headers["Content-Length"] == str(len(found.data))
        assert found.headers["Vary"] == plain.headers["Vary"] == "Accept-Encoding"
        assert "Content-Encoding" not in plain.headers


def test_a_small_file_that_did_not_change_is_not_sent_again(client):
    with small(client, "css/theme.css") as found:
        known = {"If-None-Match": found.headers["ETag"]}
    with small(client, "css/theme.css", **known) as again:
        assert again.status_code == 304


def test_a_page_is_small_unless_its_address_brought_words_of_somebody_else(client):
    plain = client.get("/sign-in", headers=TAKES_GZIP)
    reflecting = client.get("/sign-in?next=/tickets/482170933", headers=TAKES_GZIP)
    sent = client.post("/sign-in", headers=TAKES_GZIP)

    assert "csrf_token" in gzip.decompress(plain.data).decode()
    assert "csrf_token" in reflecting.text
    assert [one.headers.get("Content-Encoding") for one in (plain, reflecting, sent)] == [
        "gzip",
        None,
        None,
    ]


@pytest.mark.parametrize(
    ("came", "coding"),
    [
        (PRESSED_HERE, "gzip"),
        ({**PRESSED_HERE, "Sec-Fetch-Site": "cross-site"}, None),
        ({**PRESSED_HERE, "Sec-Fetch-Site": "none"}, None),
        ({"Sec-Fetch-Site": "same-origin"}, None),  # A script of ours that asks again.
    ],
)
def test_words_in_the_address_may_be_squeezed_when_somebody_pressed_something_here(
    client, came: dict[str, str], coding: str | None
):
    answer = client.get("/sign-in?line=jnx", headers={**TAKES_GZIP, **came})

    assert answer.headers.get("Content-Encoding") == coding
    assert {"Accept-Encoding", "Sec-Fetch-Site", "Sec-Fetch-User"} <= set(answer.vary)


@pytest.mark.parametrize("name", ["q", "next"])
def test_words_that_links_hand_on_are_never_squeezed(client, name):
    """A page that a stranger opened hands on what they wrote: one press would do."""
    answer = client.get(f"/sign-in?{name}=/guessed", headers={**TAKES_GZIP, **PRESSED_HERE})

    assert "Content-Encoding" not in answer.headers


def small(client, name: str, **headers: str):
    """The answer to a browser that takes gzip."""
    return client.get(f"/static/{name}", headers={**TAKES_GZIP, **headers})


def kept(client, address: str) -> str:
    with client.get(address) as answer:
        assert answer.status_code == 200
        return answer.headers["Cache-Control"]

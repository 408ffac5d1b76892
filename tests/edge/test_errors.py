"""Every refusal has a form, a sentence in the reader's language, and nothing of the inside."""

import json
import socket
import time

import pytest

from hotline.app import create_app
from hotline.edge import errors
from hotline.edge.errors import PLAIN_PAGE, SENTENCES
from tests.conftest import Outsider, settings_for
from tests.edge.views import OUTCOMES

INSIDE = (
    "Traceback",
    "SELECT",
    "花子",
    "+81901234",
    "sqlalchemy",
    "psycopg",
    "sqlite",
    'File "',
    "Error:",
)
LETTERS = {"ja": "ま", "en": "e"}


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("outcome", OUTCOMES)
def test_s_25_a_page_says_what_happened_and_nothing_of_the_inside(trial, outcome, language):
    trial.set_cookie("language", language)
    answer = trial.get(f"/trial/end/{outcome}")

    assert answer.status_code == OUTCOMES[outcome][1]
    assert f'lang="{language}"' in answer.text
    assert not [word for word in INSIDE if word in answer.text]


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("outcome", OUTCOMES)
def test_s_25_a_program_is_told_in_problem_json(trial, outcome, language):
    answer = trial.get(f"/api/v1/trial/end/{outcome}", headers={"Accept-Language": language})
    status = OUTCOMES[outcome][1]

    assert (answer.status_code, answer.json["status"]) == (status, status)
    assert answer.content_type == "application/problem+json"
    assert answer.json["request_id"] == answer.headers["X-Request-ID"]
    assert not [word for word in INSIDE if word in answer.text]


def test_a_page_of_trouble_tells_its_request(trial):
    answer = trial.get("/trial/end/broken")

    assert answer.headers["X-Request-ID"] in answer.text


def test_a_wrong_value_is_named_with_its_field(trial):
    answer = trial.get("/api/v1/trial/end/invalid", headers={"Accept-Language": "en"})

    assert answer.json["errors"] == {"name": "It is empty."}


def test_a_page_lists_what_is_wrong_with_each_value_and_leads_back(trial):
    asked = trial.get("/trial/end/invalid?name=")
    plain = trial.get("/trial/end/invalid")

    assert "<li><span>It is empty.</span></li>" in asked.text
    assert 'href="/trial/end/invalid">' in asked.text
    assert 'href="/trial/end/invalid">' not in plain.text


def test_a_foreign_and_a_missing_thing_are_the_same_bytes(trial):
    first, second = (trial.get("/trial/end/missing").data for _ in range(2))

    assert first == second


@pytest.mark.parametrize(("outcome", "seconds"), [("slowed", "30"), ("unreachable", "5")])
def test_who_should_come_again_is_told_when(trial, outcome, seconds):
    assert trial.get(f"/trial/end/{outcome}").headers["Retry-After"] == seconds


@pytest.mark.parametrize("method", ["TRACE", "PUT", "DELETE", "PATCH", "BREW"])
@pytest.mark.parametrize(
    "address", ["/calendar", "/api/v1/tickets", "/sign-in", "/static/css/theme.css"]
)
def test_s_29_unknown_methods_are_405(client, method, address):
    answer = client.open(address, method=method)

    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


@pytest.mark.parametrize("number", ["2147483648", "9" * 30])
def test_a_number_no_row_can_have_is_404(trial, number):
    assert trial.get("/trial/numbered/2147483647").status_code == 200
    assert trial.get(f"/trial/numbered/{number}").status_code == 404


class Constraint(Exception):
    """What a driver raises."""

    sqlite_errorname = "SQLITE_CONSTRAINT_UNIQUE"


def test_two_that_make_the_same_at_once_are_told_so(app):
    with app.test_request_context("/api/v1/tickets"):
        answer = errors._broken_rule(errors.IntegrityError("", {}, Constraint()))

    assert answer.status_code == 409


def test_when_not_even_the_page_can_be_made_the_sentence_remains(app, monkeypatch):
    monkeypatch.setattr(errors, "render_template", _broken)
    with app.test_request_context("/"):
        answer = errors.answer_error(500, "<b>broken</b>")

    assert (answer.status_code, "&lt;b&gt;broken" in answer.get_data(as_text=True)) == (500, True)
    assert PLAIN_PAGE.startswith("<!doctype html>")


def _broken(*_names: str, **_facts: object) -> str:
    raise KeyError("a template")


@pytest.mark.parametrize("status", SENTENCES)
def test_every_status_has_a_sentence_in_japanese(app, status):
    with app.test_request_context("/"):
        sentence = errors._sentence(status)

    assert any("ぁ" <= letter <= "ん" for letter in sentence)


# A database that is gone


@pytest.fixture
def silent_port():
    """A port that takes connections and never says a word."""
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen(20)
        yield silent.getsockname()[1]


@pytest.mark.slow
@pytest.mark.parametrize("address", ["/tickets", "/api/v1/tickets", "/sign-in"])
def test_r_15_with_a_silent_database_every_request_ends_within_five_seconds(silent_port, address):
    client = without_database(f"127.0.0.1:{silent_port}")
    client.set_cookie("hotline", "x")
    began = time.monotonic()
    answer = client.get(address, headers={"Authorization": "Bearer hotline_x"})

    assert time.monotonic() - began < 5
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")


@pytest.mark.parametrize("address", ["/tickets", "/api/v1/tickets"])
def test_r_15_with_a_refusing_database_the_answer_is_a_page(address):
    client = without_database("127.0.0.1:1")
    client.set_cookie("hotline", "x")
    answer = client.get(address, headers={"Authorization": "Bearer hotline_x"})

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert not [word for word in INSIDE if word in answer.text]


def without_database(place: str):
    app = create_app(settings_for(f"postgresql+psycopg://hotline@{place}/hotline"))
    app.test_client_class = Outsider
    return app.test_client()


def test_r_15_what_needs_no_database_is_answered_without_one():
    assert without_database("127.0.0.1:1").get("/healthz").status_code == 200


def test_problem_json_is_json_with_japanese_in_it(trial):
    body = trial.get("/api/v1/trial/end/missing", headers={"Accept-Language": "ja"}).data

    assert json.loads(body)["type"] == "about:blank"

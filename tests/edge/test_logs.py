"""One JSON line a request, with references and without what anybody said."""

import io
import json
import logging
import sys

import pytest

from hotline.edge import logs
from hotline.transaction import transaction
from tests import builders
from tests.web.forms import form_token, sign_in

CALL = {
    "line": "jnx",
    "case_types": ["ransom"],
    "caller": {
        "company": "確認工業株式会社",
        "name": "確認 花子",
        "phone": "03-5422-6351",
        "email": "hanako@member.example",
    },
    "summary": "サーバーの画面に脅迫文",
}
SAID = ("確認工業", "花子", "5422", "54226351", "hanako", "脅迫文", "819012345678")


@pytest.fixture
def lines():
    """``lines()`` is what was logged since the last time, a dict for each line."""
    root = logging.getLogger()
    handler = logging.StreamHandler(io.StringIO())
    handler.setFormatter(root.handlers[0].formatter)
    before, root.handlers = root.handlers, [handler]

    def written() -> list[dict]:
        text = handler.stream.getvalue()
        handler.stream.seek(0)
        handler.stream.truncate()
        return [json.loads(line) for line in text.splitlines()]

    yield written
    root.handlers = before


def test_a_request_is_one_line(app, client, lines):
    client.get("/calendar?day=2026-12-30&time=22:15")
    found = [one for one in lines() if one["event"] == "request"]

    assert len(found) == 1
    assert set(found[0]) >= {"request_id", "method", "rule", "status", "ms", "person", "timestamp"}
    assert (found[0]["rule"], found[0]["status"]) == ("/calendar", 200)


def test_it_is_on_record_who_asked_for_what_is_not_theirs(app, client, lines):
    with transaction():
        someone = builders.person("vendor")
    sign_in(client, someone)
    client.get("/partner/tasks/7")
    found = [one for one in lines() if one.get("rule") == "/partner/tasks/<int:task_id>"]

    assert [(one["status"], one["ids"], one["person"]) for one in found] == [
        (404, {"task_id": 7}, someone.id)
    ]


def test_s_24_a_journey_tells_nobodys_name_number_or_words(app, client, operator, lines):
    made = operator("POST", "/api/v1/tickets", CALL).json
    operator("GET", "/api/v1/tickets?q=確認工業")
    operator("GET", f"/api/v1/tickets/{made['number']}")
    operator("POST", "/api/v1/tickets", {**CALL, "確認 花子": "脅迫文", "line": "x"})
    with transaction():
        someone = builders.person("operator", name="確認 花子", phone="+819012345678")
    sign_in(client, someone)
    for address in ("/tickets", "/calls", f"/tickets/{made['number']}", "/me", "/tickets?q=花子"):
        client.get(address)
    client.post("/sign-in", data={"email": "hanako@member.example", "password": "脅迫文"})
    found = json.dumps(
        [one for one in lines() if one["event"] != "request.unknown_fields"], ensure_ascii=False
    )

    assert len(found) > 500
    assert [word for word in (*SAID, made["number"]) if word in found] == []


def test_s_24_secrets_stand_in_no_line(app, client, browse, token_of, lines):
    headers = token_of("operator")
    browse(client, "operator")
    secret, form = client.get_cookie("hotline").value, form_token(client)
    client.get("/reset/a-one-time-token")
    client.post("/me/password", data={"csrf_token": form, "password": "correct horse battery"})
    client.get("/api/v1/tickets", headers=headers)
    found = json.dumps(lines())
    token = headers["Authorization"].removeprefix("Bearer ")

    hidden = (secret, form, token, "a-one-time-token", "correct horse")
    assert [one for one in hidden if one in found] == []


def test_s_24_what_breaks_is_placed_and_not_quoted(trial, lines):
    trial.get("/trial/end/broken")
    failed = next(one for one in lines() if one["event"] == "request.failed")

    assert failed["kind"] == "ZeroDivisionError"
    assert failed["at"][-1].startswith("views.py:")
    assert "花子" not in json.dumps(failed, ensure_ascii=False)


@pytest.mark.parametrize("outcome", ["unreachable", "unusable", "mistaken"])
def test_s_24_errors_of_the_database_are_not_quoted(trial, lines, outcome):
    trial.get(f"/trial/end/{outcome}")

    assert "花子" not in json.dumps(lines(), ensure_ascii=False)


def test_s_24_no_text_can_pretend_to_be_a_line(app, lines):
    logging.getLogger("library").warning('a\r\n{"event": "forged"}\x1b[31m')
    found = lines()

    assert [one["event"] for one in found] == ['a\r\n{"event": "forged"}\x1b[31m']


def test_s_24_control_characters_are_encoded(app):
    formatter = logging.getLogger().handlers[0].formatter
    record = logging.LogRecord("x", logging.INFO, "", 0, "a\r\n\x1b\u202e花", None, None)
    line = formatter.format(record)

    assert line.isascii()
    assert line.isprintable()


MASKED = {
    "+819012345678": "…78",
    "call from 09012345678 to 0354226351": "call from …78 to …51",
    "refused: taro.yamada@example.jp (550)": "refused: …@example.jp (550)",
    "'<taro@example.jp>'": "'<…@example.jp>'",
    "ticket 482170933": "ticket 482170933",
    "request a0123456789abcde": "request a0123456789abcde",
    "2026-12-30T22:15:00+09:00": "2026-12-30T22:15:00+09:00",
}


@pytest.mark.parametrize(("text", "shown"), MASKED.items())
def test_numbers_and_addresses_are_masked(text, shown):
    assert logs.masked(None, "", {"event": text}) == {"event": shown}


def test_numbers_inside_lists_are_masked_too():
    event = {"a": ["+819012345678", {"b": "0354226351"}], "c": 3}

    assert logs.masked(None, "", event) == {"a": ["…78", {"b": "…51"}], "c": 3}


def test_an_error_that_is_being_handled_is_placed():
    try:
        raise KeyError("花子")
    except KeyError:
        event = logs.where_it_broke(None, "", {"exc_info": True})

    assert event["kind"] == "KeyError"
    assert event["at"][0].startswith("test_logs.py:")


def test_a_triple_of_the_standard_library_is_placed():
    try:
        raise KeyError("花子")
    except KeyError:
        event = logs.where_it_broke(None, "", {"exc_info": sys.exc_info()})

    assert event["kind"] == "KeyError"


def test_without_an_error_nothing_is_placed():
    assert logs.where_it_broke(None, "", {"exc_info": None, "event": "x"}) == {"event": "x"}


def test_lines_go_to_a_file_when_one_is_named(app, tmp_path):
    before = logging.getLogger().handlers
    try:
        logs.configure(tmp_path / "log")
        logging.getLogger("hotline").info("花 %s", "+819012345678")
        logging.getLogger().handlers[0].close()
    finally:
        logging.getLogger().handlers = before

    assert json.loads((tmp_path / "log").read_text())["event"] == "花 …78"

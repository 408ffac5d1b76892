"""Letters that no table can hold: every text of every body has a defined answer."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from hotline.transaction import transaction
from tests import builders, partners

PLACE = re.compile(r"{(\w+)}")
FITTING = {
    "line": "jnx",
    "function": "forensics",
    "member_number": "JNX-1",
    "phone": "03-1234-5678",
    "severity": "p3",
    "case_types": "ransom",
}
MOMENT = "2026-11-05T09:00:00+09:00"


@pytest.mark.parametrize("role", ["coordinator", "vendor", "member"])
def test_no_letter_is_trouble_in_any_text(as_role, role):
    with transaction():
        ticket = builders.ticket()
        task = partners.task(ticket)
        vendor = partners.vendor()
        names = {"vendor_code": vendor.code} if role == "vendor" else {}
        known = {"number": ticket.number, "task_id": task.id, "vendor": vendor.code}
    ask = as_role(role, **names, **({"member_number": "JNX-1"} if role == "member" else {}))
    document = ask("GET", "/api/v1/openapi.json").json
    answers = {
        (path, place, letters): ask(
            "POST", PLACE.sub(lambda one: str(known.get(one[1], 1)), path), body
        )
        for path, schema in bodies(document)
        for letters in ("\ud800x", "a\x00b", "𠮷👩\u200d🔧")
        for place, body in hostile(sample(document, schema), letters)
    }

    assert len(answers) > 100
    assert {one: a.status_code for one, a in answers.items() if a.status_code >= 500} == {}


def bodies(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each address that is posted to, and the schema of what it takes."""
    for path, ways in document["paths"].items():
        content = ways.get("post", {}).get("requestBody", {}).get("content", {})
        if "application/json" in content:
            yield path, content["application/json"]["schema"]


def sample(document: dict[str, Any], schema: dict[str, Any], name: str = "") -> Any:
    """A body that fits ``schema``."""
    schema = document["components"]["schemas"].get(
        str(schema.get("$ref", "")).rpartition("/")[2], schema
    )
    if "properties" in schema:
        return {name: sample(document, one, name) for name, one in schema["properties"].items()}
    kind = schema.get("type")
    kind = kind[0] if isinstance(kind, list) else kind
    if kind == "array":
        return [sample(document, schema["items"], name)]
    if kind in ("integer", "number", "boolean"):
        return 1 if kind != "boolean" else False
    return MOMENT if schema.get("format") == "date-time" else FITTING.get(name, "言葉")


def hostile(body: Any, letters: str, at: str = "") -> Iterator[tuple[str, Any]]:
    """``body`` with ``letters`` in the place of each of its texts, and where that is."""
    if isinstance(body, str):
        yield at, letters
    parts = (
        body.items()
        if isinstance(body, dict)
        else enumerate(body)
        if isinstance(body, list)
        else ()
    )
    for key, one in parts:
        for place, changed in hostile(one, letters, f"{at}/{key}"):
            whole = body.copy()
            whole[key] = changed
            yield place, whole

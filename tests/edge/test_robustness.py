"""Every address with hostile input, new ones included: never trouble, and nothing is changed."""

import hashlib
import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.datastructures import ImmutableMultiDict

from hotline.audit.rules import canonical
from hotline.cli.state import LEFT_OUT
from hotline.db import Base, db
from hotline.edge.access import access_of
from hotline.people.rules import Role
from hotline.transaction import transaction
from tests import builders
from tests.web.forms import form_token, sign_in

HOSTILE = (
    "%00",
    "a%00b",
    "%ff",
    "%ED%A1%82",
    "%0d%0aSet-Cookie:%20a=b",
    "%F0%9F%91%A9%E2%80%8D%F0%9F%94%A7",
    "%E2%80%AE%D9%85",
    "%27%3B%20DROP%20TABLE%20tickets%3B--",
    "%7B%7B7*7%7D%7D",
    "%3Cscript%3Ealert(1)%3C/script%3E",
    "..%2f..%2fetc%2fpasswd",
    "-1",
    "9" * 40,
    "1e309",
    "NaN",
    "0001-01-01T00:00:00%2B00:00",
    "9999-12-31T23:59:59-23:59",
    "%EF%BC%91%EF%BC%92",
    "a" * 5000,
    "",
)
NAMES = (
    "q", "status", "case_type", "due_before", "cursor", "limit", "since", "day", "time", "line",
    "received_at", "next", "at", "page",
)  # fmt: skip
BODIES = {
    "nothing": (b"", None),
    "an empty form": (b"", "application/x-www-form-urlencoded"),
    "garbage": (bytes(range(256)) * 4, "application/octet-stream"),
    "a form of garbage": (b"%ff=%00&" + b"=&" * 50 + b"\xff", "application/x-www-form-urlencoded"),
    "parts of garbage": (b"--x\r\n\xff\r\n\r\n--x--", "multipart/form-data; boundary=x"),
    "empty json": (b"{}", "application/json"),
    "a list": (b"[]", "application/json"),
    "null": (b"null", "application/json"),
    "a number": (b"5", "application/json"),
    "broken json": (b'{"a":', "application/json"),
    "text": (b"hello", "text/plain"),
    "xml": (b"<a/>", "application/xml"),
}
PLACE = re.compile(r"<(?:[a-z]+(?:\([^)]*\))?:)?(\w+)>")
"""A place in a rule, such as <number> or <int(max=9):row_id>, and its name."""
SAFE = {"GET", "HEAD", "OPTIONS"}
STAFF = (Role.OPERATOR, Role.COORDINATOR, Role.ADMINISTRATOR)


def addresses(
    app: Flask, values: dict[str, str], *, unsafe: bool
) -> Iterator[tuple[str, str, str]]:
    """Method, address with ``values`` filled in, and endpoint, of every rule."""
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            if (method not in SAFE) is unsafe and not rule.rule.startswith("/twilio/"):
                path = PLACE.sub(lambda found: values.get(found[1], values["other"]), rule.rule)
                yield method, path, rule.endpoint


def with_places(app: Flask) -> set[str]:
    return {rule.endpoint for rule in app.url_map.iter_rules() if rule.arguments}


def digest() -> str:
    """One digest over what people decided: of the tables that ``flask state hash`` takes."""
    db.session.rollback()
    total = hashlib.sha256()
    for table in sorted(Base.metadata.tables.values(), key=lambda one: one.name):
        if table.name not in LEFT_OUT:
            query = select(table).order_by(*table.primary_key.columns)
            for row in db.session.execute(query).mappings():
                total.update(table.name.encode() + canonical(dict(row)))
    return total.hexdigest()


@pytest.fixture
def desk(app, client):
    """A browser and a token of somebody of the desk who is an administrator too, and a ticket."""
    with transaction():
        someone = builders.person(*STAFF)
        token = builders.token(someone)
        made = builders.ticket(company="確認工業")
        call = builders.call(ticket_id=made.id)
    sign_in(client, someone)
    promise = str(builders.promise_of(made).id)
    db.session.rollback()  # No transaction stands open beside the requests.
    known = {
        "number": made.number,
        "promise": promise,
        "followup_id": promise,
        "call_id": str(call.id),
        "person_id": str(someone.id),
        "filename": "css/theme.css",
        "token": "nobody-was-given-this",
        "other": "1",
    }
    return known, {"Authorization": f"Bearer {token}"}


class Query(ImmutableMultiDict):
    """What stands behind an address, noting whether anybody has looked at it."""

    looked_at = False

    def __getitem__(self, name: str) -> str:
        return super().__getitem__(self._noted(name))

    def __contains__(self, name: object) -> bool:
        return super().__contains__(self._noted(name))

    def getlist(self, name: str, *more: object) -> list[str]:
        return super().getlist(self._noted(name), *more)

    def __iter__(self) -> Iterator[str]:
        self._noted("")
        return super().__iter__()

    def lists(self) -> Iterator[tuple[str, list[str]]]:
        self._noted("")
        return super().lists()

    def _noted(self, name: Any) -> Any:
        Query.looked_at |= name != "v"  # Every answer looks for the version of a file.
        return name


def test_no_query_troubles_any_page(app, client, desk, monkeypatch):
    """All values together, and one by itself where it could hide behind another's refusal.

    A page that does not look at what it is asked is not asked again.
    """
    monkeypatch.setattr(app.request_class, "parameter_storage_class", Query)
    known, headers = desk
    troubled = []
    for _, path, endpoint in addresses(app, known, unsafe=False):
        if endpoint in ("static", "bootstrap.static", "health.readyz"):
            continue
        Query.looked_at, refused = False, False
        queries = ["&".join(f"{name}={value}" for name in NAMES) for value in HOSTILE]
        for query in queries:
            status = client.get(f"{path}?{query}", headers=headers).status_code
            troubled += [(path, query, status)] if status >= 500 else []
            refused |= query == queries[0] and status != 200
            if not Query.looked_at:
                break
        for name in NAMES if refused and Query.looked_at else ():
            status = client.get(f"{path}?{name}={HOSTILE[0]}", headers=headers).status_code
            troubled += [(path, name, status)] if status >= 500 else []

    assert troubled == []


def test_no_path_troubles_any_page(app, client, desk):
    _, headers = desk
    troubled = [
        (path, answer.status_code)
        for value in HOSTILE
        for _, path, endpoint in addresses(app, {"other": value or "%20"}, unsafe=False)
        if endpoint in with_places(app)
        and (answer := client.get(path, headers=headers, buffered=True)).status_code >= 500
    ]

    assert troubled == []


@pytest.mark.parametrize("body", BODIES)
def test_no_body_troubles_anything_or_changes_anything(app, client, desk, body):
    known, headers = desk
    data, content_type = BODIES[body]
    before, wrong = digest(), []
    for method, path, endpoint in addresses(app, known, unsafe=True):
        if endpoint in WANTS_NOTHING | WANTS_NO_FIELD | TAKES_ANYTHING:
            continue
        answer = client.open(
            path, method=method, data=data, content_type=content_type, headers=headers
        )
        if not 400 <= answer.status_code < 500:
            wrong.append((method, path, answer.status_code))

    assert wrong == []
    assert digest() == before


WANTS_NOTHING = {"api_followups.done", "api_offers.accept", "api_offers.engage"}
"""What a program may do without a body."""

OF_MEMBERS = {"api_approvals.answer"}
"""The desk may not use them; a field of another name is refused by their schema alike."""

TAKES_ANYTHING = {"api_files.put"}
"""Evidence: its bytes are kept as they come, whatever they are."""

WANTS_NO_FIELD = {"signin.leave", "signin.passkey_options"}


def columns() -> list[str]:
    return sorted({column.name for table in Base.metadata.tables.values() for column in table.c})


def test_s_06_no_program_writes_a_column_by_its_name(app, client, desk):
    """Every column of every table, sent to every address of the API: refused, nothing changed."""
    known, headers = desk
    fields = dict.fromkeys(columns(), "1")
    before, wrong = digest(), []
    for method, path, endpoint in addresses(app, known, unsafe=True):
        if path.startswith("/api/") and endpoint not in WANTS_NOTHING | OF_MEMBERS | TAKES_ANYTHING:
            answer = client.open(path, method=method, json=fields, headers=headers)
            if answer.status_code != 400:
                wrong.append((method, path, answer.status_code))

    assert wrong == []
    assert digest() == before


GOOD = {"line": "jnx", "case_types": ["ransom"]}
ALLOWED = {"received_at", "line", "severity", "member_number", "summary", "drill"}


def test_s_06_no_column_rides_along_with_a_good_request(client, desk):
    _, headers = desk
    before = digest()
    statuses = {
        name: client.post("/api/v1/tickets", json={**GOOD, name: "1"}, headers=headers).status_code
        for name in columns()
        if name not in ALLOWED
    }

    assert set(statuses.values()) == {400}
    assert digest() == before


def test_s_06_no_form_writes_a_column_by_its_name(app, client, desk):
    """What a form does not ask for is not looked at; what it asks for must be a value of it."""
    known, _ = desk
    fields = {**dict.fromkeys(columns(), "\0"), "csrf_token": form_token(client)}
    before, wrong = digest(), []
    for method, path, endpoint in addresses(app, known, unsafe=True):
        if path.startswith("/api/") or access_of(app, endpoint).public or endpoint in BARE:
            continue
        answer = client.open(path, method=method, data=fields)
        if answer.status_code >= 500 or answer.status_code < 300:
            wrong.append((method, path, answer.status_code))

    assert wrong == [], "a form of one button, where nothing can be wrong, stands in BARE"
    assert digest() == before


BARE = {
    "account.begin_second_factor",
    "account.end_second_factor",
    "account.make_codes",
    "account.revoke_token",
    "account.passkey_options",
    "account.proof_options",
    "account.sign_out_everywhere",
    "approvals.take_back",
    "attention.retry",
    "callback.call_back",
    "callback.place",
    "calls.handled",
    "calls.put_back",
    "calls.open_ticket",
    "deadlines.run_again",
    "files.end_link",
    "files.open_link",
    "files.scan",
    "files.share",
    "files.unshare",
    "duty.agree",
    "duty.approve",
    "duty.decline",
    "duty.withdraw",
    "moving.part",
    "moving.split",
    "moving.undo",
    "handover.done",
    "handover.undo",
    "obligations.tick",
    "portal.tick_obligation",
    "incidents.close",
    "incidents.reopen",
    "releases.download",
    "releases.take_back",
    "tasks.drop_party",
    "company.invite_again",
    "company.let_in",
    "company.shut_out",
    "company.take_back",
    "members.account",
    "members.invite",
    "members.take_back",
    "people.disable",
    "people.enable",
    "people.forget_second_factor",
    "people.invite_again",
    "people.revoke_token",
    "promises.keep",
    "promises.take",
    "workflow.charge",
    "workflow.tell",
}
"""Forms that are one button: they have no field, and do what the button says."""

"""Who may do what: every route, every role, one's own things and other people's.

A route that is not in the table fails here; so does a line of the table without a route.
"""

import pytest
from flask import Flask

from hotline.edge.access import access_of
from hotline.people.models import Person
from hotline.people.rules import Role
from hotline.tickets import service as tickets
from hotline.tickets.models import Ticket
from hotline.transaction import transaction
from tests import builders
from tests.web.access_table import (
    AUDITOR,
    MAY,
    MEMBER,
    OPERATOR,
    PUBLIC,
    VENDOR,
    is_known,
    part,
)
from tests.web.cases import digest
from tests.web.forms import form_token, sign_in

CANARY = "canary-yellow"
SECRET_NOTE = "canary-for-staff"


def test_s_02_every_route_is_in_the_table_and_every_line_has_its_route(app):
    found = {rule.endpoint for rule in app.url_map.iter_rules()}

    assert found == set(MAY), "who may use it: MAY in tests/web/access_table.py"


def test_s_02_every_place_of_an_address_is_in_the_table(app):
    places = {name for rule in app.url_map.iter_rules() for name in rule.arguments}
    unknown = {one for one in places if not is_known(one)}

    assert unknown == set(), "what can stand there: PARTS in tests/web/access_table.py"


def test_s_02_every_view_declares_what_the_table_says(app):
    declared = {endpoint: access_of(app, endpoint) for endpoint in MAY}

    assert {
        endpoint: PUBLIC if access.public else set(access.roles)
        for endpoint, access in declared.items()
    } == MAY


def test_s_02_a_view_that_declares_nothing_answers_nobody(app, client, monkeypatch):
    view = app.view_functions["account.show"]
    monkeypatch.setitem(app.view_functions, "account.show", lambda: view())
    anonymous = client.get("/me").status_code
    for number, role in enumerate(Role):
        sign_in(client, somebody(role, f"JNX-{number}"))

        assert client.get("/me").status_code == 403
    assert anonymous == 302


@pytest.mark.parametrize("role", [None, *Role])
def test_s_02_nobody_gets_past_what_the_table_says(app, client, role):
    asker = Asker(app, client, role)
    before = digest()
    answers = {
        (method, endpoint): asker.ask(method, path)
        for method, endpoint, path in routes(app)
        if MAY[endpoint] != PUBLIC and role not in MAY[endpoint]
    }
    refused = {key: (one.status_code, one.location) for key, one in answers.items()}

    assert [key for key, got in refused.items() if not is_refusal(key[1], role, *got)] == []
    assert digest() == before


@pytest.mark.parametrize("role", Role)
def test_who_may_use_a_route_is_not_refused(app, client, role):
    asker = Asker(app, client, role)
    got = {
        (method, endpoint): asker.ask(method, path).status_code
        for method, endpoint, path in routes(app)
        if MAY[endpoint] != PUBLIC
        and role in MAY[endpoint]
        and endpoint != "account.change_password"
    }

    assert {
        key: status for key, status in got.items() if status in (401, 403, 405) or status >= 500
    } == {}


def test_what_is_public_asks_nobody_to_sign_in(app, client):
    asker = Asker(app, client, None)
    got = {
        (method, endpoint): asker.ask(method, path)
        for method, endpoint, path in routes(app)
        if MAY[endpoint] == PUBLIC and not endpoint.startswith("twilio")
    }
    refused = [key for key, one in got.items() if one.status_code in (401, 403)]

    assert refused == []
    assert all(one.status_code < 500 for key, one in got.items() if key[1] != "health.readyz")


def test_the_telephone_company_must_sign(app, client):
    asker = Asker(app, client, None)
    paths = [path for _, endpoint, path in routes(app) if endpoint.startswith("twilio")]
    before = digest()

    assert {asker.ask("POST", path).status_code for path in paths} == {403}
    assert digest() == before


# One's own things and other people's


@pytest.fixture
def foreign(app) -> Ticket:
    """A ticket of the company JNX-1002, with texts that nobody else may see."""
    with transaction():
        made = builders.ticket(member_number="JNX-1002", summary=CANARY, company=CANARY)
        desk = builders.person("operator")
        tickets.add_note(made, SECRET_NOTE, audience="staff", by_id=desk.id, now=builders.NOON)
    return made


def test_a_member_sees_the_own_ticket_and_not_what_is_for_staff_only(app, client, foreign):
    own = Asker(app, client, MEMBER, company="JNX-1002")
    listed = own.ask("GET", "/api/v1/tickets").get_json()["items"]
    story = own.ask("GET", f"/api/v1/tickets/{foreign.number}/timeline").text
    page = own.ask("GET", f"/portal/tickets/{foreign.number}")

    assert [one["number"].replace(" ", "") for one in listed] == [foreign.number]
    assert page.status_code == 200
    assert SECRET_NOTE not in page.text + story


def test_the_auditor_reads_the_ticket_and_changes_nothing(app, client, foreign):
    auditor = Asker(app, client, AUDITOR)
    before = digest()
    read = auditor.ask("GET", f"/tickets/{foreign.number}").status_code
    written = auditor.ask("POST", f"/tickets/{foreign.number}/notes").status_code

    assert (read, written) == (200, 403)
    assert digest() == before


@pytest.mark.parametrize(
    "header", ["X-Remote-User", "X-Forwarded-User", "X-Original-URL", "Remote-User"]
)
def test_no_header_says_who_somebody_is(client, header):
    assert client.get("/people", headers={header: "1"}).status_code == 302


def test_a_cookie_opens_no_api_and_a_token_opens_no_page(app, client):
    someone = somebody(OPERATOR, None)
    sign_in(client, someone)
    with transaction():
        token = builders.token(someone)
    with_cookie = client.get("/api/v1/tickets").status_code
    with_token = app.test_client().get("/calls", headers={"Authorization": f"Bearer {token}"})

    assert with_cookie == 401
    assert with_token.status_code == 302


class Asker:
    """Somebody of one role (None: nobody) who asks pages as a browser and the API as a program."""

    def __init__(self, app: Flask, client, role: Role | None, *, company: str = "JNX-1001"):
        self.client = client
        self.program = app.test_client()
        self.headers = {}
        if role is not None:
            someone = somebody(role, company)
            sign_in(client, someone)
            with transaction():
                self.headers["Authorization"] = f"Bearer {builders.token(someone)}"
        self.token = form_token(client)

    def ask(self, method: str, path: str):
        if path.startswith("/api/"):
            body = {} if method == "POST" else None
            return self.program.open(path, method=method, json=body, headers=self.headers)
        fields = {"csrf_token": self.token} if method == "POST" else None
        headers = {"X-CSRFToken": self.token}  # What is streamed has no fields.
        return self.client.open(path, method=method, data=fields, headers=headers, buffered=True)


def somebody(role: Role, company: str | None) -> Person:
    with transaction():
        made = builders.person(role)
        made.member_number = company if role is MEMBER else None
        made.vendor_code = company if role is VENDOR else None
    return made


def routes(app: Flask, **parts):
    """Method, endpoint and a path (of things that are not there) for each route."""
    with app.test_request_context():
        for rule in sorted(app.url_map.iter_rules(), key=lambda one: (one.rule, one.endpoint)):
            values = {name: part(name, parts) for name in rule.arguments}
            _, path = rule.build(values, append_unknown=False)
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield method, rule.endpoint, path


def is_refusal(endpoint: str, role: Role | None, status: int, location: str | None) -> bool:
    if role is not None:
        return status == 403
    if endpoint.startswith("api"):
        return status == 401
    return status == 302 and str(location).startswith("/sign-in")

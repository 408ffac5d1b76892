"""Who may do what: every route, every role, one's own things and other people's.

A route that is not in the table fails here; so does a line of the table without a route.
"""

import hashlib
import re

import pytest
from flask import Flask
from sqlalchemy import select

from hotline.db import Base, db
from hotline.edge.access import access_of
from hotline.people.models import Person
from hotline.people.rules import Role
from hotline.tickets import service as tickets
from hotline.tickets.models import Ticket
from hotline.tickets.rules import check_digit
from hotline.transaction import transaction
from tests import builders
from tests.web.forms import form_token, sign_in

OPERATOR, SUPERVISOR, COORDINATOR = Role.OPERATOR, Role.SUPERVISOR, Role.COORDINATOR
MEMBER, VENDOR = Role.MEMBER, Role.VENDOR
AUDITOR, ADMINISTRATOR = Role.AUDITOR, Role.ADMINISTRATOR

PUBLIC = "public"
EVERYBODY = {OPERATOR, SUPERVISOR, COORDINATOR, MEMBER, VENDOR, AUDITOR, ADMINISTRATOR}
DESK = {OPERATOR, SUPERVISOR, COORDINATOR}
READERS = {OPERATOR, SUPERVISOR, COORDINATOR, AUDITOR}
ARRANGERS = {SUPERVISOR, COORDINATOR}

MAY = {
    # Sign-in, the calendar, links out of mails, files, health and the telephone company.
    "signin.form": PUBLIC,
    "signin.enter": PUBLIC,
    "signin.code_form": PUBLIC,
    "signin.check": PUBLIC,
    "signin.state": PUBLIC,
    "signin.setup_form": PUBLIC,
    "signin.setup": PUBLIC,
    "signin.reset_form": PUBLIC,
    "signin.reset": PUBLIC,
    "signin.link_form": PUBLIC,
    "signin.use_link": PUBLIC,
    "signin.leave": PUBLIC,
    "signin.passkey_options": PUBLIC,
    "signin.enter_by_passkey": PUBLIC,
    "signin.second_options": PUBLIC,
    "signin.check_passkey": PUBLIC,
    "calendar.show": PUBLIC,
    "advice.show": PUBLIC,
    "advice.unlock": PUBLIC,
    "status.show": PUBLIC,  # Its link is signed: tests/web/test_status.py.
    "status.form": PUBLIC,
    "status.ask": PUBLIC,
    "status.code_form": PUBLIC,
    "status.check": PUBLIC,
    "status.mine": PUBLIC,  # Behind a code: tests/web/test_status_code.py.
    "status.close": PUBLIC,
    "status.write": PUBLIC,
    "status.send_files": PUBLIC,
    "language.choices": PUBLIC,
    "language.change": PUBLIC,
    "static": PUBLIC,
    "bootstrap.static": PUBLIC,
    "health.healthz": PUBLIC,
    "health.readyz": PUBLIC,
    "health.metrics": PUBLIC,  # From loopback or with a token: tests/web/test_health.py.
    "twilio.voice": PUBLIC,  # Signed: tests/web/test_twilio.py.
    "twilio.menu": PUBLIC,
    "twilio.ring": PUBLIC,
    "twilio.whisper": PUBLIC,
    "twilio.accept": PUBLIC,
    "twilio.voicemail": PUBLIC,
    "twilio.left": PUBLIC,
    "twilio.status": PUBLIC,
    "twilio.recording": PUBLIC,
    "twilio.sms": PUBLIC,
    "twilio.status_number": PUBLIC,  # Signed: tests/web/test_twilio_status.py.
    "twilio.status_code": PUBLIC,
    "twilio.status_told": PUBLIC,
    "twilio.queue_wait": PUBLIC,  # Signed: tests/web/test_twilio_queue.py.
    "twilio.queue_key": PUBLIC,
    "twilio.queue_left": PUBLIC,
    "twilio_page.ask": PUBLIC,  # Signed: tests/web/test_twilio_page.py.
    "twilio_page.answer": PUBLIC,
    "twilio_page.ended": PUBLIC,
    "twilio_contact.ask": PUBLIC,  # Signed: tests/web/test_twilio_contact.py.
    "twilio_contact.answer": PUBLIC,
    "twilio_contact.ended": PUBLIC,
    "twilio_callback.ask": PUBLIC,  # Signed: tests/web/test_twilio_callback.py.
    "twilio_callback.connect": PUBLIC,
    "twilio_callback.progress": PUBLIC,
    "twilio_callback.dialled": PUBLIC,
    "twilio_callback.ended": PUBLIC,
    "twilio_offer.ask": PUBLIC,
    "twilio_offer.answer": PUBLIC,
    "twilio_offer.reason": PUBLIC,
    "twilio_offer.ended": PUBLIC,
    "offers.show": PUBLIC,
    "offers.answer": PUBLIC,
    "sending.show": PUBLIC,  # Its link is signed: tests/web/test_sending.py.
    "sending.put": PUBLIC,
    "sending.add": PUBLIC,
    # One's own account.
    "tickets.home": EVERYBODY,
    "account.show": EVERYBODY,
    "account.set_language": EVERYBODY,
    "account.set_theme": EVERYBODY,
    "account.prove": EVERYBODY,
    "account.proof_options": EVERYBODY,
    "account.prove_by_passkey": EVERYBODY,
    "account.change_password": EVERYBODY,
    "account.begin_second_factor": EVERYBODY,
    "account.end_second_factor": EVERYBODY,
    "account.make_codes": EVERYBODY,
    "account.passkey_options": EVERYBODY,
    "account.add_passkey": EVERYBODY,
    "account.remove_passkey": EVERYBODY,
    "account.end_session": EVERYBODY,
    "account.sign_out_everywhere": EVERYBODY,
    "account.tokens": EVERYBODY,
    "account.make_token": EVERYBODY,
    "account.revoke_token": EVERYBODY,
    # A company's managers: a member who is none gets 404 (tests/web/test_company.py).
    "company.show": {MEMBER},
    "company.invite": {MEMBER},
    "company.invite_again": {MEMBER},
    "company.take_back": {MEMBER},
    "company.set_seeing": {MEMBER},
    "company.colleague": {MEMBER},
    "company.describe": {MEMBER},
    "company.set_manager": {MEMBER},
    "company.name_seeing": {MEMBER},
    "company.shut_out": {MEMBER},
    "company.let_in": {MEMBER},
    # Everybody's accounts.
    "people.everybody": {ADMINISTRATOR},
    "people.invite": {ADMINISTRATOR},
    "people.show": {ADMINISTRATOR},
    "people.invite_again": {ADMINISTRATOR},
    "people.change": {ADMINISTRATOR},
    "people.disable": {ADMINISTRATOR},
    "people.enable": {ADMINISTRATOR},
    "people.forget_second_factor": {ADMINISTRATOR},
    "people.revoke_token": {ADMINISTRATOR},
    # Calls, tickets and promises.
    "console.show": {OPERATOR, SUPERVISOR},
    "console.news": {OPERATOR, SUPERVISOR},
    "console.take": {OPERATOR, SUPERVISOR},
    "console.belongs": DESK,
    "calls.today": READERS,
    "calls.missed": READERS,
    "calls.open_ticket": DESK,
    "calls.handled": DESK,
    "calls.close": DESK,
    "calls.put_back": DESK,
    "calls.show": READERS,
    "recordings.voicemail": DESK,
    "recordings.download": DESK,
    "recordings.steer": DESK,
    "callback.place": DESK,
    "callback.call_back": DESK,
    "callback.progress": DESK,
    "callback.outcome": DESK,
    "wrap_up.of_ticket": DESK,
    "wrap_up.show": DESK,
    "wrap_up.finish": DESK,
    "moving.move": DESK,
    "moving.split": DESK,
    "moving.undo": DESK,
    "moving.part": DESK,
    "intake.new": DESK,
    "intake.show": DESK,
    "intake.save": DESK,
    "intake.fields": DESK,
    "intake.companies": DESK,
    "intake.join": DESK,
    "tasks.new": DESK,
    "tasks.add": DESK,
    "tasks.show": READERS,
    "tasks.change": DESK,
    "tasks.step": DESK,
    "tasks.wait_for": DESK,
    "tasks.stop_waiting": DESK,
    "tasks.reach": DESK,
    "tasks.milestone_due": DESK,
    "tasks.log_work": DESK,
    "tasks.hand_in": DESK,
    "tasks.download": READERS,
    "tasks.accept": ARRANGERS,
    "tasks.decline": ARRANGERS,
    "tasks.withdraw": ARRANGERS,
    "tasks.engage": ARRANGERS,
    "tasks.offering": ARRANGERS,
    "tasks.ask": ARRANGERS,
    "tasks.add_proposed": DESK,
    "tasks.set_aside": DESK,
    "tasks.note_party": DESK,
    "tasks.drop_party": DESK,
    "board.show": READERS,
    "tickets.index": READERS,
    "tickets.show": READERS | {MEMBER},
    "tickets.note": DESK,
    "correspondence.show": READERS,
    "correspondence.write": DESK,
    "correspondence.settle": DESK,
    "correspondence.ask": DESK,
    "correspondence.meet": DESK,
    "correspondence.drop": DESK,
    "correspondence.confirm": DESK,
    "correspondence.refuse": DESK,
    "correspondence.follow": DESK,
    "correspondence.unfollow": DESK,
    "portal.write": {MEMBER},
    "portal.give": {MEMBER},
    "deadlines.meet": DESK,
    "deadlines.call_off": DESK,
    "deadlines.set_start": DESK,
    "deadlines.run_again": DESK,
    "obligations.tick": DESK,
    "obligations.untick": DESK,
    "promises.take": DESK,
    "promises.keep": DESK,
    "promises.move": DESK,
    "promises.call_off": DESK,
    "promises.attempt": DESK,
    "workflow.go": DESK,
    "workflow.charge": DESK,
    "workflow.hand_over": DESK,
    "workflow.assess": DESK,
    "saying.said": DESK,
    "saying.unsaid": DESK,
    "saying.send": DESK,
    "saying.code": DESK,
    "saying.repeat": DESK,
    "saying.unrepeat": DESK,
    "saying.override": DESK,
    "saying.rung": DESK,
    "workflow.tell": DESK,
    "workflow.take_page": {COORDINATOR, SUPERVISOR},
    # The member's side.
    "portal.home": {MEMBER},
    "portal.show": {MEMBER},
    "portal.new": {MEMBER},
    "portal.send_in": {MEMBER},
    "portal.sent": {MEMBER},
    "portal.follow": {MEMBER},
    "portal.unfollow": {MEMBER},
    "portal.put_file": {MEMBER},
    "portal.add_files": {MEMBER},
    "portal.file": {MEMBER},
    "files.of_ticket": READERS,
    "files.show": READERS,
    "files.download": DESK,
    "files.share": DESK,
    "files.unshare": DESK,
    "files.scan": DESK,
    "files.put": DESK,
    "files.add": DESK,
    "files.open_link": DESK,
    "files.end_link": DESK,
    "portal.list_of_obligations": {MEMBER},
    "portal.tick_obligation": {MEMBER},
    # The search box.
    "search.show": READERS | {MEMBER},
    "attention.show": READERS | {ADMINISTRATOR},
    "attention.retry": DESK | {ADMINISTRATOR},
    # Companies.
    "members.index": READERS,
    "members.show": READERS,
    "members.new": DESK,
    "members.add": DESK,
    "members.edit": DESK,
    "members.change": DESK,
    "members.invite": {COORDINATOR, SUPERVISOR, ADMINISTRATOR},
    "members.take_back": {COORDINATOR, SUPERVISOR, ADMINISTRATOR},
    "members.account": {COORDINATOR, SUPERVISOR, ADMINISTRATOR},
    "members.import_form": {COORDINATOR, SUPERVISOR, ADMINISTRATOR},
    "members.import_check": {COORDINATOR, SUPERVISOR, ADMINISTRATOR},
    "members.import_run": {COORDINATOR, SUPERVISOR, ADMINISTRATOR},
    "vendors.index": READERS | {ADMINISTRATOR},
    "vendors.show": READERS | {ADMINISTRATOR},
    "vendors.new": {COORDINATOR, SUPERVISOR, ADMINISTRATOR},
    "vendors.add": {COORDINATOR, SUPERVISOR, ADMINISTRATOR},
    "vendors.edit": {COORDINATOR, SUPERVISOR, ADMINISTRATOR},
    "vendors.change": {COORDINATOR, SUPERVISOR, ADMINISTRATOR},
    "vendors.withdraw": {COORDINATOR, SUPERVISOR, ADMINISTRATOR},
    "vendors.take_back": {COORDINATOR, SUPERVISOR, ADMINISTRATOR},
    "vendors.new_contact": {COORDINATOR, SUPERVISOR, ADMINISTRATOR},
    "vendors.add_contact": {COORDINATOR, SUPERVISOR, ADMINISTRATOR},
    "vendors.edit_contact": {COORDINATOR, SUPERVISOR, ADMINISTRATOR},
    "vendors.change_contact": {COORDINATOR, SUPERVISOR, ADMINISTRATOR},
    "vendors.verify_contact": {COORDINATOR, SUPERVISOR, ADMINISTRATOR},
    "vendors.ring_contact": {COORDINATOR, SUPERVISOR, ADMINISTRATOR},
    "vendors.move_up": {COORDINATOR, SUPERVISOR, ADMINISTRATOR},
    "vendors.move_down": {COORDINATOR, SUPERVISOR, ADMINISTRATOR},
    "vendors.end_contact": {COORDINATOR, SUPERVISOR, ADMINISTRATOR},
    "vendors.set_days": {COORDINATOR, SUPERVISOR, ADMINISTRATOR},
    "vendors.drop_day": {COORDINATOR, SUPERVISOR, ADMINISTRATOR},
    "vendors.note_conflict": {COORDINATOR, SUPERVISOR, ADMINISTRATOR},
    "vendors.drop_conflict": {COORDINATOR, SUPERVISOR, ADMINISTRATOR},
    # The roster.
    "duty.roster": READERS | {ADMINISTRATOR},
    "duty.add": {SUPERVISOR, COORDINATOR, ADMINISTRATOR},
    "duty.copy_week": {SUPERVISOR, COORDINATOR, ADMINISTRATOR},
    "duty.end": {SUPERVISOR, COORDINATOR, ADMINISTRATOR},
    "duty.remove": {SUPERVISOR, COORDINATOR, ADMINISTRATOR},
    "handover.board": READERS,
    "handover.write": DESK,
    "handover.done": DESK,
    "handover.undo": DESK,
    # One cause, many tickets.
    "incidents.index": READERS,
    "incidents.show": READERS,
    "incidents.pick": DESK,
    "incidents.begin": DESK,
    "incidents.link": DESK,
    "incidents.unlink": DESK,
    "incidents.change": DESK,
    "incidents.close": DESK,
    "incidents.reopen": DESK,
    "incidents.broadcast": DESK,
    "incidents.move_all": DESK,
    "duty.pass_on": DESK | {ADMINISTRATOR},
    "duty.agree": DESK,
    "duty.decline": DESK,
    "duty.withdraw": DESK,
    "duty.approve": {SUPERVISOR, COORDINATOR, ADMINISTRATOR},
    "configuration.show": {ADMINISTRATOR, AUDITOR},
    # Single dates of the calendars.
    "closures.show": READERS | {ADMINISTRATOR},
    "closures.save": {SUPERVISOR, ADMINISTRATOR},
    # Partners.
    "partner.home": {VENDOR},
    "partner.task": {VENDOR},
    "partner.answer": {VENDOR},
    "partner.step": {VENDOR},
    "partner.reach": {VENDOR},
    "partner.log": {VENDOR},
    "partner.hand_in": {VENDOR},
    "partner.download": {VENDOR},
    "partner.add_line": {VENDOR},
    "partner.change_line": {VENDOR},
    "partner.drop_line": {VENDOR},
    # Money.
    "costs.show": READERS,
    "costs.add": {COORDINATOR, SUPERVISOR},
    "costs.change": {COORDINATOR, SUPERVISOR},
    "costs.step": {COORDINATOR, SUPERVISOR},
    "costs.cover": {COORDINATOR, SUPERVISOR},
    "costs.end_free_advice": {COORDINATOR, SUPERVISOR},
    "costs.ask": {COORDINATOR, SUPERVISOR},
    "approvals.show": READERS | {MEMBER},
    "approvals.answer": {MEMBER},
    "approvals.heard": {COORDINATOR, SUPERVISOR},
    "approvals.take_back": {COORDINATOR, SUPERVISOR},
    # What partners are told, and what both sides write.
    "releases.show": READERS,
    "releases.release": {COORDINATOR, SUPERVISOR},
    "releases.take_back": {COORDINATOR, SUPERVISOR},
    "releases.consent": {COORDINATOR, SUPERVISOR},
    "releases.download": DESK | {VENDOR},
    "releases.brief": READERS | {VENDOR},
    "threads.show": READERS | {VENDOR},
    "threads.write": DESK | {VENDOR},
    # Money.
    # What partners are told, and what both sides write.
    # The API.
    "api-docs.openapi_json": EVERYBODY,
    "api_calendar.service_start": EVERYBODY,
    "api_calls.list_calls": READERS,
    "api_calls.enter_call": DESK,
    "api_followups.list_followups": READERS,
    "api_followups.done": DESK,
    "api_followups.move": DESK,
    "api_members.list_members": READERS,
    "api_members.read_member": READERS,
    "api_vendors.list_vendors": READERS | {ADMINISTRATOR},
    "api_vendors.read_vendor": READERS | {ADMINISTRATOR},
    "api_offers.list_offers": READERS | {VENDOR},
    "api_offers.ask": {COORDINATOR, SUPERVISOR},
    "api_offers.accept": {COORDINATOR, SUPERVISOR, VENDOR},
    "api_offers.decline": {COORDINATOR, SUPERVISOR, VENDOR},
    "api_offers.engage": {COORDINATOR, SUPERVISOR},
    "api_offers.withdraw": {COORDINATOR, SUPERVISOR},
    "api_tasks.add": DESK,
    "api_tasks.of_ticket": READERS | {MEMBER},
    "api_tasks.list_tasks": READERS | {VENDOR},
    "api_tasks.read": READERS | {VENDOR},
    "api_tasks.move": DESK | {VENDOR},
    "api_correspondence.of_ticket": READERS | {MEMBER},
    "api_correspondence.write_to_ticket": DESK | {MEMBER},
    "api_correspondence.needs": READERS | {MEMBER},
    "api_correspondence.of_task": READERS | {VENDOR},
    "api_correspondence.write_to_task": DESK | {VENDOR},
    "api_files.of_ticket": READERS | {MEMBER},
    "api_duties.clocks": READERS | {MEMBER},
    "api_duties.obligations": READERS | {MEMBER},
    "api_duties.tick": DESK | {MEMBER},
    "api_approvals.of_ticket": READERS | {MEMBER},
    "api_approvals.read": READERS | {MEMBER},
    "api_approvals.answer": {MEMBER},
    "api_partners.releases": READERS | {VENDOR},
    "api_partners.costs_of_task": READERS | {VENDOR},
    "api_tickets.list_tickets": READERS | {MEMBER, VENDOR},
    "api_tickets.open_ticket": DESK,
    "api_tickets.read_ticket": READERS | {MEMBER, VENDOR},
    "api_tickets.read_story": READERS | {MEMBER, VENDOR},
}

MISSING = "20000000" + str(check_digit("20000000"))
PARTS = {
    "passkey_id": 2_000_000_000,
    "token_id": 2_000_000_000,
    "session": "0" * 16,
    "part": "lines",
    "what": "let-in",
    "number": MISSING,
    "code": "keep_power_on",
    "item": "company",
    "filename": "favicon.svg",
    "token": "none",
    "promise": 2_000_000_000,
    "call_id": 2_000_000_000,
    "file_id": 2_000_000_000,
    "link_id": 2_000_000_000,
    "recording_id": 2_000_000_000,
    "shift_id": 2_000_000_000,
    "swap_id": 2_000_000_000,
    "note_id": 2_000_000_000,
    "incident_id": 2_000_000_000,
    "person_id": 2_000_000_000,
    "invitation_id": 2_000_000_000,
    "followup_id": 2_000_000_000,
    "page_id": 2_000_000_000,
    "line_id": 2_000_000_000,
    "approval_id": 2_000_000_000,
    "notice_id": 2_000_000_000,
    "task_id": 2_000_000_000,
    "release_id": 2_000_000_000,
    "offer_id": 2_000_000_000,
    "needs_id": 2_000_000_000,
    "need_id": 2_000_000_000,
    "change_id": 2_000_000_000,
    "deliverable_id": 2_000_000_000,
    "clock_id": 2_000_000_000,
    "obligation_id": 2_000_000_000,
    "party_id": 2_000_000_000,
    "vendor_id": 2_000_000_000,
    "contact_id": 2_000_000_000,
    "conflict_id": 2_000_000_000,
}
CANARY = "canary-yellow"
SECRET_NOTE = "canary-for-staff"


def test_s_02_every_route_is_in_the_table_and_every_line_has_its_route(app):
    assert {rule.endpoint for rule in app.url_map.iter_rules()} == set(MAY)


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


@pytest.mark.parametrize("role", [MEMBER, VENDOR])
def test_a_foreign_ticket_is_like_one_that_never_was(app, client, foreign, role):
    asker = Asker(app, client, role)
    pages = ("/tickets/{}", "/portal/tickets/{}")
    for path in ("/api/v1/tickets/{}", "/api/v1/tickets/{}/timeline", *pages):
        there, nowhere = (asker.ask("GET", path.format(one)) for one in (foreign.number, MISSING))

        assert there.status_code == nowhere.status_code
        assert there.status_code == (403 if role is VENDOR and path in pages else 404)
        assert same_bytes(there, foreign.number) == same_bytes(nowhere, MISSING)


@pytest.mark.parametrize(
    "query",
    [
        "",
        f"?q={CANARY}",
        "?status=received",
        "?case_type=ransom",
        "?member_number=JNX-1002",
        "?due_before=2099-01-01T00:00:00%2B09:00",
        "?limit=100",
    ],
)
@pytest.mark.parametrize("role", [MEMBER, VENDOR])
def test_no_list_or_search_shows_a_foreign_ticket(app, client, foreign, role, query):
    answer = Asker(app, client, role).ask("GET", f"/api/v1/tickets{query}")

    assert foreign.number not in answer.text
    assert CANARY not in answer.text


@pytest.mark.parametrize("role", [MEMBER, VENDOR, ADMINISTRATOR])
def test_no_page_shows_the_texts_of_a_foreign_ticket(app, client, foreign, role):
    asker = Asker(app, client, role)
    for method, endpoint, path in routes(app, number=foreign.number):
        if method == "GET" and endpoint not in ("static", "bootstrap.static"):
            assert CANARY not in asker.ask(method, path).text, endpoint


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
            values = {name: {**PARTS, **parts}[name] for name in rule.arguments}
            _, path = rule.build(values, append_unknown=False)
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield method, rule.endpoint, path


def is_refusal(endpoint: str, role: Role | None, status: int, location: str | None) -> bool:
    if role is not None:
        return status == 403
    if endpoint.startswith("api"):
        return status == 401
    return status == 302 and str(location).startswith("/sign-in")


def digest() -> str:
    """Everything that is stored, but for who was seen when and the trail."""
    db.session.rollback()
    total = hashlib.sha256()
    for table in Base.metadata.sorted_tables:
        if table.name not in ("audit_entries", "audit_head"):
            columns = [one for one in table.columns if one.name != "seen_at"]
            rows = sorted(repr(tuple(row)) for row in db.session.execute(select(*columns)))
            total.update(f"{table.name}{rows}".encode())
    return total.hexdigest()


def same_bytes(answer, number: str) -> str:
    """The body without what every answer has of its own: its id and the address asked for."""
    return re.sub(r'"request_id": ?"[0-9a-f]+"', "", answer.text).replace(number, "")

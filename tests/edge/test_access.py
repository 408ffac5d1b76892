"""Each view says who may use it; one that says nothing answers nobody."""

import pytest

from hotline.edge.access import EVERYBODY, NOBODY, Access, access_of, routes
from hotline.people.rules import DESK, Role

ROLES = sorted(Role)


@pytest.mark.parametrize("role", ROLES)
def test_s_02_a_view_that_declares_nothing_answers_nobody(trial, browse, role):
    assert browse(trial, role).get("/trial/undeclared").status_code == 403


@pytest.mark.parametrize("role", ROLES)
def test_s_02_a_program_is_answered_the_same(trial, token_of, role):
    answer = trial.get("/api/v1/trial/undeclared", headers=token_of(role))

    assert (answer.status_code, answer.json["status"]) == (403, 403)


def test_s_02_an_anonymous_browser_is_asked_to_sign_in(trial):
    answer = trial.get("/trial/undeclared?a=1")

    assert answer.status_code == 302
    assert answer.location == "/sign-in?next=/trial/undeclared?a%3D1"


def test_an_anonymous_form_leads_to_sign_in_without_a_way_back(trial):
    answer = trial.post("/trial/undeclared")

    assert answer.status_code in (302, 400)  # 400: it had no token of a page either.


def test_s_02_an_anonymous_program_is_told_to_bring_a_token(trial):
    answer = trial.get("/api/v1/trial/undeclared")

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("role", ROLES)
def test_only_the_roles_that_are_named_are_let_in(trial, browse, role):
    expected = 200 if role == Role.AUDITOR else 403

    assert browse(trial, role).get("/trial/of-auditors").status_code == expected


def test_anybody_may_use_what_is_public(trial):
    assert trial.get("/trial/open").text == "for all"


def test_a_session_cookie_is_no_token(trial, browse):
    assert browse(trial, "operator").get("/api/v1/trial/everybody").status_code == 401


def test_an_address_that_does_not_exist_says_so_to_everybody(trial, browse):
    anonymous = trial.get("/nowhere").status_code

    assert (anonymous, browse(trial, "operator").get("/nowhere").status_code) == (404, 404)


def test_every_route_declares_who_may_use_it(app):
    undeclared = [one["rule"] for one in routes(app) if one["who"] == "nobody"]

    assert undeclared == []


PUBLIC = {
    "/bootstrap/static/<path:filename>",
    "/calendar",
    "/healthz",
    "/invite/<token>",
    "/language",
    "/metrics",
    "/offers/<token>",
    "/readyz",
    "/reset/<token>",
    "/send/<token>",
    "/send/<token>/files",
    "/sign-in",
    "/sign-in/code",
    "/sign-in/reset",
    "/sign-in/second-factor",
    "/sign-in/passkey",
    "/sign-in/passkey/options",
    "/sign-in/code/passkey",
    "/sign-in/code/passkey/options",
    "/sign-in/state",
    "/sign-out",
    "/static/<path:filename>",
    "/status",
    "/status/<token>",
    "/status/<token>/advice",
    "/status/code",
    "/status/mine",
    "/status/mine/close",
    "/status/mine/files",
    "/status/mine/messages",
}
"""The complete list, with everything below /twilio/, which is signed."""


def test_what_is_public_is_a_list_that_somebody_read(app):
    found = {one["rule"] for one in routes(app) if one["who"] == "public"}

    public = {rule for rule in found if not rule.startswith("/twilio/")}

    assert public == PUBLIC, "whatever needs no account stands in PUBLIC"


def test_an_access_is_named_by_its_roles():
    assert str(Access(roles=frozenset(DESK))) == "coordinator, operator, supervisor"
    assert (str(NOBODY), str(Access(public=True))) == ("nobody", "public")
    assert frozenset(Role) == EVERYBODY


def test_an_endpoint_that_does_not_exist_is_nobodys(app):
    assert access_of(app, None) is NOBODY

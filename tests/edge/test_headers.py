"""What every answer carries, and what a request may not say about itself."""

import re

import pytest

from hotline.edge.identity import cookie_name
from tests.web.forms import form_token

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
EVERYWHERE = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
}
ANSWERS = {
    "a page": "/sign-in",
    "a redirect": "/trial/everybody",
    "a refusal": "/trial/end/refused",
    "trouble": "/trial/end/broken",
    "nothing": "/nowhere",
    "an answer of the API": "/api/v1/trial/open",
    "a refusal of the API": "/api/v1/tickets",
    "a static file": "/static/css/theme.css",
    "health": "/healthz",
}
HTTPS = {"HOTLINE_PUBLIC_URL": "https://hotline.example.jp"}
OVER_HTTPS = {"base_url": "https://hotline.example.jp"}


@pytest.mark.parametrize("address", ANSWERS.values(), ids=ANSWERS)
def test_s_13_every_answer_carries(trial, address):
    headers = trial.get(address, buffered=True).headers

    assert {name: headers.getlist(name) for name in EVERYWHERE} == {
        name: [text] for name, text in EVERYWHERE.items()
    }
    assert re.fullmatch(r"[0-9a-f]{16}", headers["X-Request-ID"])


@pytest.mark.parametrize("address", ANSWERS.values(), ids=ANSWERS)
def test_s_13_no_answer_tells_a_version(trial, address):
    headers = trial.get(address, buffered=True).headers

    assert not {"Server", "X-Powered-By"} & set(headers.keys())


@pytest.mark.parametrize("address", sorted(set(ANSWERS.values()) - {"/static/css/theme.css"}))
def test_s_13_what_is_private_is_never_kept(trial, address):
    headers = trial.get(address, buffered=True).headers

    assert headers["Cache-Control"] == "no-store"
    assert "Cookie" in headers["Vary"]


def test_what_is_static_may_be_kept(trial):
    headers = trial.get("/static/css/theme.css", buffered=True).headers

    assert "no-store" not in headers.get("Cache-Control", "")
    assert headers["ETag"]


def test_a_static_file_that_is_missing_is_not_kept(trial):
    assert trial.get("/static/nothing.css").headers["Cache-Control"] == "no-store"


def test_a_request_cannot_choose_its_id(trial):
    answer = trial.get("/trial/open", headers={"X-Request-ID": "mine"})

    assert answer.headers["X-Request-ID"] != "mine"


def test_over_http_nothing_promises_https(trial):
    assert "Strict-Transport-Security" not in trial.get("/sign-in").headers


@pytest.mark.parametrize("address", ["/sign-in", "/api/v1/tickets", "/static/css/theme.css"])
def test_s_13_over_https_browsers_are_told_to_stay_there(build, address):
    answer = build(**HTTPS).test_client().get(address, buffered=True, **OVER_HTTPS)

    assert answer.headers["Strict-Transport-Security"] == "max-age=63072000"


def test_the_application_never_redirects_to_https(build):
    answer = build(**HTTPS).test_client().get("/healthz", base_url="http://localhost")

    assert answer.status_code == 200


# Cookies


def test_s_12_over_http_cookies_are_plain_but_hidden_from_scripts(trial):
    given = trial.get("/sign-in").headers["Set-Cookie"]

    assert given.startswith("form=")
    assert ("HttpOnly" in given, "SameSite=Lax" in given, "Secure" in given) == (True, True, False)


def test_s_12_over_https_cookies_are_bound_to_the_host(build):
    given = build(**HTTPS).test_client().get("/sign-in", **OVER_HTTPS).headers["Set-Cookie"]

    assert given.startswith("__Host-form=")
    for flag in ("Secure", "HttpOnly", "Path=/", "SameSite=Lax"):
        assert flag in given
    assert "Domain" not in given


@pytest.mark.parametrize(("scheme", "name"), [("http", "hotline"), ("https", "__Host-hotline")])
def test_s_12_the_session_has_a_cookie_of_its_own(build, scheme, name):
    app = build(HOTLINE_PUBLIC_URL=f"{scheme}://hotline.example.jp")
    with app.test_request_context():
        assert cookie_name() == name


def test_a_cookie_with_another_name_signs_nobody_in(build):
    browser = build(**HTTPS).test_client()
    browser.set_cookie("hotline", "x", domain="hotline.example.jp")

    assert browser.get("/trial/everybody", **OVER_HTTPS).status_code == 302


def test_the_token_of_a_form_stands_in_no_address(trial, browse):
    browser = browse(trial, "operator")
    token = form_token(browser)
    pages = [
        browser.get(address, follow_redirects=True) for address in ("/", "/calls", "/calendar")
    ]
    links = [link for page in pages for link in re.findall(r'(?:href|action)="([^"]*)"', page.text)]

    assert not [link for link in links if token in link or "csrf" in link]


def test_s_12_the_token_of_another_browser_is_refused(trial, browse, trial_app):
    stolen = form_token(trial_app.test_client())
    answer = browse(trial, "operator").post("/trial/save", data={"csrf_token": stolen})

    assert answer.status_code == 400


# What a request says about itself

UNKNOWN = (
    "evil.example",
    "evil.example:80",
    "localhost.evil.example",
    "a b",
    "localhost@evil",
    "[::2]",
    "",
)


@pytest.mark.parametrize("host", UNKNOWN)
@pytest.mark.parametrize("address", ["/sign-in", "/api/v1/tickets", "/healthz"])
def test_s_14_an_unknown_host_is_400(trial, host, address):
    answer = trial.get(address, headers={"Host": host})

    assert answer.status_code == 400
    assert "evil" not in answer.text + str(answer.headers)


@pytest.mark.parametrize("host", ["localhost", "localhost:8000", "127.0.0.1:8000"])
def test_s_14_own_hosts_are_known(trial, host):
    assert trial.get("/sign-in", headers={"Host": host}).status_code == 200


FORWARDED = {
    "X-Forwarded-For": "203.0.113.9",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Port": "444",
    "X-Forwarded-Prefix": "/evil",
    "Forwarded": "for=203.0.113.9;host=evil.example;proto=https",
    "X-Real-IP": "203.0.113.9",
}


def test_without_a_trusted_proxy_forwarded_headers_mean_nothing(trial, token_of):
    headers = {**FORWARDED, **token_of("operator")}

    assert trial.get("/api/v1/trial/everybody", headers=headers).text == "127.0.0.1 http"


def test_behind_a_trusted_proxy_the_last_hop_is_believed(build, token_of):
    headers = {**FORWARDED, "X-Forwarded-For": "198.51.100.1, 203.0.113.9", **token_of("operator")}
    client = build(HOTLINE_TRUSTED_PROXIES="1").test_client()
    answer = client.get("/api/v1/trial/everybody", headers=headers)

    assert answer.text == "203.0.113.9 https"


def test_s_14_not_even_a_trusted_proxy_chooses_the_host(build):
    client = build(HOTLINE_TRUSTED_PROXIES="1").test_client()
    answer = client.get("/trial/everybody", headers=FORWARDED)

    assert (answer.status_code, "evil" in answer.location) == (302, False)


CLAIMS = {
    "X-Remote-User": "administrator@demo.example",
    "Remote-User": "administrator@demo.example",
    "X-Forwarded-User": "administrator@demo.example",
    "X-Auth-Request-Email": "administrator@demo.example",
    "X-Original-URL": "/trial/everybody",
    "X-Rewrite-URL": "/trial/everybody",
    "X-HTTP-Method-Override": "POST",
    "X-Hotline-Now": "2027-01-04T09:00:00+09:00",
    "Date": "Mon, 04 Jan 2027 00:00:00 GMT",
}


@pytest.mark.parametrize("name", CLAIMS)
def test_who_somebody_claims_to_be_means_nothing(trial, name):
    plain, claimed = (trial.get("/people", headers=given) for given in ({}, {name: CLAIMS[name]}))

    assert (claimed.status_code, claimed.location) == (plain.status_code, plain.location)


def test_a_referer_and_a_browser_name_are_never_shown(trial):
    page = trial.get(
        "/nowhere", headers={"Referer": "<script>1</script>", "User-Agent": "<b>x</b>"}
    )

    assert "<script>1" not in page.text
    assert "<b>x" not in page.text

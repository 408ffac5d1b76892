"""Signing in, from the form to the session cookie, and out again."""

import re
import statistics
import time
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from argon2 import PasswordHasher
from sqlalchemy import delete, func, select

from hotline import clock
from hotline.db import db
from hotline.edge import keys
from hotline.notices.models import Notice
from hotline.people import queries
from hotline.people import service as people
from hotline.people.models import OneTimeLink, Person, RecoveryCode
from hotline.people.rules import Account, LinkKind, Role
from hotline.people.service import passwords
from hotline.sessions.models import Attempt, SignedIn
from hotline.transaction import transaction
from tests import builders
from tests.web.forms import form_token, send, sign_in

NOW = datetime(2026, 11, 4, 3, 0, tzinfo=UTC)
EMAIL = "keiko@example.jp"
PASSWORD = "quiet harbour light"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"

HOSTILE = [
    "https://evil.example",
    "http://evil.example/",
    "//evil.example",
    "///evil.example",
    "////evil.example/%2f..",
    "/\\evil.example",
    "\\\\evil.example",
    "\\/evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "\r\n//evil.example",
    " //evil.example",
    "\u3000//evil.example",
    "javascript:alert(1)",
    "https:evil.example",
    "http:///evil.example",
    "evil.example",
    "@evil.example",
    "/\x00/evil.example",
    "/／evil.example",
]


def person(*roles: Role, factor: bool = True, email: str = EMAIL) -> Person:
    given = Account(
        email,
        "瀬戸 圭",
        frozenset(roles or {Role.COORDINATOR}),
        member_number="JNX-1" if Role.MEMBER in roles else None,
    )
    with transaction():
        made = people.invite(given, by_id=None, now=NOW - timedelta(days=1))
        people.set_password(made, PASSWORD, common=frozenset(), now=NOW)
        if factor:
            made.totp_secret = keys.cipher().encrypt(SECRET)
    return made


def member() -> Person:
    return person(Role.MEMBER, factor=False)


def give_password(client, password=PASSWORD, email=EMAIL, **more):
    return send(client, "/sign-in", {"email": email, "password": password, **more})


def give_code(client, code=None, **more):
    return send(client, "/sign-in/code", {"code": code or code_now(), **more})


def code_now() -> str:
    return pyotp.TOTP(SECRET).at(clock.now())


def cookie_of(answer, name="hotline") -> str:
    """The Set-Cookie header of this cookie, "" when there is none."""
    found = [one for one in answer.headers.getlist("Set-Cookie") if one.startswith(f"{name}=")]
    return found[0] if found else ""


def is_signed_in(client) -> bool:
    return client.get("/me").status_code == 200


def count(model) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model))


def link_for(made: Person, kind: LinkKind = LinkKind.RESET) -> str:
    with transaction():
        return people.mint_link(made.id, kind, now=clock.now())


def test_the_page_begins_with_the_number_to_call(client):
    page = client.get("/sign-in").text

    assert page.index("0120-066-318") < page.index('name="password"')


def test_password_and_code_sign_somebody_in(client):
    person()
    first = give_password(client)
    half_way = is_signed_in(client)
    second = give_code(client)

    assert (first.status_code, first.location) == (302, "/sign-in/code")
    assert not half_way
    assert (second.status_code, second.location) == (302, "/")
    assert is_signed_in(client)


def test_a_member_signs_in_with_the_password(client):
    member()
    answer = give_password(client)

    assert answer.location == "/"
    assert is_signed_in(client)


def test_s_08_every_staff_role_is_asked_for_a_second_factor(client):
    for number, role in enumerate(sorted(set(Role) - {Role.MEMBER, Role.VENDOR})):
        email = f"staff{number}@example.jp"
        person(role, factor=False, email=email)

        assert give_password(client, email=email).location == "/sign-in/second-factor"


def test_a_wrong_password_brings_the_form_again_with_the_address(client):
    person()
    answer = give_password(client, "not this one")

    assert answer.status_code == 422
    assert 'id="password-error"' in answer.text
    assert f'value="{EMAIL}"' in answer.text
    assert "not this one" not in answer.text


def test_s_09_an_unknown_address_gets_the_same_bytes(client):
    person()
    known = give_password(client, "not this one").text
    unknown = give_password(client, "not this one", email="nobody@example.jp").text

    assert anonymous(known) == anonymous(unknown.replace("nobody@example.jp", EMAIL))


@pytest.mark.slow
def test_s_09_an_unknown_address_takes_the_same_time(app, monkeypatch):
    # Some 40 ms each: enough to see one that is missing, and 60 of them end in time.
    monkeypatch.setattr(passwords, "HASHER", PasswordHasher(3, 16384, 1))
    person()

    took = {EMAIL: [], "nobody@example.jp": []}
    for email in [*took] * 30:  # By turns, so that a busy machine is busy for both.
        began = time.process_time()
        passwords._password_fits(queries.by_email(email), "not this one")
        took[email].append(time.process_time() - began)
    known, unknown = (statistics.median(one) for one in took.values())

    assert abs(known - unknown) <= max(0.020, 0.25 * max(known, unknown))


def test_s_09_known_and_unknown_addresses_cost_one_verification_each(app, monkeypatch):
    person()
    counting = Counting(passwords.HASHER)
    monkeypatch.setattr(passwords, "HASHER", counting)
    for email in (EMAIL, "nobody@example.jp", "\x00"):
        passwords._password_fits(queries.by_email(email), "not this one")

    assert counting.verified == 3


@pytest.mark.parametrize(
    "value", ["", "\x00", "é" * 2000, "\ud7ff", "a" * 100_000, "'; --", "👨‍👩‍👧"]
)
def test_no_typed_value_breaks_the_form(client, value):
    assert give_password(client, value, email=value or "x").status_code == 422


def test_an_address_that_is_sent_twice_signs_nobody_in(client):
    member()

    assert give_password(client, email=[EMAIL, EMAIL]).status_code == 422


# S-07: sessions


def test_s_07_the_cookie_changes_at_the_password_and_at_the_code(client):
    person()
    before = cookie_of(give_password(client))
    after = cookie_of(give_code(client))

    assert before
    assert after
    assert before != after


def test_s_07_a_cookie_planted_before_is_worth_nothing_after(app, client):
    client.set_cookie("hotline", "planted")
    member()
    give_password(client)
    thief = app.test_client()
    thief.set_cookie("hotline", "planted")

    assert not is_signed_in(thief)


def test_s_07_the_half_open_cookie_is_dead_after_the_code(app, client):
    person()
    half_open = cookie_of(give_password(client)).split(";")[0].split("=")[1]
    give_code(client)
    thief = app.test_client()
    thief.set_cookie("hotline", half_open)

    assert not is_signed_in(thief)
    assert thief.get("/sign-in/code").location == "/sign-in"


def test_s_07_a_copied_cookie_is_dead_after_sign_out(app, client):
    made = member()
    secret = sign_in(client, made)
    thief = app.test_client()
    thief.set_cookie("hotline", secret)
    worked = is_signed_in(thief)
    send(client, "/sign-out")

    assert worked
    assert not is_signed_in(thief)
    assert not is_signed_in(client)


def test_s_07_somebody_disabled_is_out_with_the_next_request(client):
    made = member()
    sign_in(client, made)
    with transaction():
        people.disable(queries.by_id(made.id), by_id=None, now=NOW)

    assert not is_signed_in(client)


def test_s_07_an_idle_session_asks_to_sign_in(client, at):
    made = member()
    with at(NOW):
        sign_in(client, made)
    with at(NOW + timedelta(minutes=31)):
        assert client.get("/me").location == "/sign-in?next=/me"


def test_s_07_a_session_that_is_used_stays_alive_until_12_hours(client, at):
    made = member()
    with at(NOW):
        sign_in(client, made)
    for minutes in range(20, 720, 20):
        with at(NOW + timedelta(minutes=minutes)):
            assert is_signed_in(client)
    with at(NOW + timedelta(hours=12)):
        assert not is_signed_in(client)


def test_a_page_that_was_open_before_learns_who_is_signed_in_and_a_good_token(client):
    with transaction():
        someone = builders.person(Role.OPERATOR)
    nobody = client.get("/sign-in/state").json["person"]
    sign_in(client, someone)
    here = client.get("/sign-in/state").json
    answer = client.post("/language", data={"csrf_token": here["token"], "language": "en"})

    assert (nobody, here["person"]) == (None, someone.id)
    assert answer.status_code == 303


def test_signing_out_twice_is_no_mistake(client):
    assert send(client, "/sign-out").status_code == 302


# S-08: codes


def test_after_the_password_the_code_is_asked_for(client):
    person()
    give_password(client)
    page = client.get("/sign-in/code").text

    assert 'autocomplete="one-time-code"' in page


def test_s_08_a_wrong_code_brings_the_form_again(client):
    person()
    give_password(client)
    answer = give_code(client, "000000")

    assert answer.status_code == 422
    assert 'id="code-error"' in answer.text


def test_s_08_a_code_that_was_used_is_not_taken_again(client, app):
    person()
    give_password(client)
    give_code(client)
    other = app.test_client()
    give_password(other)

    assert give_code(other).status_code == 422
    assert not is_signed_in(other)


def test_s_08_after_five_wrong_codes_one_begins_with_the_password(client):
    person()
    give_password(client)
    answers = [give_code(client, "000000") for _ in range(5)]

    assert [answer.status_code for answer in answers] == [422] * 4 + [302]
    assert answers[-1].location == "/sign-in"
    assert give_code(client).location == "/sign-in"
    assert not is_signed_in(client)


def test_no_code_is_asked_from_somebody_without_a_password(client):
    assert client.get("/sign-in/code").location == "/sign-in"
    assert give_code(client).location == "/sign-in"


def test_the_first_sign_in_of_staff_sets_the_device_up(client):
    person(factor=False)
    give_password(client)
    page = client.get("/sign-in/second-factor").text
    secret = re.search(r"<code[^>]*>([A-Z2-7 ]+)</code>", page)[1].replace(" ", "")
    wrong = send(client, "/sign-in/second-factor", {"code": "abc"})
    right = send(client, "/sign-in/second-factor", {"code": pyotp.TOTP(secret).at(clock.now())})

    assert "data:image/svg+xml;base64," in page
    assert wrong.status_code == 422
    assert len(set(RECOVERY.findall(right.text))) == 10
    assert is_signed_in(client)


RECOVERY = re.compile(r"<code[^>]*>([2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4})</code>")


def codes_of(made: Person) -> list[str]:
    with transaction():
        return people.make_codes(queries.by_id(made.id), keys.cipher(), now=NOW)


@pytest.mark.parametrize("field", ["recovery", "code"])
def test_a_recovery_code_lets_somebody_in_once_and_the_owner_is_told(app, client, field):
    made = person()
    code = codes_of(made)[0]
    give_password(client)
    first = send(client, "/sign-in/code", {field: code.lower()})
    other = app.test_client()
    give_password(other)
    second = send(other, "/sign-in/code", {field: code})

    assert first.location == "/"
    assert "予備コードはあと9個" in client.get("/me").text
    assert second.status_code == 422
    assert f'id="{field}-error"' in second.text
    assert told() == ["code_used"]


def test_the_last_recovery_code_asks_for_new_ones(client):
    made = person()
    code, *others = codes_of(made)
    kept = {keys.cipher().digests(f"{made.id}:{one.replace('-', '')}")[0] for one in others}
    with transaction():
        db.session.execute(delete(RecoveryCode).where(RecoveryCode.code_hash.in_(kept)))
    give_password(client)
    send(client, "/sign-in/code", {"recovery": code})

    assert "最後の予備コード" in client.get("/me").text


def told() -> list[str]:
    """What owners of accounts were told, in the order in which it happened."""
    db.session.rollback()
    changes = select(Notice).where(Notice.kind == "account_changed").order_by(Notice.id)
    return [one.facts["change"] for one in db.session.scalars(changes)]


def test_the_owner_is_told_of_a_browser_that_was_never_used_before(app, client, at):
    member()
    with at(NOW):
        give_password(client)
        first = told()
        give_password(client)
        again = told()
        give_password(app.test_client())

    assert (first, again) == ([], [])
    assert told() == ["new_browser"]


def test_nobody_is_told_where_an_attacker_reads_the_company_s_mail(app, client):
    member()
    give_password(client)
    with transaction():
        builders.ticket(member_number="JNX-1").company_channels_unsafe = True
    give_password(app.test_client())

    assert told() == []


def test_a_new_password_out_of_a_mail_is_told_and_the_first_one_is_not(client):
    link = f"/reset/{link_for(person())}"
    send(client, link, {"password": "another quiet word", "again": "another quiet word"})

    assert told() == ["password_set"]


def test_a_password_alone_cannot_set_up_a_second_device(client):
    person()
    give_password(client)

    assert client.get("/sign-in/second-factor").location == "/sign-in"
    assert send(client, "/sign-in/second-factor", {"code": "1"}).status_code == 409


def test_nobody_sets_a_device_up_without_a_password(client):
    assert client.get("/sign-in/second-factor").location == "/sign-in"
    assert send(client, "/sign-in/second-factor", {"code": "1"}).location == "/sign-in"


# S-10: attempts


def test_s_10_after_ten_failures_one_waits_and_is_told_how_long(client, at):
    member()
    with at(NOW):
        answers = [give_password(client, "not this one").status_code for _ in range(10)]
        slowed = give_password(client)
    with at(NOW + timedelta(minutes=15)):
        later = give_password(client)

    assert answers == [422] * 10
    assert slowed.status_code == 429
    assert slowed.headers["Retry-After"] == "900"
    assert later.location == "/"


def test_s_10_waiting_is_not_prolonged_by_trying(client, at):
    member()
    with at(NOW):
        for _ in range(10):
            give_password(client, "not this one")
        counted = count(Attempt)
        for _ in range(5):
            give_password(client, "not this one")

        assert count(Attempt) == counted


def test_s_10_fifty_failures_from_one_address_slow_all_names_down(client, at):
    with at(NOW):
        for number in range(50):
            give_password(client, "x", email=f"{number}@example.jp")

        assert give_password(client, "x", email="new@example.jp").status_code == 429


def test_s_10_strangers_cannot_keep_the_owner_out_of_a_known_browser(app, client, at):
    member()
    with at(NOW):
        give_password(client)
        send(client, "/sign-out")
        stranger = app.test_client()
        for _ in range(11):
            give_password(stranger, "not this one")

        assert give_password(stranger).status_code == 429
        assert give_password(client).location == "/"


def test_a_known_browser_is_known_for_its_owner_only(app, client, at):
    member()
    person(email="other@example.jp")
    with at(NOW):
        give_password(client)
        for _ in range(10):
            give_password(client, "not this one", email="other@example.jp")

        stranger = app.test_client()
        assert give_password(stranger, email="other@example.jp").status_code == 429


@pytest.mark.parametrize("value", ["x", "a.b.c", "", "W10.x.y"])
def test_a_forged_mark_of_a_known_browser_means_nothing(client, value):
    member()
    client.set_cookie("known", value)

    assert give_password(client).location == "/"


def test_s_10_the_address_is_not_taken_from_a_header_nobody_vouches_for(client, at):
    with at(NOW):
        for number in range(50):
            fields = {
                "csrf_token": form_token(client),
                "email": f"{number}@example.jp",
                "password": "x",
            }
            client.post(
                "/sign-in", data=fields, headers={"X-Forwarded-For": f"198.51.100.{number}"}
            )

        assert give_password(client, email="new@example.jp").status_code == 429


# S-11: links


def test_s_11_the_answer_to_a_reset_is_the_same_for_everybody(client):
    person()
    known = send(client, "/sign-in/reset", {"email": EMAIL})
    unknown = send(client, "/sign-in/reset", {"email": "nobody@example.jp"})

    assert (known.status_code, unknown.status_code) == (200, 200)
    assert anonymous(known.text) == anonymous(unknown.text)
    assert count(Notice) == 1


def test_a_reset_is_asked_for_on_a_page(client):
    assert 'name="email"' in client.get("/sign-in/reset").text


def test_s_11_a_hundred_resets_are_at_most_three_mails(client):
    person()
    for number in range(100):
        email = EMAIL.upper() if number % 2 else EMAIL
        send(client, "/sign-in/reset", {"email": email})

    assert 1 <= count(Notice) <= 3


@pytest.mark.parametrize(
    "fields",
    [
        {"email": [EMAIL, "evil@evil.example"]},
        {"email[]": [EMAIL, "evil@evil.example"]},
        {"email": f"{EMAIL},evil@evil.example"},
        {"email": f"{EMAIL}\r\nBcc: evil@evil.example"},
        {"email": f'["{EMAIL}", "evil@evil.example"]'},
        {"email": f"{EMAIL};evil@evil.example"},
        {},
    ],
)
def test_s_11_two_addresses_are_at_most_one_mail_to_the_stored_one(client, fields):
    made = person()
    answer = send(client, "/sign-in/reset", fields)
    sent = db.session.scalars(select(Notice)).all()

    assert answer.status_code == 200
    assert len(sent) <= 1
    assert {notice.person_id for notice in sent} <= {made.id}


def test_s_11_no_page_makes_a_link_only_the_worker_does(client):
    person()
    send(client, "/sign-in/reset", {"email": EMAIL})

    assert count(OneTimeLink) == 0


def test_an_invitation_leads_to_a_password_and_the_device(client):
    with transaction():
        made = people.invite(
            Account(EMAIL, "瀬戸 圭", frozenset({Role.OPERATOR})), by_id=None, now=NOW
        )
    link = f"/invite/{link_for(made, LinkKind.INVITE)}"
    page = client.get(link).text
    answer = send(client, link, {"password": PASSWORD, "again": PASSWORD})

    assert "瀬戸 圭" in page
    assert answer.location == "/sign-in/second-factor"
    assert client.get(link).status_code == 404
    assert told() == []


def test_a_reset_leads_to_a_new_password_and_the_code(client):
    link = f"/reset/{link_for(person())}"
    answer = send(client, link, {"password": "another quiet word", "again": "another quiet word"})

    assert answer.location == "/sign-in/code"
    assert give_code(client).location == "/"


@pytest.mark.parametrize(
    ("password", "again", "field"),
    [
        ("short", "short", "password"),
        ("keiko and her door", "keiko and her door", "password"),
        ("password2026", "password2026", "password"),
        (PASSWORD, "something else", "again"),
    ],
)
def test_a_password_that_cannot_be_taken_leaves_the_link_good(client, password, again, field):
    link = f"/reset/{link_for(person())}"
    answer = send(client, link, {"password": password, "again": again})

    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert client.get(link).status_code == 200


@pytest.mark.parametrize("token", ["x", "%00", "%ff%fe", "あ", "a" * 3000])
def test_a_link_that_never_was_is_like_one_that_is_dead(client, token):
    dead = f"/reset/{link_for(person())}"
    send(client, dead, {"password": PASSWORD, "again": PASSWORD})
    other = client.get(f"/reset/{token}")

    assert other.status_code == 404
    assert anonymous(other.text) == anonymous(client.get(dead).text)


def test_a_dead_link_takes_no_password(client):
    assert send(client, "/reset/x", {"password": PASSWORD, "again": PASSWORD}).status_code == 409


def test_s_11_the_link_page_has_no_word_from_the_host_header(client):
    link = f"/reset/{link_for(person())}"

    assert client.get(link, headers={"Host": "evil.example"}).status_code == 400
    assert "evil" not in client.get(link, headers={"X-Forwarded-Host": "evil.example"}).text


# S-12: forms and cookies


def test_s_12_a_form_without_our_token_changes_nothing(client):
    member()
    answer = client.post("/sign-in", data={"email": EMAIL, "password": PASSWORD})

    assert answer.status_code == 400
    assert not is_signed_in(client)


def test_s_12_the_token_of_another_browser_is_not_taken(app, client):
    member()
    foreign = form_token(app.test_client())
    form_token(client)
    fields = {"email": EMAIL, "password": PASSWORD, "csrf_token": foreign}

    assert client.post("/sign-in", data=fields).status_code == 400


def test_s_12_the_token_is_a_fresh_one_after_sign_in(client):
    member()
    before = form_token(client)
    give_password(client)
    answer = client.post("/sign-out", data={"csrf_token": before})

    assert answer.status_code == 400


def test_s_12_cookies_are_for_this_site_and_not_for_scripts(client):
    member()
    header = cookie_of(give_password(client))

    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(header.split("; "))
    assert "Domain" not in header


def test_s_12_with_https_cookies_are_secure_and_bound_to_the_host(app, client, monkeypatch):
    settings = app.extensions["hotline.settings"]
    https = settings.model_copy(update={"public_url": "https://localhost"})
    monkeypatch.setitem(app.extensions, "hotline.settings", https)
    member()
    answer = give_password(client)

    for name in ("__Host-hotline", "__Host-known"):
        assert {"Secure", "HttpOnly", "Path=/"} <= set(cookie_of(answer, name).split("; "))


def test_no_token_stands_in_an_address(client):
    member()
    addresses = re.findall(r'(?:href|action)="([^"]*)"', client.get("/sign-in?next=/me").text)

    assert not [one for one in addresses if form_token(client) in one]


# S-14: where sign-in leads


@pytest.mark.parametrize("wanted", HOSTILE)
def test_s_14_sign_in_leads_to_our_own_pages_only(client, wanted):
    member()
    shown = client.get("/sign-in", query_string={"next": wanted}).text
    answer = give_password(client, next=wanted)

    assert answer.location == "/"
    assert 'name="next"' not in shown


def test_s_14_sign_in_leads_back_to_where_one_wanted_to_go(client):
    person()
    page = client.get("/me?x=1")
    give_password(client, next="/me?x=1")
    answer = give_code(client, next="/me?x=1")

    assert page.location == "/sign-in?next=/me?x%3D1"
    assert answer.location == "/me?x=1"


def test_the_answer_to_sign_in_carries_no_secret_in_its_body(client):
    member()
    answer = give_password(client)
    secret = cookie_of(answer).split(";")[0].split("=")[1]

    assert secret not in answer.text
    assert count(SignedIn) == 1


class Counting:
    """A hasher that counts how often a password is looked at."""

    def __init__(self, hasher):
        self._hasher = hasher
        self.verified = 0

    def __getattr__(self, name):
        return getattr(self._hasher, name)

    def verify(self, *parts):
        self.verified += 1
        return self._hasher.verify(*parts)


def anonymous(page: str) -> str:
    """The page without its form tokens and its own address, which differ every time."""
    page = re.sub(r'name="csrf_token" value="[^"]+"', "", page)
    return re.sub(r'name="back" value="[^"]+"', "", page)

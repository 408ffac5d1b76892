"""Links out of a mail: a forgotten password, an invitation, and links that are dead."""

import pytest
from sqlalchemy import select

from hotline.db import db
from hotline.notices.models import Notice
from hotline.people import service as people
from hotline.people.models import OneTimeLink
from hotline.people.rules import Account, LinkKind, Role
from hotline.transaction import transaction
from tests.web.accounts import EMAIL, NOW, PASSWORD, told
from tests.web.forms import send
from tests.web.signin.somebody import anonymous, count, give_code, link_for, person


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

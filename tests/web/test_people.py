"""What administrators do with everybody's accounts."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from hotline import clock
from hotline.db import db
from hotline.notices.models import Notice
from hotline.people import queries
from hotline.people import service as people
from hotline.people.models import Person
from hotline.people.rules import Role
from hotline.sessions.rules import Source
from hotline.transaction import transaction
from tests import builders, partners
from tests.web.accounts import NOW, again, person
from tests.web.forms import send, sign_in

GIVEN = {"email": "new@example.jp", "name": "新田 望", "roles": ["operator", "supervisor"]}


def administrator(client) -> Person:
    made = person(Role.ADMINISTRATOR, email="admin@example.jp")
    sign_in(client, made)
    return made


def test_an_invitation_is_an_account_and_a_notice(client):
    administrator(client)
    answer = send(client, "/people", GIVEN)
    made = queries.by_email("new@example.jp")
    notice = db.session.scalars(select(Notice)).one()

    assert answer.location == f"/people/{made.id}"
    assert made.roles == {"operator", "supervisor"}
    assert (notice.kind, notice.person_id) == ("invite", made.id)
    assert "new@example.jp" not in str(notice.facts)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"email": "x"}, "email"),
        ({"email": "admin@example.jp"}, "email"),
        ({"email": "a@example.jp,b@example.jp"}, "email"),
        ({"email": ["a@example.jp", "b@example.jp"]}, "email"),
        ({"name": "a\r\nBcc: x@evil.example"}, "name"),
        ({"name": "a\x00"}, "name"),
        ({"name": "あ" * 20_000}, "name"),
        ({"roles": []}, "roles"),
        ({"roles": ["emperor"]}, "roles"),
        ({"roles": ["operator", "vendor"], "vendor_code": "V-1"}, "roles"),
        ({"roles": ["member"], "member_number": "nobody's"}, "member_number"),
        ({"roles": ["member"]}, "member_number"),
        ({"vendor_code": "V-1"}, "vendor_code"),
        ({"phone": "x"}, "phone"),
        ({"manager": "yes"}, "manager"),
    ],
)
def test_an_invitation_that_makes_no_sense_brings_the_form_again(client, fields, field):
    administrator(client)
    answer = send(client, "/people", {**GIVEN, **fields})

    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert len(queries.everybody()) == 1


def test_a_member_belongs_to_a_company_that_is_on_file(client):
    administrator(client)
    with transaction():
        builders.member("M-0042", name="株式会社ヤマダ部品")
    fields = {**GIVEN, "roles": ["member"], "member_number": "M-0042"}
    send(client, "/people", fields)

    assert queries.by_email("new@example.jp").member_number == "M-0042"
    assert "株式会社ヤマダ部品" in client.get("/people").text


def test_an_administrator_names_who_looks_after_a_company(client):
    administrator(client)
    with transaction():
        builders.member("M-0042")
    fields = {**GIVEN, "roles": ["member"], "member_number": "M-0042", "manager": "yes"}
    shown = client.get(send(client, "/people", fields).location).text
    made = queries.by_email("new@example.jp")
    before = again(made).manager
    send(client, f"/people/{made.id}", {key: fields[key] for key in fields if key != "manager"})

    assert 'name="manager" type="checkbox" value="yes" checked' in shown
    assert (before, again(made).manager) == (True, False)


def test_somebody_of_a_partner_belongs_to_one_that_is_on_file(client):
    administrator(client)
    fields = {**GIVEN, "roles": ["vendor"], "vendor_code": "V-77"}
    refused = send(client, "/people", fields)
    with transaction():
        partners.vendor(code="V-77", name="シグマ鑑識合同会社")
    shown = client.get(send(client, "/people", fields).location)

    assert 'id="vendor_code-error"' in refused.text
    assert "シグマ鑑識合同会社" in shown.text
    assert "シグマ鑑識合同会社" in client.get("/people").text


def test_an_invitation_that_was_never_used_is_sent_again(client):
    administrator(client)
    send(client, "/people", GIVEN)
    made = queries.by_email("new@example.jp")
    answer = send(client, f"/people/{made.id}/invite")

    assert answer.location == f"/people/{made.id}"
    assert again(made).roles == {"operator", "supervisor"}
    assert len(db.session.scalars(select(Notice)).all()) == 2


def test_an_account_in_use_is_not_invited_again(client):
    administrator(client)
    made = person(Role.OPERATOR)

    assert send(client, f"/people/{made.id}/invite").status_code == 409
    assert "/invite" not in client.get(f"/people/{made.id}").text


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("role=operator", True),
        ("role=supervisor", False),
        ("state=active", True),
        ("state=invited", False),
        ("q=ＫＥＩＫＯ@", True),
        ("q=瀬戸圭", True),
        ("q=nobody", False),
    ],
)
def test_people_are_found_by_role_state_and_text(client, asked, found):
    administrator(client)
    made = person(Role.OPERATOR)

    assert (f"/people/{made.id}" in client.get(f"/people?{asked}").text) is found


def test_the_list_tells_who_has_a_second_factor_and_when_each_signed_in(client):
    administrator(client)
    made = person(Role.OPERATOR)
    before = client.get("/people?role=operator").text
    with transaction():
        people.signed_in(again(made), source=Source(), now=NOW - timedelta(days=40))
    after = client.get("/people?role=operator").text

    assert "is-due" in before
    assert "9月25日" not in before
    assert "9月25日" in after
    assert "9月25日" in client.get(f"/people/{made.id}").text


def test_s_06_fields_that_are_not_asked_for_change_nothing(client):
    administrator(client)
    more = {
        "id": "77",
        "password_hash": "x",
        "totp_secret": "x",
        "disabled_at": "x",
        "locale": "en",
    }
    send(client, "/people", {**GIVEN, **more})
    made = queries.by_email("new@example.jp")

    assert made.id != 77
    assert (made.password_hash, made.totp_secret, made.disabled_at) == (None, None, None)
    assert made.locale == "ja"


def test_an_account_is_changed(client):
    administrator(client)
    made = person(Role.OPERATOR)
    fields = {"name": "瀬戸口 圭", "roles": ["supervisor"], "phone": "090-1234-5678"}
    answer = send(client, f"/people/{made.id}", fields)

    assert answer.location == f"/people/{made.id}"
    assert again(made).phone == "+819012345678"
    assert again(made).roles == {"supervisor"}


def test_s_06_an_address_cannot_be_changed_under_an_account(client):
    administrator(client)
    made = person(Role.OPERATOR)
    fields = {"name": "x", "roles": ["operator"], "email": "evil@evil.example"}
    send(client, f"/people/{made.id}", fields)

    assert again(made).email == "keiko@example.jp"


def test_a_change_that_makes_no_sense_brings_the_form_again(client):
    administrator(client)
    made = person(Role.OPERATOR)
    answer = send(client, f"/people/{made.id}", {"name": "", "roles": ["operator"]})

    assert answer.status_code == 422
    assert 'id="name-error"' in answer.text
    assert again(made).name == "瀬戸 圭"


def test_somebody_is_shut_out_and_let_in_again(client):
    administrator(client)
    made = person(Role.OPERATOR)
    send(client, f"/people/{made.id}/disable")
    out = people.state(again(made))
    page = client.get(f"/people/{made.id}").text
    send(client, f"/people/{made.id}/enable")

    assert (out, people.state(again(made))) == ("disabled", "active")
    assert f"/people/{made.id}/enable" in page


def test_the_last_administrator_cannot_shut_the_door_behind_oneself(client):
    made = administrator(client)

    assert send(client, f"/people/{made.id}/disable").status_code == 409
    assert again(made).disabled_at is None


def test_a_lost_device_is_taken_away(client):
    administrator(client)
    made = person(Role.OPERATOR)
    with transaction():
        queries.by_id(made.id).totp_secret = "x"
    page = client.get(f"/people/{made.id}").text
    send(client, f"/people/{made.id}/forget-second-factor")

    assert "forget-second-factor" in page
    assert again(made).totp_secret is None


def test_tokens_of_somebody_are_seen_and_revoked(client):
    administrator(client)
    made, other = person(Role.OPERATOR), person(Role.AUDITOR, email="other@example.jp")
    with transaction():
        token = people.create_token(again(made), name="夜間の取込み", days=30, now=clock.now())
    [row] = queries.tokens_of(made.id, now=clock.now())
    page = client.get(f"/people/{made.id}").text
    wrong = send(client, f"/people/{other.id}/tokens/{row.id}/revoke")
    right = send(client, f"/people/{made.id}/tokens/{row.id}/revoke")
    again(made)

    assert "夜間の取込み" in page
    assert (wrong.status_code, right.status_code) == (404, 302)
    assert queries.by_token(token, now=clock.now()) is None


@pytest.mark.parametrize("path", ["/people/4711", "/people/99999999999999999999", "/people/0"])
def test_an_account_that_is_not_there_is_a_404(client, path):
    administrator(client)

    assert client.get(path).status_code == 404
    assert send(client, f"{path}/disable").status_code == 404


def test_the_list_asks_the_database_as_often_for_many_as_for_few(client, statements):
    administrator(client)
    with statements() as few:
        client.get("/people")
    for number in range(30):
        person(Role.OPERATOR, email=f"p{number}@example.jp")
    with statements() as many:
        client.get("/people")

    assert len(many) == len(few)

"""The pages of partners: find one, write it down, verify a phone, withdraw it."""

import pytest
from sqlalchemy import select

from hotline.audit.models import AuditEntry
from hotline.coordination.models import Offer
from hotline.db import db
from hotline.notices.models import Notice
from hotline.people.rules import Role
from hotline.transaction import transaction
from hotline.vendors import queries
from tests import partners
from tests.builders import NOON

OFFICE = {"round_the_clock": False, "weekly": [[["09:00", "18:00"]]] * 5}
FORM = {
    "code": "V-1009",
    "name": "ひいらぎ鑑識㈱",
    "country": "JP",
    "zone": "Asia/Tokyo",
    "holidays": "japan",
    "weekly-0": "9:00-18:00",
    "capacity": "2",
    "contract_from": "2026/4/1",
    "functions": ["forensics"],
    "languages": ["ja"],
    "reply-forensics": "45",
}
CONTACT = {"name": "夜間ご当番", "locale": "ja", "phone": "03-1234-5678", "channels": ["voice"]}


@pytest.fixture
def made(app):
    """A partner that is open now, with a contact whose phone nobody has verified."""
    with transaction():
        of = partners.vendor(code="V-1001", name="シグマ鑑識合同会社", **OFFICE)
        partners.contact(of, verified_at=None)
    return of


def audited() -> list[str]:
    entries = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id))
    return [one.action for one in entries if one.subject.startswith("vendor:")]


# Find and see


def test_partners_are_found_by_function_name_and_hours(desk, made):
    with transaction():
        partners.vendor("legal", code="V-2", name="夜の事務所", zone="Europe/Berlin", **OFFICE)
        partners.vendor("legal", code="V-3", name="やめた会社", withdrawn_at=NOON)
    every, able, there, named = (
        desk.get(f"/vendors?{query}").text for query in ("", "function=legal", "open=1", "q=ｼｸﾞﾏ")
    )

    assert [name in every for name in ("シグマ", "夜の事務所", "やめた会社")] == [True] * 3
    assert "シグマ" not in able
    assert "夜の事務所" not in there
    assert "やめた会社" not in named
    assert desk.get("/vendors?function=catering").status_code == 422


def test_a_partner_says_when_it_would_answer_and_who_is_not_rung(desk, made):
    text = desk.get(f"/vendors/{made.id}").text

    assert "きょう 13:00" in text  # An hour of its own.
    assert "未確認" in text
    assert desk.get("/vendors/4711").status_code == 404


def test_a_reader_sees_no_buttons(be, made):
    auditor = be(Role.AUDITOR)

    assert "/withdraw" not in auditor.get(f"/vendors/{made.id}").text
    assert "/vendors/new" not in auditor.get("/vendors").text


# Write down, correct


def test_a_partner_is_written_down_and_corrected(be):
    administrator = be(Role.ADMINISTRATOR)
    where = administrator.send("/vendors", FORM).location
    one = queries.by_code("V-1009")
    form = administrator.get(f"{where}/edit").text
    administrator.send(where, {**FORM, "version": "1", "capacity": "5"})

    assert where == f"/vendors/{one.id}"
    assert 'value="45"' in form
    assert queries.by_code("V-1009").capacity == 5
    assert audited() == ["vendor.added", "read", "vendor.changed"]


def test_what_cannot_be_used_comes_back_with_the_words(desk):
    answer = desk.send("/vendors", {**FORM, "weekly-0": "いつでも", "capacity": ""})

    assert answer.status_code == 422
    assert 'id="weekly-0-error"' in answer.text
    assert 'id="capacity-error"' in answer.text
    assert "いつでも" in answer.text
    assert queries.search() == []


def test_the_second_of_two_savers_sees_both(desk, made):
    where = f"/vendors/{made.id}"
    fields = {**FORM, "code": "V-1001", "name": "一人目の社名", "version": "1"}
    desk.send(where, fields)
    answer = desk.send(where, {**fields, "name": "二人目の社名"})

    assert answer.status_code == 409
    assert "一人目の社名" in answer.text
    assert "二人目の社名" in answer.text
    assert queries.by_code("V-1001").name == "一人目の社名"
    assert 'name="version" value="2"' in answer.text


def test_a_new_partner_gets_the_next_code(desk, made):
    assert 'value="V-1002"' in desk.get("/vendors/new").text


# Contacts


def test_a_contact_is_added_corrected_moved_and_ended(desk, made):
    where = f"/vendors/{made.id}/contacts"
    form = desk.get(f"{where}/new").text
    desk.send(where, CONTACT)
    first, second = queries.contacts_of(made.id)
    desk.send(f"{where}/{second.id}/up")
    desk.send(f"{where}/{first.id}/up")
    desk.send(f"{where}/{first.id}/down")
    desk.send(f"{where}/{second.id}", {**CONTACT, "phone": "06-1234-5678"})
    edited = desk.get(f"{where}/{second.id}").text
    desk.send(f"{where}/{first.id}/end")

    assert "電話" in form
    assert "06-1234-5678" in edited
    assert [one.name for one in queries.contacts_of(made.id)] == ["夜間ご当番"]


def test_a_contact_that_cannot_be_reached_comes_back_with_the_words(desk, made):
    where = f"/vendors/{made.id}/contacts"
    known = queries.contacts_of(made.id)[0]
    added = desk.send(where, {**CONTACT, "channels": ["sms"]})
    changed = desk.send(f"{where}/{known.id}", {**CONTACT, "name": ""})

    assert (added.status_code, changed.status_code) == (422, 422)
    assert 'id="phone-error"' in added.text
    assert "夜間ご当番" in added.text
    assert 'id="name-error"' in changed.text


def test_somebody_of_another_partner_is_not_found_here(desk, made):
    with transaction():
        other = partners.contact(partners.vendor())

    assert desk.get(f"/vendors/{made.id}/contacts/{other.id}").status_code == 404
    assert desk.send(f"/vendors/{made.id}/contacts/{other.id}/end").status_code == 404


def test_a_phone_is_verified_by_a_call_of_ours(desk, made):
    where = f"/vendors/{made.id}/contacts/{queries.contacts_of(made.id)[0].id}/verify"
    nobody = desk.send(where, {"confirmed_by": ""})
    desk.send(where, {"confirmed_by": "受付 佐藤様"})
    text = desk.get(f"/vendors/{made.id}").text

    assert nobody.status_code == 422
    assert "受付 佐藤様" in text
    assert desk.send(where, {"confirmed_by": "受付"}).status_code == 409


def test_the_system_is_asked_to_ring(desk, made):
    someone = queries.contacts_of(made.id)[0]
    desk.send(f"/vendors/{made.id}/contacts/{someone.id}/ring")
    told = db.session.scalars(select(Notice)).one()

    assert (told.kind, told.channel) == ("contact_check", "voice")
    assert (told.subject, told.facts) == (f"contact:{someone.id}", {})
    assert "発信" in desk.get(f"/vendors/{made.id}").text


# Days and conflicts


def test_days_are_closed_and_given_back(desk, made):
    where = f"/vendors/{made.id}/days"
    fields = {"day": "2026/12/29", "until": "2027/1/3", "hours": "", "reason": "年末年始"}
    desk.send(where, fields)
    desk.send(f"{where}/drop", {"day": "2026-12-29"})
    days = queries.days_of(made.id, since=NOON.date())

    assert [one.day.day for one in days] == [30, 31, 1, 2, 3]
    assert "年末年始" in desk.get(f"/vendors/{made.id}").text
    assert desk.send(f"{where}/drop", {"day": "x"}).status_code == 404


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"day": "x"}, "day"),
        ({"until": "2026/12/1"}, "until"),
        ({"hours": "9-5"}, "hours"),
        ({"reason": ""}, "reason"),
        ({"day": "2026/1/1", "until": ""}, "day"),
    ],
)
def test_a_day_that_cannot_be_used_comes_back_with_the_words(desk, made, changed, field):
    fields = {"day": "2026/12/29", "until": "2027/1/3", "hours": "", "reason": "年末年始"}
    answer = desk.send(f"/vendors/{made.id}/days", {**fields, **changed})

    assert answer.status_code == 422
    assert f'id="days-{field}-error"' in answer.text


def test_a_conflict_is_declared_and_dropped(desk, made):
    where = f"/vendors/{made.id}/conflicts"
    wrong = desk.send(where, {"company": "㈱ヤマダ部品", "reason": ""})
    desk.send(where, {"company": "㈱ヤマダ部品", "reason": "顧問先"})
    noted = queries.conflicts_of(made.id)[0]
    shown = desk.get(f"/vendors/{made.id}").text
    desk.send(f"{where}/{noted.id}/drop")

    assert 'id="conflict-reason-error"' in wrong.text
    assert "㈱ヤマダ部品" in shown
    assert queries.conflicts_of(made.id) == []


# Withdraw


def test_withdrawing_takes_back_what_was_asked(desk, made):
    with transaction():
        offer = partners.offer(partners.task(status="offered"), made)
    where = f"/vendors/{made.id}/withdraw"
    silent = desk.send(where, {"reason": ""})
    still = queries.by_id(made.id).withdrawn_at
    desk.send(where, {"reason": "契約を終えた"})

    assert (silent.status_code, still) == (422, None)
    assert db.session.get(Offer, offer.id).status == "withdrawn"
    assert desk.send(where, {"reason": "もう一度"}).status_code == 409
    desk.send(f"/vendors/{made.id}/take-back")
    assert queries.by_id(made.id).withdrawn_at is None

"""Partners are written down, corrected and withdrawn; every change leaves a trace."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from hotline.audit.models import AuditEntry
from hotline.calendars.rules import NeverOpens, parse_spans
from hotline.db import db
from hotline.errors import Invalid, Missing, Refused
from hotline.notices.models import Notice
from hotline.notices.rules import Channel
from hotline.vendors import queries, service
from hotline.vendors.rules import ContactDetails
from tests import partners
from tests.builders import NOON, person

DAY = timedelta(days=1)
TODAY = NOON.date()
BY = {"by_id": None, "now": NOON}
DUTY = ContactDetails("ご当番", "ja", "+81312345678", "a@b.example", (Channel.VOICE,), False)


def audited() -> list[str]:
    actions = [one.action for one in db.session.scalars(select(AuditEntry).order_by("id"))]
    return [one.removeprefix("vendor.") for one in actions if one.startswith("vendor.")]


def details(**changes):
    """A partner that is not on record yet."""
    known = service.details_of(partners.vendor("pr", name="青葉広報コンサルティング㈱"))
    return replace(known, code="V-NEW", **changes)


# Write down, correct, withdraw


def test_a_partner_is_written_down_and_found_by_name(writing):
    made = service.add(details(functions={"pr": 90, "monitoring": 240}), **BY)

    assert made in queries.search("(株)青葉広報コンサルティング")
    assert queries.reply_minutes(made, "monitoring") == 240
    assert service.details_of(made).code == "V-NEW"
    assert audited() == ["added"]


def test_a_code_stands_for_one_partner(writing):
    partners.vendor(code="V-NEW")
    with pytest.raises(Invalid) as refusal:
        service.add(details(), **BY)

    assert list(refusal.value.fields) == ["code"]


def test_what_changed_is_named_and_never_told(writing):
    made = service.add(details(), **BY)
    known = service.details_of(made)
    service.change(made, known, version=1, **BY)
    service.change(made, replace(known, capacity=9, functions={"legal": 5}), version=1, **BY)
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "vendor.changed"))

    assert (made.version, made.capacity, made.changed_at) == (2, 9, NOON)
    assert entry.one().detail == {"fields": ["capacity", "functions"]}
    assert audited() == ["added", "changed"]


def test_the_second_of_two_savers_is_refused(writing):
    made = service.add(details(), **BY)
    known = service.details_of(made)
    service.change(made, replace(known, note="一人目"), version=1, **BY)

    with pytest.raises(service.Stale):
        service.change(made, replace(known, note="二人目"), version=1, **BY)


def test_a_code_that_accounts_name_stays(writing):
    made = service.add(details(), **BY)
    changed = replace(service.details_of(made), code="V-OTHER")
    service.change(made, changed, version=1, **BY)
    partners.somebody_of(made)

    with pytest.raises(Invalid, match="accounts under this code"):
        service.change(made, replace(changed, code="V-THIRD"), version=2, **BY)


def test_withdrawing_counts_at_once_until_it_is_taken_back(writing):
    made = partners.vendor("pr")
    service.withdraw(made, **BY)
    gone = queries.doing("pr", on=TODAY)
    with pytest.raises(Refused):
        service.withdraw(made, **BY)
    service.take_back(made, **BY)

    assert (gone, queries.doing("pr", on=TODAY)) == ([], [made])
    assert audited() == ["withdrawn", "taken_back"]
    with pytest.raises(Refused):
        service.take_back(made, **BY)


# Contacts


def test_contacts_are_rung_in_the_order_in_which_they_are_put(writing):
    of = partners.vendor()
    first, second, third = (service.add_contact(of, DUTY, **BY) for _ in range(3))
    service.move_contact(third, up=True, **BY)
    service.move_contact(first, up=True, **BY)
    service.move_contact(second, up=False, **BY)

    assert queries.contacts_of(of.id) == [first, third, second]
    service.end_contact(third, **BY)
    assert queries.contacts_of(of.id) == [first, second]
    with pytest.raises(Refused):
        service.end_contact(third, **BY)


def test_a_phone_is_verified_by_whoever_called_and_who_answered(writing):
    caller = person("coordinator")
    contact = service.add_contact(partners.vendor(), DUTY, **BY)
    service.verify(contact, by_id=caller.id, confirmed_by=" 受付 佐藤様 ", now=NOON)

    assert (contact.verified_at, contact.verified_by_id) == (NOON, caller.id)
    assert contact.verified_with == "受付 佐藤様"
    assert audited() == ["contact_added", "contact_verified"]
    with pytest.raises(Refused):
        service.verify(contact, by_id=None, now=NOON)


@pytest.mark.parametrize("name", ["", "　", "あ" * 201, "a\nb"])
def test_who_answered_must_have_a_name(writing, name):
    contact = service.add_contact(partners.vendor(), DUTY, **BY)
    with pytest.raises(Invalid) as refusal:
        service.verify(contact, by_id=1, confirmed_by=name, now=NOON)

    assert list(refusal.value.fields) == ["confirmed_by"]


def test_another_phone_is_not_verified_and_another_name_is(writing):
    contact = service.add_contact(partners.vendor(), DUTY, **BY)
    service.verify(contact, by_id=None, now=NOON)
    service.change_contact(contact, replace(DUTY, name="夜間ご当番"), **BY)
    still = contact.verified_at
    service.change_contact(contact, replace(DUTY, phone="+81398765432"), **BY)
    service.change_contact(contact, replace(DUTY, phone="+81398765432"), **BY)

    assert (still, contact.verified_at, contact.verified_with) == (NOON, None, "")
    assert audited()[-2:] == ["contact_changed", "contact_changed"]


def test_the_system_rings_once_however_often_it_is_asked(writing):
    contact = service.add_contact(partners.vendor(), DUTY, **BY)
    service.ask_to_verify(contact, **BY)
    service.ask_to_verify(contact, by_id=None, now=NOON + timedelta(minutes=1))
    waiting = [one.status for one in db.session.scalars(select(Notice).order_by("id"))]
    service.verify(contact, by_id=None, now=NOON)

    assert waiting == ["withdrawn", "waiting"]
    assert {one.status for one in db.session.scalars(select(Notice))} == {"withdrawn"}
    with pytest.raises(Refused):
        service.ask_to_verify(contact, **BY)


def test_without_a_phone_there_is_nothing_to_verify(writing):
    mailed = replace(DUTY, phone="", channels=(Channel.MAIL,))
    contact = service.add_contact(partners.vendor(), mailed, **BY)

    with pytest.raises(Refused, match="no phone number"):
        service.ask_to_verify(contact, **BY)


# Days


def test_a_day_of_its_own_replaces_the_week_until_it_is_dropped(writing):
    of = partners.vendor()
    days = [TODAY + n * DAY for n in (1, 2)]
    service.set_days(of, days, (), "年末年始", **BY)
    service.set_days(of, days[:1], parse_spans(["10:00-12:00"]), "短縮", **BY)
    service.drop_day(of, days[1], **BY)
    kept = queries.days_of(of.id, since=TODAY)

    assert [(one.day, one.spans, one.reason) for one in kept] == [
        (days[0], [["10:00", "12:00"]], "短縮")
    ]
    assert audited() == ["days_set", "days_set", "day_dropped"]
    with pytest.raises(Missing):
        service.drop_day(of, days[1], **BY)


@pytest.mark.parametrize(
    ("days", "reason", "field"),
    [
        ([], "休み", "day"),
        ([TODAY - DAY], "休み", "day"),
        ([TODAY + n * DAY for n in range(32)], "休み", "day"),
        ([TODAY.replace(year=2100)], "休み", "day"),
        ([TODAY], "", "reason"),
        ([TODAY], "a\x00b", "reason"),
    ],
)
def test_a_day_that_cannot_be_set_is_refused(writing, days, reason, field):
    with pytest.raises(Invalid) as refusal:
        service.set_days(partners.vendor(), days, (), reason, **BY)

    assert list(refusal.value.fields) == [field]


def test_a_partner_cannot_be_closed_for_months(writing):
    of = partners.vendor()
    service.set_days(of, [TODAY + n * DAY for n in range(31)], (), "改装", **BY)

    with pytest.raises(NeverOpens):
        service.set_days(of, [TODAY + n * DAY for n in range(31, 62)], (), "改装", **BY)


# Conflicts


def test_a_conflict_is_noted_once_for_all_spellings(writing):
    of = partners.vendor()
    noted = service.note_conflict(of, "㈱ヤマダ部品", "顧問先", **BY)
    with pytest.raises(Invalid):
        service.note_conflict(of, "ヤマダ部品株式会社", "顧問先", **BY)
    service.drop_conflict(of, noted.id, **BY)

    assert queries.conflicts_of(of.id) == []
    assert audited() == ["conflict_noted", "conflict_dropped"]
    with pytest.raises(Missing):
        service.drop_conflict(of, noted.id, **BY)


@pytest.mark.parametrize(
    ("company", "reason", "field"),
    [
        ("", "顧問先", "company"),
        ("・", "顧問先", "company"),
        ("A", "", "reason"),
        ("A\n", "b", "company"),
    ],
)
def test_a_conflict_names_a_company_and_says_why(writing, company, reason, field):
    with pytest.raises(Invalid) as refusal:
        service.note_conflict(partners.vendor(), company, reason, **BY)

    assert list(refusal.value.fields) == [field]

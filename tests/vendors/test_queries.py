"""Partners are found by what they do, by name, and by who works there."""

from datetime import date, timedelta

import pytest

from hotline.db import db
from hotline.errors import Missing
from hotline.searchkeys import company_key
from hotline.vendors import queries
from hotline.vendors.models import Conflict, VendorDay
from hotline.vendors.rules import contract_day, is_running
from tests import partners
from tests.builders import NOON, person

TODAY = NOON.date()
DAY = timedelta(days=1)


def codes(found) -> list[str]:
    return [one.code for one in found]


def test_who_can_be_asked_is_under_contract_and_not_withdrawn(writing):
    partners.vendor("pr", code="A")
    partners.vendor("pr", code="B", contract_to=TODAY)
    partners.vendor("pr", code="C", contract_to=TODAY - DAY)
    partners.vendor("pr", code="D", contract_from=TODAY + DAY)
    partners.vendor("pr", code="E", withdrawn_at=NOON)
    partners.vendor("legal", code="F")
    able = queries.doing("pr", on=TODAY)

    assert codes(able) == ["A", "B"]
    assert [queries.is_partner(one, on=TODAY) for one in queries.search()].count(True) == 3


def test_somebody_belongs_to_a_partner_as_long_as_it_is_one(writing):
    of = partners.vendor(contract_to=TODAY)
    someone = partners.somebody_of(of)

    assert queries.of_person(someone, on=TODAY) is of
    assert queries.of_person(someone, on=TODAY + DAY) is None
    of.withdrawn_at = NOON
    assert queries.of_person(someone, on=TODAY) is None


def test_an_employee_belongs_to_no_partner(writing):
    assert queries.of_person(person("coordinator"), on=TODAY) is None


@pytest.mark.parametrize("q", ["シグマ", "ｼｸﾞﾏ鑑識", "(同)シグマ鑑識", "しぐま", "v-1001", ""])
def test_a_name_is_found_in_any_spelling(writing, q):
    partners.vendor(code="V-1001", name="シグマ鑑識合同会社", kana="シグマカンシキ")

    assert codes(queries.search(q, function="forensics")) == ["V-1001"]
    assert queries.search(q, function="pr") == []


def test_who_is_withdrawn_stands_at_the_end(writing):
    partners.vendor(code="A", withdrawn_at=NOON)
    partners.vendor(code="B")

    assert codes(queries.search()) == ["B", "A"]


def test_one_is_found_by_id_and_by_code(writing):
    one = partners.vendor(code="V-7", name="青葉広報")

    assert queries.by_id(one.id) is queries.by_code("V-7") is one
    assert queries.by_code("V-8") is None
    assert queries.names([one.id]) == {one.id: "青葉広報"}
    assert queries.names([]) == {}
    with pytest.raises(Missing):
        queries.by_id(0)


def test_contacts_stand_in_the_order_of_duty(writing):
    of = partners.vendor()
    second, first, gone = (
        partners.contact(of, position=position, ended_at=ended)
        for position, ended in ((2, None), (1, None), (3, NOON))
    )

    assert queries.contacts_of(of.id) == [first, second]
    assert queries.contact(gone.id) is gone
    with pytest.raises(Missing):
        queries.contact(0)


def test_the_time_to_answer_counts_in_the_partners_own_hours_and_days(writing):
    office = {"round_the_clock": False, "weekly": [[["09:00", "18:00"]]] * 5}
    of = partners.vendor("pr", zone="Europe/Berlin", holidays="none", **office)
    closed = VendorDay(vendor_id=of.id, day=TODAY, spans=[], reason="研修")
    db.session.add(closed)
    db.session.flush()
    answer = queries.reply_by(of, "pr", offered_at=NOON)

    assert queries.calendar(of).local(answer).isoformat() == "2026-11-05T10:00:00+01:00"
    assert queries.days_of(of.id, since=TODAY) == [closed]
    with pytest.raises(Missing):
        queries.reply_by(of, "legal", offered_at=NOON)


def test_what_was_declared_about_a_company_is_found_by_its_key(writing):
    of, company = partners.vendor(), "㈱ヤマダ部品"
    declared = Conflict(
        vendor_id=of.id,
        company=company,
        company_key=company_key(company),
        reason="顧問先",
        noted_at=NOON,
    )
    db.session.add(declared)
    db.session.flush()

    assert queries.conflicts_with([company_key("ヤマダ部品株式会社")]) == {of.id: [declared]}
    assert queries.conflicts_of(of.id) == [declared]
    assert queries.conflicts_with([]) == {}


def test_contracts_are_counted_by_the_days_of_tokyo():
    late = NOON.replace(hour=15, minute=0)  # Midnight in Tokyo.

    assert contract_day(late) - contract_day(late - timedelta(seconds=1)) == DAY
    assert is_running(date(2026, 4, 1), None, date(2030, 1, 1))

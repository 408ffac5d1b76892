"""A file of companies is taken over whole, or not at all."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from hotline.audit.models import AuditEntry
from hotline.db import Base, db
from hotline.members import queries
from hotline.members import service as members
from hotline.members.models import Contact, InsurancePolicy, Member, Phone, Site
from hotline.members.rules import Outcome
from hotline.searchkeys import company_key
from hotline.settings import ROOT
from hotline.transaction import transaction
from tests.builders import NOON

HEAD = "number,name,kana,corporate_number,site,address,phone,contact_name,contact_phone"
POLICY = "number,name,policy_number,policy_from,policy_to,cost_limit_yen\n"
YAMADA = "C1,株式会社ヤマダ部品,ヤマダブヒン,,本社,豊田市1,0565-00-0031,山田 太郎,080-0000-7703"
ONE = f"{HEAD}\n{YAMADA}\n"


def take(text: str, *, now=NOON):
    with transaction():
        return members.import_rows(members.read_file(text.encode()), by_id=None, now=now)


def kept() -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table of members."""
    db.session.rollback()
    tables = [Base.metadata.tables[one.__tablename__] for one in TABLES]
    return {
        table.name: [tuple(row) for row in db.session.execute(select(table).order_by(table.c.id))]
        for table in tables
    }


TABLES = (Member, Site, Contact, Phone, InsurancePolicy)


def entries(action: str) -> list[AuditEntry]:
    query = select(AuditEntry).where(AuditEntry.action == action).order_by(AuditEntry.id)
    return list(db.session.scalars(query))


def test_a_company_is_kept_with_all_that_the_row_says(app):
    take(ONE)
    made = queries.by_number("C1")

    assert (made.name, made.name_key) == ("株式会社ヤマダ部品", company_key("株式会社ヤマダ部品"))
    assert [(one.name, one.address) for one in made.sites] == [("本社", "豊田市1")]
    assert {(one.key, one.site_id is None, one.contact_id is None) for one in made.phones} == {
        ("0565000031", False, True),
        ("08000007703", True, False),
    }


def test_the_same_file_twice_changes_nothing(app):
    take(ONE)
    before = kept()
    report = take(ONE, now=NOON + timedelta(days=1))

    assert report.count(Outcome.UNCHANGED) == 1
    assert kept() == before


def test_the_companies_of_the_demo_are_taken_and_stay_as_they_are(app):
    text = (ROOT / "hotline/cli/demo/companies.csv").read_text(encoding="utf-8")
    first = take(text)
    before = kept()
    second = take(text)

    assert first.may_be_imported
    assert second.count(Outcome.UNCHANGED) == len(second.lines)
    assert kept() == before


def test_with_one_wrong_row_nothing_is_imported(app):
    report = take(f"{ONE}C2,よい会社,,,,,,,\nC3,,,,,,,,\nC4,確認,,123,,,,,\n")

    assert [line.row for line in report.lines if line.outcome is Outcome.WRONG] == [4, 5]
    assert db.session.scalar(select(func.count()).select_from(Member)) == 0
    assert entries("member.imported") == []


def test_a_check_says_the_same_and_changes_nothing(app):
    sheet = members.read_file(ONE.encode())
    report = members.check_rows(sheet)
    before = kept()

    assert [line.outcome for line in report.lines] == [Outcome.ADDED]
    assert before == {one.__tablename__: [] for one in TABLES}


def test_what_a_file_does_not_mention_stays(app):
    take(ONE)
    take("number,name,kana\nC1,,ヤマダブヒン カブシキガイシャ\n")
    made = queries.by_number("C1")

    assert made.kana == "ヤマダブヒン カブシキガイシャ"
    assert (made.name, len(made.sites), len(made.phones)) == ("株式会社ヤマダ部品", 1, 2)


def test_an_import_counts_the_version_up_for_whoever_is_editing(app):
    take(ONE)
    take("number,name,phone\nC1,,0565-00-9999\n")

    assert queries.by_number("C1").version > 1


def test_periods_are_kept_from_four_o_clock(app):
    take(f"{POLICY}C1,確認,P,2026/4/1,2027/4/1,1億\nC1,,P,2027/4/1,2028/4/1,\n")
    first, second = queries.by_number("C1").policies

    assert first.period_to == second.period_from
    assert first.period_from.isoformat() == "2026-04-01T07:00:00+00:00"
    assert (first.cost_limit_yen, second.cost_limit_yen) == (100_000_000, None)


def test_a_company_is_found_by_everything_the_file_said(app):
    take(ONE)

    for q in ("㈱ヤマダ部品", "やまだ", "豊田市", "山田太郎", "7703", "C1", "0565-00-0031"):
        assert [one.number for one in queries.search(q, limit=5)] == ["C1"], q


def test_the_trail_names_each_company_and_no_value(app):
    take(ONE)
    take("number,name,kana\nC1,,ヤマダ\n")
    added, changed = entries("member.added"), entries("member.changed")

    assert [one.subject for one in (*added, *changed)] == ["member:C1", "member:C1"]
    assert changed[0].detail == {"fields": ["kana"]}
    assert [one.detail["changed"] for one in entries("member.imported")] == [1, 1]


@pytest.mark.parametrize("count", [3, 60])
def test_many_companies_are_asked_for_in_no_more_questions_than_few(app, statements, count):
    rows = "".join(f"C{one},確認{one}工業,,,本社,安城市{one},,,\n" for one in range(count))
    sheet = members.read_file(f"{HEAD}\n{rows}".encode())
    with statements() as sent, transaction():
        members.import_rows(sheet, by_id=None, now=NOON)

    assert sum(one.startswith("SELECT") for one in sent) == 1

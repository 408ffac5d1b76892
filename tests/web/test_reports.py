"""Figures on a page, and what can be taken along."""

import csv
import re
from io import BytesIO, StringIO

import openpyxl
import pytest
from sqlalchemy import select

from hotline.audit.models import AuditEntry
from hotline.db import db
from hotline.people.rules import Role
from hotline.transaction import transaction
from hotline.web.reports import files
from tests import builders, partners
from tests.web.desk import opened

MINE = "/reports?from=2026/11/01&to=2026/11/04"


def test_figures_are_drawn_and_stand_in_tables(desk):
    with transaction():
        for _ in range(1003):
            builders.call(status="done")
    page = desk.get("/reports").text

    assert "2025年12月1日～2026年11月4日" in page
    assert '<td class="amount">1,003</td>' in page
    assert 'class="bar is-plain"' in page


def test_a_long_page_leads_to_each_of_its_sections(desk):
    page = desk.get("/reports").text
    jumps = re.search(r'<nav class="jumps.*?</nav>', page, re.DOTALL)[0]
    places = re.findall(r'href="#([^"]+)"', jumps)

    assert len(places) == 7
    assert places == re.findall(r'<section class="pane" aria-labelledby="([^"]+)"', page)


def test_a_page_without_anything_says_so(desk):
    page = desk.get("/reports").text

    assert page.count("この期間にも前の期間にもありません。") == 7
    assert '<svg class="bars' not in page


def test_what_is_drawn_holds_no_script_and_no_style(desk):
    opened()
    page = desk.get("/reports?span=month").text

    assert "pygal" not in page
    assert re.findall(r"<style|<script(?![^>]*src=)|\sstyle=", page) == []
    assert len(re.findall(r'\sid="([^"]+)"', page)) == len(set(re.findall(r'\sid="([^"]+)"', page)))


def test_the_days_of_a_month_are_marked_whole_however_narrow(desk):
    opened()
    page = desk.get("/reports?from=2026/10/05&to=2026/11/04").text
    drawn = re.findall(r"<svg[^>]* is-narrow.*?</svg>", page, re.DOTALL)

    assert drawn
    assert all("…" not in one for one in drawn)


def test_every_section_has_words_for_its_rows(desk):
    with transaction():
        partner = partners.vendor(name="一番")
        partners.engaged(partner, builders.ticket(case_types=()))
        builders.ticket(drill=True)
    page = desk.get(MINE).text

    for said in (
        "一番・フォレンジック調査",
        "11月4日（水）",
        "P2 高",
        "未確認",
        "訓練1件を除いています",
    ):
        assert said in page


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.AUDITOR])
def test_administrators_see_figures_but_neither_cases_nor_money(be, role):
    page = be(role).get("/reports").text
    reads_cases = role is Role.AUDITOR

    assert ("/reports/cases.csv" in page) is reads_cases
    assert ("承認された費用" in page) is reads_cases


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("from=2026/11/04&to=2026/11/01", "はじめの日より前の日付です。"),
        ("from=2020/01/01&to=2026/11/01", "期間は36か月までにしてください。"),
        ("from=gestern&to=2026/11/01", "2026/12/30"),
        ("from=2026/11/01", "2026/12/30"),
    ],
)
def test_a_span_that_cannot_be_is_refused_beside_the_field(desk, asked, said):
    answer = desk.get(f"/reports?{asked}")

    assert answer.status_code == 422
    assert said in answer.text


def test_a_span_nobody_knows_is_refused(desk):
    assert desk.get("/reports?span=week").status_code == 422
    assert desk.get("/reports/figures.xlsx?span=week").status_code == 422


def test_all_tables_are_sheets_of_one_workbook(desk):
    opened(company="=1+1")
    answer = desk.get("/reports/figures.xlsx")
    book = openpyxl.load_workbook(BytesIO(answer.data))
    tickets = book["案件"]

    assert "hotline-figures-20251201-20261104.xlsx" in answer.headers["Content-Disposition"]
    assert book.sheetnames[0] == "このファイルについて"
    assert len(book.sheetnames) == 19
    assert [tickets.cell(13, column).value for column in range(1, 4)] == ["2026年11月", 1, 1]
    assert tickets.cell(1, 6).value == "終結まで 中央値（時間）"


def test_a_table_is_csv(desk):
    opened()
    answer = desk.get("/reports/tables/tickets_by_severity.csv?span=month")
    rows = list(csv.reader(StringIO(answer.data.decode("utf-8-sig"))))

    assert answer.mimetype == "text/csv"
    assert [row[:2] for row in rows] == [
        ["重大度", "案件"], ["P1 緊急", "0"], ["P2 高", "1"], ["P3 中", "0"], ["P4 低", "0"],
        ["全体", "1"], ["前の期間", "0"],
    ]  # fmt: skip


def test_a_table_nobody_knows_is_missing(desk):
    assert desk.get("/reports/tables/secrets.csv").status_code == 404


def test_money_is_no_table_for_administrators(be):
    assert be(Role.ADMINISTRATOR).get("/reports/tables/costs.csv").status_code == 404
    assert be(Role.AUDITOR).get("/reports/tables/costs.csv").status_code == 200


def test_cases_are_csv_and_text_stays_text(desk):
    ticket = opened("=cmd|' /C calc'!A0")
    answer = desk.get("/reports/cases.csv?span=month")
    head, row = csv.reader(StringIO(answer.data.decode("utf-8-sig")))

    assert head[0] == "受付番号"
    assert row[0].replace(" ", "") == ticket.number
    assert row[1:6] == ["2026-11-04 12:00:00", "データ暗号化・脅迫", "P2 高", "JNX窓口", "時間内"]
    assert row[-1] == "'=cmd|' /C calc'!A0"


def test_cases_are_a_workbook(desk):
    opened("+81566001234")
    book = openpyxl.load_workbook(BytesIO(desk.get("/reports/cases.xlsx").data))
    cell = book["案件一覧"].cell(2, 14)

    assert (cell.value, cell.data_type) == ("+81566001234", "s")


def test_too_many_cases_for_a_workbook_are_refused(desk, monkeypatch):
    monkeypatch.setattr(files, "MOST_IN_A_WORKBOOK", 1)
    opened()
    opened()
    answer = desk.get("/reports/cases.xlsx")

    assert answer.status_code == 409
    assert "1件を超えています" in answer.text


@pytest.mark.parametrize(
    ("path", "subject", "form"),
    [
        ("/reports", "report:figures", "page"),
        ("/reports/figures.xlsx", "report:figures", "xlsx"),
        ("/reports/tables/calls.csv", "report:calls", "csv"),
        ("/reports/cases.csv", "report:cases", "csv"),
        ("/reports/cases.xlsx", "report:cases", "xlsx"),
    ],
)
def test_whoever_takes_figures_along_is_on_record(desk, path, subject, form):
    assert desk.get(path).data
    query = select(AuditEntry).where(AuditEntry.action == "read", AuditEntry.subject == subject)
    (entry,) = db.session.scalars(query)

    assert entry.person_id == desk.person.id
    assert entry.detail == {"first": "2025-12-01", "last": "2026-11-04", "form": form}


def test_the_page_asks_few_questions(desk, statements):
    opened()
    with statements() as sent:
        desk.get("/reports")

    assert len(sent) <= 20
